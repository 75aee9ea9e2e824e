// Mounts, for a process that owns its mount namespace.
#ifndef CLINUX_MOUNTS_H
#define CLINUX_MOUNTS_H

#include <stdint.h>

int cl_mount(const char *_Nullable source, const char *_Nonnull target, const char *_Nullable type,
             unsigned long flags, const char *_Nullable data);
int cl_umount(const char *_Nonnull target, int flags);
int cl_pivot_root(const char *_Nonnull new_root, const char *_Nonnull put_old);
/// The number of the mount that a descriptor leads to.
int64_t cl_mount_id(int fd);
/// Makes a proc or sysfs that has no place yet read-only: 1, or 0 where it is neither, or needs not.
int cl_hold_detached(int fd);
/// Sets the size of the tmpfs whose top directory that is, in bytes: 0, or -errno.
int cl_resize(int top, uint64_t size);
/// Where /proc/sys is shown read-only, as in a container: gives the caller, one thread, a mount namespace with a /proc of its own.
/// 1, 0 where it is writable, or -errno.
int cl_own_settings(void);
/// Opens a path of a thread as that thread would (O_PATH).
int cl_open_as(int32_t thread, const char *_Nonnull path);

#endif
