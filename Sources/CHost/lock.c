// Mounts that stay read-only although root asks for another: a copy made under another user namespace keeps its flags
// (mount_namespaces(7), "Restrictions on mount namespaces"), also where it is moved to and copied again.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

static _Alignas(16) char stack[16 * 1024];

static int copy_mount(const char *path) {
    return (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE);
}

struct copying {
    const struct locked_mount *mounts;
    size_t count;
    int fds[CH_LOCKED_MAX];
};

// Shares memory and descriptors with pid 1, which waits for its end: the copies are made here and used there.
static int copy_mounts(void *argument) {
    struct copying *copying = argument;
    for (size_t i = 0; i < copying->count; i++) copying->fds[i] = copy_mount(copying->mounts[i].from);
    return 0;
}

// Where user namespaces are refused, or a folder's mode keeps their root out, it is copied as it is: read-only, not locked.
int lock_mounts(const struct locked_mount *mounts, size_t count, struct ch_answer *answer) {
    struct copying copying = {.mounts = mounts, .count = count};
    if (count > CH_LOCKED_MAX) return fail(answer, E2BIG, "clone", "mounts to lock", "");
    for (size_t i = 0; i < count; i++) copying.fds[i] = -1;
    // Its end is reaped with everybody's: to wait for it would be to wait until its mounts are taken down.
    clone(copy_mounts, stack + sizeof stack, CLONE_NEWUSER | CLONE_NEWNS | CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD,
          &copying);
    for (size_t i = 0; i < count; i++) {
        int fd = copying.fds[i] < 0 ? copy_mount(mounts[i].from) : copying.fds[i];
        if (fd < 0) return fail(answer, errno, "open_tree", mounts[i].from, "");
        if (mounts[i].replaces && umount2(mounts[i].to, MNT_DETACH) < 0)
            return fail(answer, errno, "umount2", mounts[i].to, "");
        if (syscall(SYS_move_mount, fd, "", AT_FDCWD, mounts[i].to, MOVE_MOUNT_F_EMPTY_PATH) < 0)
            return fail(answer, errno, "move_mount", mounts[i].to, "");
        close(fd);
    }
    return 0;
}
