// A /dev of the host's own: nodes made anew, for what is changed at the machine's outlives the host.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty", "net/tun", "fuse", "kvm"};
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

static int make_node(const char *name, struct ch_answer *answer) {
    struct stat machine;
    char from[64] = "/dev/";
    copy_text(from + 5, sizeof from - 5, name);
    // Optional hardware and modules: what the machine lacks, the host lacks.
    if (stat(from, &machine) < 0 || !S_ISCHR(machine.st_mode)) return 0;
    umask(0);
    int made = mknod(from + 1, S_IFCHR | (machine.st_mode & 07777), machine.st_rdev), error = errno;
    umask(022);
    if (made < 0) return error == EPERM ? bind_node(from, answer) : fail(answer, error, "mknod", from, "");
    if ((machine.st_uid != 0 || machine.st_gid != 0) && chown(from + 1, machine.st_uid, machine.st_gid) < 0)
        return fail(answer, errno, "chown", from, "");
    return 0;
}

// Called with the new root as working directory and the old one still at "/".
int set_up_devices(struct ch_answer *answer) {
    if (mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=0755") < 0) return fail(answer, errno, "mount", "tmpfs on /dev", "");
    if (mkdir("dev/pts", 0755) < 0 || mkdir("dev/shm", 01777) < 0 || mkdir("dev/net", 0755) < 0)
        return fail(answer, errno, "mkdir", "below /dev", "");
    if (chmod("dev/shm", 01777) < 0) return fail(answer, errno, "chmod", "/dev/shm", "");
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        if (make_node(nodes[i], answer) < 0) return -1;
    }
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (symlink(links[i][0], links[i][1]) < 0) return fail(answer, errno, "symlink", links[i][1], "");
    }
    if (mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620") < 0)
        return fail(answer, errno, "mount", "devpts", "");
    return 0;
}
