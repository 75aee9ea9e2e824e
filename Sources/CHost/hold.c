// Mounts that agents make of what is the machine's: pid 1 makes them as read-only as the host's own, in the agent's mount
// namespace, while the agent stands behind its call.
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

static int change(int directory, const char *path, uint64_t set, uint64_t clear) {
    struct mount_attr attributes = {.attr_set = set, .attr_clr = clear};
    return (int)syscall(SYS_mount_setattr, directory, path, AT_EMPTY_PATH, &attributes, sizeof attributes);
}

static int is_mount(const char *name) {
    struct statx seen;
    return syscall(SYS_statx, AT_FDCWD, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &seen) == 0 &&
           (seen.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// A copy of what lies there, on top of it. It is made read-only, or writable, before it is in its place: where the place is
// shared, it appears elsewhere too (mount_namespaces(7)), and only what it was then is copied.
static int put_copy(const char *name, unsigned int flags, uint64_t set, uint64_t clear, struct ch_answer *answer) {
    int fd = (int)syscall(SYS_open_tree, AT_FDCWD, name, OPEN_TREE_CLONE | O_CLOEXEC | flags);
    if (fd < 0) return errno == ENOENT ? 0 : fail(answer, errno, "open_tree", "copy", name);
    int result = 0;
    // EPERM: the copy of a mount that is locked. It stays read-only.
    if (change(fd, "", set, clear) < 0 && (clear == 0 || errno != EPERM))
        result = fail(answer, errno, "mount_setattr", "copy", name);
    else if (syscall(SYS_move_mount, fd, "", AT_FDCWD, name, MOVE_MOUNT_F_EMPTY_PATH) < 0)
        result = fail(answer, errno, "move_mount", "copy", name);
    close(fd);
    return result;
}

static int cover(const char *const *names, int writable, struct ch_answer *answer) {
    for (; *names; names++) {
        if (is_mount(*names)) continue;
        uint64_t set = writable ? 0 : MOUNT_ATTR_RDONLY, clear = writable ? MOUNT_ATTR_RDONLY : 0;
        if (put_copy(*names, 0, set, clear, answer) < 0) return -1;
    }
    return 0;
}

static int hold_proc(int root, struct ch_answer *answer) {
    static const char *const settings[] = {"sys", NULL};
    if (cover(machine_files, 0, answer) < 0 || cover(settings, 0, answer) < 0) return -1;
    // It was made read-only while it had no place.
    if (change(root, "", 0, MOUNT_ATTR_RDONLY) < 0 && errno != EPERM)
        return fail(answer, errno, "mount_setattr", "proc", "");
    if (chdir("sys") < 0) return fail(answer, errno, "chdir", "/proc/sys of an agent", "");
    return cover(own_settings, 1, answer);
}

static int shut(int root, struct ch_answer *answer) {
    if (change(root, "", MOUNT_ATTR_RDONLY, 0) == 0) return 0;
    if (errno != EBUSY) return fail(answer, errno, "mount_setattr", "mount of an agent", "");
    // Somebody has a file open there for writing. Nobody else gets one: a read-only copy covers it.
    return put_copy(".", AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0, answer);
}

static int hold(const char *kind, int readonly, int root, struct ch_answer *answer) {
    // A file can be a mount too, and nobody can stand in it.
    int inside = fchdir(root) == 0;
    if (*kind == 'r' && !inside)
        return change(root, "", MOUNT_ATTR_RDONLY, 0) < 0 ? fail(answer, errno, "mount_setattr", "a file of an agent", "") : 0;
    if (!inside) return fail(answer, errno, "fchdir", "mount of an agent", "");
    if (*kind == 'p') return hold_proc(root, answer);
    if (*kind == 's' && !readonly && cover(own_devices, 1, answer) < 0) return -1;
    return shut(root, answer);
}

// What covers a mount of an agent's is taken off, for the agent is about to take off the mount.
static int let_go(int root, struct ch_answer *answer) {
    static const char *const settings[] = {"sys", NULL};
    const char *const *const all[] = {machine_files, settings, own_devices};
    if (fchdir(root) < 0) return fail(answer, errno, "fchdir", "mount of an agent", "");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        for (const char *const *name = all[i]; *name; name++) {
            if (is_mount(*name)) umount2(*name, MNT_DETACH | UMOUNT_NOFOLLOW);
        }
    }
    return 0;
}

// Descriptors: a mount namespace, and in it the root of a mount, or the directory where one is to be.
int command_hold_mount(const struct packet *packet, struct ch_answer *answer) {
    struct ch_field field;
    char *kind;
    uint32_t readonly = 0;
    int devices = -1, result;
    find_number(packet, CH_FIELD_MODE, &readonly);
    if (packet->fd_count != 2 || !find_field(packet, CH_FIELD_DATA, &field, &kind) || field.length == 0)
        return fail(answer, EINVAL, "request", "a mount to hold", "");
    int home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (home < 0) return fail(answer, errno, "open", "own mount namespace", "");
    if (*kind == 'd') devices = (int)syscall(SYS_open_tree, AT_FDCWD, "/dev", OPEN_TREE_CLONE | O_CLOEXEC);
    if (setns(packet->fds[0], CLONE_NEWNS) < 0) {
        result = fail(answer, errno, "setns", "mount namespace of an agent", "");
    } else {
        if (*kind == 'd')
            result = syscall(SYS_move_mount, devices, "", packet->fds[1], "",
                             MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0
                         ? fail(answer, errno, "move_mount", "devices", "")
                         : 0;
        else if (*kind == 'u') result = let_go(packet->fds[1], answer);
        else result = hold(kind, readonly != 0, packet->fds[1], answer);
        // To serve on from a foreign namespace would falsify every later command: the host ends instead.
        if (setns(home, CLONE_NEWNS) < 0) _exit(70);
    }
    if (devices >= 0) close(devices);
    close(home);
    return result;
}
