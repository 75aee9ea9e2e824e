// The host's root: an overlay over the machine's, whose upper directory lists every changed file.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "host.h"

// The workshop hides the machine's /tmp in this mount namespace only; the overlay's lower layer does not see it, for
// lower layers are without their submounts.
#define SHOP "/tmp"
#define UPPER SHOP "/upper"
#define WORK SHOP "/work"
#define ROOT SHOP "/root"

int bind_over(const char *from, const char *to, unsigned long flags) {
    return mount(from, to, NULL, MS_BIND | flags, NULL);
}

static int lock_tree(const char *path) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attributes, sizeof attributes);
}

// Makes UPPER + path with the attributes of the machine's directory, so that merging changes none of them.
static int make_like_lower(const char *path) {
    char upper[CH_PATH_SIZE];
    struct stat lower;
    copy_text(upper, sizeof upper, UPPER);
    copy_text(upper + strlen(UPPER), sizeof upper - strlen(UPPER), path);
    // The workshop covers /tmp, so its attributes cannot be looked up any more: they are what hier(7) says.
    int shop = strncmp(path, SHOP, strlen(SHOP)) == 0;
    if (shop || stat(path, &lower) < 0)
        lower = (struct stat){.st_mode = strcmp(path, SHOP) == 0 ? 01777 : 0755};
    if (mkdir(upper, 0755) < 0) return errno == EEXIST ? 0 : -1;
    if (chmod(upper, lower.st_mode & 07777) < 0) return -1;
    return chown(upper, lower.st_uid, lower.st_gid);
}

// An opaque directory hides what the machine has there, stays a plain directory (no mount) and keeps its changes listed.
static int make_empty(const char *path, struct ch_answer *answer) {
    char part[CH_PATH_SIZE], upper[CH_PATH_SIZE];
    size_t length = strlen(path);
    if (path[0] != '/' || length < 2 || length + sizeof UPPER > sizeof part)
        return fail(answer, EINVAL, "mkdir", "state directory", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (make_like_lower(part) < 0) return fail(answer, errno, "mkdir", "upper directory of", part);
    }
    copy_text(upper, sizeof upper, UPPER);
    copy_text(upper + strlen(UPPER), sizeof upper - strlen(UPPER), path);
    if (setxattr(upper, "trusted.overlay.opaque", "y", 1, 0) < 0)
        return fail(answer, errno, "setxattr", "trusted.overlay.opaque on", path);
    return 0;
}

static int stack_overlay(const struct ch_options *options, int *upper, struct ch_answer *answer) {
    // Said aloud because kernels are built with different defaults: a changed file must be in the upper layer whole.
    static const char layers[] = "lowerdir=/,upperdir=" UPPER ",workdir=" WORK ",redirect_dir=off,metacopy=off";
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return fail(answer, errno, "mount", "make / private", "");
    if (mount("tmpfs", SHOP, "tmpfs", 0, "mode=0755") < 0) return fail(answer, errno, "mount", "tmpfs on", SHOP);
    if (mkdir(UPPER, 0755) < 0 || mkdir(WORK, 0755) < 0 || mkdir(ROOT, 0755) < 0)
        return fail(answer, errno, "mkdir", "layers of the root", "");
    for (const char *path = options->directories; *path; path += strlen(path) + 1) {
        if (make_empty(path, answer) < 0) return -1;
    }
    if (mount("overlay", ROOT, "overlay", 0, layers) < 0) return fail(answer, errno, "mount", "overlay on", ROOT);
    *upper = open(UPPER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*upper < 0) return fail(answer, errno, "open", UPPER, "");
    return chdir(ROOT) < 0 ? fail(answer, errno, "chdir", ROOT, "") : 0;
}

static int mount_kernel_files(const struct ch_options *options, struct ch_answer *answer) {
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    unsigned long readonly = options->flags & CH_READONLY_SYSFS ? MS_RDONLY : 0;
    if (mount("proc", "proc", "proc", flags, NULL) < 0) return fail(answer, errno, "mount", "proc", "");
    // A new instance shows the devices of the network namespace in which it is mounted.
    if (mount("sysfs", "sys", "sysfs", flags | readonly, NULL) < 0) return fail(answer, errno, "mount", "sysfs", "");
    if (access("sys/fs/cgroup", F_OK) < 0) return 0;
    if (bind_over("/sys/fs/cgroup", "sys/fs/cgroup", MS_REC) < 0)
        return fail(answer, errno, "mount", "bind /sys/fs/cgroup", "");
    // Groups are the machine's: a write would outlive the host.
    if (!(options->flags & CH_WRITABLE_CGROUPS) && lock_tree("sys/fs/cgroup") < 0)
        return fail(answer, errno, "mount_setattr", "read-only /sys/fs/cgroup", "");
    return 0;
}

// The folders to keep visible, opened before anything hides them.
enum { KEPT_MAX = 16 };
static int kept[KEPT_MAX];

static int open_kept(const struct ch_options *options, struct ch_answer *answer) {
    int count = 0;
    for (const char *path = options->binds; *path; path += strlen(path) + 1) {
        if (count == KEPT_MAX) return fail(answer, E2BIG, "open", "too many visible folders", path);
        kept[count] = open(path, O_PATH | O_CLOEXEC);
        if (kept[count++] < 0) return fail(answer, errno, "open", "visible folder", path);
    }
    return 0;
}

// Makes each part of a relative path: its place may be missing, for /tmp is empty in the host.
static int make_place(const char *path, struct ch_answer *answer) {
    char part[CH_PATH_SIZE];
    size_t length = strlen(path);
    if (length >= sizeof part) return fail(answer, ENAMETOOLONG, "mkdir", "visible folder", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0755) < 0 && errno != EEXIST) return fail(answer, errno, "mkdir", "visible folder", part);
    }
    return 0;
}

static int keep_mounts(const struct ch_options *options, struct ch_answer *answer) {
    int count = 0;
    for (const char *path = options->binds; *path; path += strlen(path) + 1) {
        const char *inside = path + 1;
        char from[32];
        snprintf(from, sizeof from, "/proc/self/fd/%d", kept[count]);
        if (make_place(inside, answer) < 0) return -1;
        if (bind_over(from, inside, MS_REC) < 0) return fail(answer, errno, "mount", "bind", path);
        if (lock_tree(inside) < 0) return fail(answer, errno, "mount_setattr", "read-only", path);
        close(kept[count++]);
    }
    return 0;
}

int set_up_root(const struct ch_options *options, int *upper, struct ch_answer *answer) {
    if (open_kept(options, answer) < 0) return -1;
    if (stack_overlay(options, upper, answer) < 0) return -1;
    if (mount_kernel_files(options, answer) < 0 || set_up_devices(answer) < 0) return -1;
    if (keep_mounts(options, answer) < 0) return -1;
    // Old and new root on one place: the old one is then on top and is taken off, pivot_root(2).
    if (syscall(SYS_pivot_root, ".", ".") < 0) return fail(answer, errno, "pivot_root", "new root", "");
    if (umount2(".", MNT_DETACH) < 0) return fail(answer, errno, "umount2", "old root", "");
    if (chdir("/") < 0) return fail(answer, errno, "chdir", "/", "");
    if (sethostname(options->hostname, strlen(options->hostname)) < 0)
        return fail(answer, errno, "sethostname", options->hostname, "");
    return 0;
}
