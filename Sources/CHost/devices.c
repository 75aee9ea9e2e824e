// A /dev of the host's own: nodes made anew, for what is changed at the machine's outlives the host.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty", "net/tun", "fuse", "kvm"};
enum { NODES = sizeof nodes / sizeof *nodes };
static struct stat machine[NODES];
static const char *const links[][2] = {
    {"/proc/self/fd", "dev/fd"},
    {"/proc/self/fd/0", "dev/stdin"},
    {"/proc/self/fd/1", "dev/stdout"},
    {"/proc/self/fd/2", "dev/stderr"},
    {"pts/ptmx", "dev/ptmx"},
};

// Where a device may not be made (a devices cgroup), the machine's is shown: read-only, so that its inode stays as it is;
// a device that is written through a read-only mount is written all the same.
static int bind_node(const char *from, struct ch_answer *answer) {
    int fd = open(from + 1, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) return fail(answer, errno, "open", "mount point", from);
    close(fd);
    if (bind_over(from, from + 1, 0) < 0) return fail(answer, errno, "mount", "bind", from);
    if (make_readonly(from + 1, 0) < 0) return fail(answer, errno, "mount_setattr", "read-only", from);
    return 0;
}

static void node_path(size_t place, char path[64]) {
    copy_text(path, 64, "/dev/");
    copy_text(path + 5, 64 - 5, nodes[place]);
}

// In the worker, once: optional hardware and modules, what the machine lacks, the host lacks.
void find_machine_nodes(void) {
    char path[64];
    if (machine[0].st_mode != 0) return;
    for (size_t i = 0; i < NODES; i++) {
        node_path(i, path);
        if (stat(path, &machine[i]) < 0 || !S_ISCHR(machine[i].st_mode)) machine[i].st_mode = 0;
    }
}

static int make_node(size_t place, struct ch_answer *answer) {
    const struct stat *node = &machine[place];
    char from[64];
    if (node->st_mode == 0) return 0;
    node_path(place, from);
    if (mknod(from + 1, S_IFCHR | (node->st_mode & 07777), node->st_rdev) < 0)
        return errno == EPERM ? bind_node(from, answer) : fail(answer, errno, "mknod", from, "");
    if ((node->st_uid != 0 || node->st_gid != 0) && chown(from + 1, node->st_uid, node->st_gid) < 0 && !is_foreign(errno))
        return fail(answer, errno, "chown", from, "");
    return 0;
}

// Called with the new root as working directory and the old one still at "/"; `place` is to be made, in a memory file system.
int set_up_devices(const char *place, struct ch_answer *answer) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID};
    if (mkdir(place, 0755) < 0) return fail(answer, errno, "mkdir", place, "");
    if (bind_over(place, "dev", 0) < 0) return fail(answer, errno, "mount", "bind /dev", "");
    if (syscall(SYS_mount_setattr, AT_FDCWD, "dev", 0, &attributes, sizeof attributes) < 0)
        return fail(answer, errno, "mount_setattr", "nosuid /dev", "");
    if (mkdir("dev/pts", 0755) < 0 || mkdir("dev/shm", 01777) < 0 || mkdir("dev/net", 0755) < 0)
        return fail(answer, errno, "mkdir", "below /dev", "");
    if (chmod("dev/shm", 01777) < 0) return fail(answer, errno, "chmod", "/dev/shm", "");
    umask(0);
    for (size_t i = 0; i < NODES; i++) {
        if (make_node(i, answer) < 0) return -1;
    }
    umask(022);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (symlink(links[i][0], links[i][1]) < 0) return fail(answer, errno, "symlink", links[i][1], "");
    }
    if (mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620") < 0)
        return fail(answer, errno, "mount", "devpts", "");
    return 0;
}
