#include "include/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
    return mount(source, target, type, flags, data) < 0 ? -errno : 0;
}
int cl_umount(const char *target, int flags) { return umount2(target, flags) < 0 ? -errno : 0; }
int cl_pivot_root(const char *new_root, const char *put_old) {
    return syscall(SYS_pivot_root, new_root, put_old) < 0 ? -errno : 0;
}

static int look(int fd, const char *name, struct statx *seen) {
    return (int)syscall(SYS_statx, fd, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
                        STATX_INO | STATX_MNT_ID, seen);
}

// From linux/mount.h, which cannot stand beside sys/mount.h.
#ifndef FSPICK_EMPTY_PATH
#define FSPICK_CLOEXEC 1
#define FSPICK_EMPTY_PATH 8
enum { FSCONFIG_SET_STRING = 1, FSCONFIG_CMD_RECONFIGURE = 7 };
#endif

int cl_resize(int top, uint64_t size) {
    char text[24];
    int system = (int)syscall(SYS_fspick, top, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
    if (system < 0) return -errno;
    snprintf(text, sizeof text, "%llu", (unsigned long long)size);
    int error = syscall(SYS_fsconfig, system, FSCONFIG_SET_STRING, "size", text, 0) < 0 ||
                        syscall(SYS_fsconfig, system, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) < 0
                    ? errno
                    : 0;
    close(system);
    return -error;
}

int64_t cl_mount_id(int fd) {
    struct statx seen;
    return look(fd, "", &seen) < 0 ? -errno : (int64_t)seen.stx_mnt_id;
}

int cl_hold_detached(int fd) {
    struct statfs system;
    struct statvfs flags;
    struct statx root, settings;
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    if (fstatfs(fd, &system) < 0 || fstatvfs(fd, &flags) < 0) return -errno;
    if ((system.f_type != PROC_SUPER_MAGIC && system.f_type != SYSFS_MAGIC) || flags.f_flag & ST_RDONLY) return 0;
    // Both number the file at their top so.
    if (look(fd, "", &root) < 0 || root.stx_ino != 1) return 0;
    // A copy of a proc with all that is mounted below it has what makes it read-only.
    if (system.f_type == PROC_SUPER_MAGIC && look(fd, "sys", &settings) == 0 &&
        settings.stx_attributes & STATX_ATTR_MOUNT_ROOT)
        return 0;
    return syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0 ? -errno : 1;
}

int cl_open_as(int32_t thread, const char *path) {
    char root[32];
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    snprintf(root, sizeof root, "/proc/%d/root", thread);
    int directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return -errno;
    long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    int error = errno;
    close(directory);
    return fd < 0 ? -error : (int)fd;
}

int cl_own_settings(void) {
    struct statvfs settings;
    if (statvfs("/proc/sys", &settings) < 0 || !(settings.f_flag & ST_RDONLY)) return 0;
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -errno;
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 ? -errno : 1;
}
