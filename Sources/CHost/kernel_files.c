// /proc, /sys and the cgroups of a host: writable where the kernel keeps a value for each host, read-only elsewhere.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

#define FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)
#define DEVICES "devices/virtual/net"

// What else root can change of the machine below /proc: the kernel asks for no capability there. Which of them there are is
// a matter of its configuration.
static const char *const held[] = {"sysrq-trigger", "irq", "bus", "fs"};

// Of /proc/sys, what is of a namespace each: the network's, the ipc namespace's (ipc_namespaces(7)), the uts namespace's.
static const char *const own[] = {
    "net", "fs/mqueue", "kernel/hostname", "kernel/domainname", "kernel/sem", "kernel/shmmax", "kernel/shmall",
    "kernel/shmmni", "kernel/shm_rmid_forced", "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni",
};

int make_readonly(const char *path, unsigned int flags) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes);
}

static int bind_itself(const char *path, struct ch_answer *answer) {
    if (bind_over(path, path, 0) == 0) return 1;
    return errno == ENOENT ? 0 : fail(answer, errno, "mount", "bind", path);
}

// In a mount of /proc/sys.
static int hold_settings(struct ch_answer *answer) {
    // Before what they lie in is read-only, for a bind mount takes that over.
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (bind_itself(own[i], answer) < 0) return -1;
    }
    return make_readonly(".", 0) < 0 ? fail(answer, errno, "mount_setattr", "read-only", "/proc/sys") : 0;
}

// In the root of a proc file system.
static int hold_rest(struct ch_answer *answer) {
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        int there = bind_itself(held[i], answer);
        if (there < 0) return -1;
        if (there && make_readonly(held[i], 0) < 0) return fail(answer, errno, "mount_setattr", "read-only", held[i]);
    }
    return 0;
}

static int hold_proc(struct ch_answer *answer) {
    if (hold_rest(answer) < 0 || bind_itself("sys", answer) < 0) return -1;
    return chdir("sys") < 0 ? fail(answer, errno, "chdir", "/proc/sys of an agent", "") : hold_settings(answer);
}

// In the root of a sysfs: /sys/class/net has but links to where the devices are, and bonding's own file.
static int hold_sysfs(int readonly, struct ch_answer *answer) {
    if (!readonly) {
        if (bind_itself(DEVICES, answer) < 0 || bind_itself("class/net/bonding_masters", answer) < 0) return -1;
    }
    return make_readonly(".", 0) < 0 ? fail(answer, errno, "mount_setattr", "read-only", "sysfs") : 0;
}

static int go(const char *directory, struct ch_answer *answer) {
    return chdir(directory) < 0 ? fail(answer, errno, "chdir", directory, "") : 0;
}

// The new root has a proc; what is to be locked is made elsewhere, and moved into it.
int mount_kernel_files(const char *root, const char *settings, const char *sysfs, int readonly,
                       struct ch_answer *answer) {
    if (go(root, answer) < 0) return -1;
    if (mount("proc", "proc", "proc", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "proc", "");
    if (bind_over("proc/sys", settings, 0) < 0) return fail(answer, errno, "mount", "bind /proc/sys", "");
    // A new instance shows the devices of the network namespace in which it is mounted.
    if (mount("sysfs", sysfs, "sysfs", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "sysfs", "");
    if (go("proc", answer) < 0 || hold_rest(answer) < 0) return -1;
    if (go(settings, answer) < 0 || hold_settings(answer) < 0) return -1;
    if (go(sysfs, answer) < 0 || hold_sysfs(readonly, answer) < 0) return -1;
    return go(root, answer);
}

int mount_groups(int group, struct ch_answer *answer) {
    if (access("sys/fs/cgroup", F_OK) < 0) return 0;
    if (group < 0) {
        // Groups are then the machine's: a write would outlive the host.
        if (bind_over("/sys/fs/cgroup", "sys/fs/cgroup", MS_REC) < 0)
            return fail(answer, errno, "mount", "bind /sys/fs/cgroup", "");
        if (make_readonly("sys/fs/cgroup", AT_RECURSIVE) < 0)
            return fail(answer, errno, "mount_setattr", "read-only /sys/fs/cgroup", "");
        return 0;
    }
    if (mount("cgroup2", "sys/fs/cgroup", "cgroup2", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "cgroup2", "");
    return 0;
}

// An agent has mounted a proc or a sysfs of its own: descriptors of its mount namespace and of the mount's root.
int command_hold_mount(const struct packet *packet, struct ch_answer *answer) {
    struct ch_field field;
    char *kind;
    uint32_t readonly = 0;
    find_number(packet, CH_FIELD_MODE, &readonly);
    if (packet->fd_count != 2 || !find_field(packet, CH_FIELD_DATA, &field, &kind) || field.length == 0)
        return fail(answer, EINVAL, "request", "a mount to hold", "");
    int home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (home < 0) return fail(answer, errno, "open", "own mount namespace", "");
    int result = 0;
    if (setns(packet->fds[0], CLONE_NEWNS) < 0) {
        result = fail(answer, errno, "setns", "mount namespace of an agent", "");
    } else {
        if (fchdir(packet->fds[1]) < 0) result = fail(answer, errno, "fchdir", "mount of an agent", "");
        else result = *kind == 'p' ? hold_proc(answer) : hold_sysfs(readonly != 0, answer);
        // To serve on from a foreign namespace would falsify every later command: the host ends instead.
        if (setns(home, CLONE_NEWNS) < 0) _exit(70);
    }
    close(home);
    return result;
}
