// Mounts, for a process that owns its mount namespace.
#ifndef CLINUX_MOUNTS_H
#define CLINUX_MOUNTS_H

int cl_mount(const char *_Nullable source, const char *_Nonnull target, const char *_Nullable type,
             unsigned long flags, const char *_Nullable data);
int cl_umount(const char *_Nonnull target, int flags);
int cl_pivot_root(const char *_Nonnull new_root, const char *_Nonnull put_old);

#endif
