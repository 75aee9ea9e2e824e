// Whether a path exists in the file tree of another process, without waiting for whoever serves that file system.
#ifndef CLINUX_LOOKUPS_H
#define CLINUX_LOOKUPS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A process that looks and may be kept waiting.
struct cl_lookup {
    int32_t process; // 0 for none
    int32_t socket;
};

/// Whether that thread sees a mount that is not the kernel's own (proc_pid_mountinfo(5)): 1, 0, or -errno.
int cl_has_served_mounts(int32_t thread);
/// 1, 0 or -errno; it waits for whoever serves the file system.
int cl_lookup(int32_t thread, const char *_Nonnull path);
/// The device of the root of that thread, if it is a file system of the kernel's own; else 0.
uint64_t cl_own_root(int32_t thread);
/// As far as the kernel knows by heart (RESOLVE_CACHED of openat2(2), Linux 5.12), or, where `own` is the device of the
/// thread's root, on that file system alone: 1, 0, or -EAGAIN where it would have to ask.
/// All three follow links in the root of that thread (RESOLVE_IN_ROOT).
int cl_lookup_cached(int32_t thread, const char *_Nonnull path, uint64_t own);
/// Where a path leads when its links are followed in the root of that thread: how long the text is that it writes, or -errno. Of a
/// file that is not there, where it would be. With `cached` -EAGAIN where the kernel would have to ask who serves it.
ssize_t cl_lookup_resolve(int32_t thread, const char *_Nonnull path, int cached, char *_Nonnull out, size_t room);
int cl_lookup_start(struct cl_lookup *_Nonnull helper);
/// 1, 0, -ETIMEDOUT where the helper still waits (it can then only be ended), or -errno.
int cl_lookup_ask(const struct cl_lookup *_Nonnull helper, int32_t thread, const char *_Nonnull path, int milliseconds);
void cl_lookup_end(struct cl_lookup *_Nonnull helper);

#endif
