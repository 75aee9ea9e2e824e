// /proc, /sys and the cgroups of a host: writable where the kernel keeps a value for each host, read-only elsewhere.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

#define FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)

// What else root can change of the machine below /proc: the kernel asks for no capability there. Which of them there are is
// a matter of its configuration.
const char *const machine_files[] = {
    "sysrq-trigger", "irq", "bus", "fs", "acpi", "asound", "driver", "dynamic_debug", "latency_stats", "mtrr", "scsi", NULL,
};

// Of /proc/sys, what is of a namespace each: the network's, the ipc namespace's (ipc_namespaces(7)), the uts namespace's.
const char *const own_settings[] = {
    "net", "fs/mqueue", "kernel/hostname", "kernel/domainname", "kernel/sem", "kernel/shmmax", "kernel/shmall",
    "kernel/shmmni", "kernel/shm_rmid_forced", "kernel/msgmax", "kernel/msgmnb", "kernel/msgmni", NULL,
};

// Of a sysfs: /sys/class/net has but links to where the devices are, and bonding's own file.
const char *const own_devices[] = {"devices/virtual/net", "class/net/bonding_masters", NULL};

const char *ch_machine_file(size_t place) { return machine_files[place]; }
const char *ch_own_setting(size_t place) { return own_settings[place]; }
const char *ch_own_device(size_t place) { return own_devices[place]; }

int make_readonly(const char *path, unsigned int flags) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes);
}

// In the worker, once: which of the machine's files there are is the same in each proc file system.
static const char *there[sizeof machine_files / sizeof *machine_files];

void find_machine_files(void) {
    char path[64];
    size_t count = 0;
    if (there[0] != NULL) return;
    for (const char *const *name = machine_files; *name; name++) {
        snprintf(path, sizeof path, "/proc/%s", *name);
        if (access(path, F_OK) == 0) there[count++] = *name;
    }
}

// Shows what there is of these in the directory `from` in the same places below `to`.
static int show(int from, const char *const *names, const char *to, struct ch_answer *answer) {
    char place[CH_PATH_SIZE];
    if (fchdir(from) < 0) return fail(answer, errno, "fchdir", "for", to);
    for (; *names; names++) {
        snprintf(place, sizeof place, "%s/%s", to, *names);
        if (bind_over(*names, place, 0) < 0 && errno != ENOENT) return fail(answer, errno, "mount", "bind", place);
    }
    return 0;
}

enum { DEVICES = sizeof own_devices / sizeof *own_devices - 1 };

// Copies of what stays writable of /sys, which have no place until the rest is read-only; -1 for what is not there.
static int copy_devices(int copies[DEVICES], struct ch_answer *answer) {
    char path[CH_PATH_SIZE];
    for (size_t i = 0; i < DEVICES; i++) {
        snprintf(path, sizeof path, "/sys/%s", own_devices[i]);
        copies[i] = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC);
        if (copies[i] < 0 && errno != ENOENT) return fail(answer, errno, "open_tree", path, "");
    }
    return 0;
}

static int place_devices(const int copies[DEVICES], struct ch_answer *answer) {
    char path[CH_PATH_SIZE];
    for (size_t i = 0; i < DEVICES; i++) {
        if (copies[i] < 0) continue;
        snprintf(path, sizeof path, "/sys/%s", own_devices[i]);
        if (syscall(SYS_move_mount, copies[i], "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0)
            return fail(answer, errno, "move_mount", path, "");
        close(copies[i]);
    }
    return 0;
}

// Whether nothing of the machine's can be written by who is root here: whether that is the machine's root too cannot be asked.
static int is_harmless;

// ip-netns(8) takes /sys off before it mounts another, which in a user namespace is allowed only where one is left.
static int mount_twice(struct ch_answer *answer) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    int below = open("sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (below < 0) return fail(answer, errno, "open", "sysfs", "");
    if (bind_over("sys", "sys", 0) < 0) return fail(answer, errno, "mount", "bind", "sysfs");
    if (syscall(SYS_mount_setattr, below, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0)
        return fail(answer, errno, "mount_setattr", "read-only", "sysfs");
    close(below);
    return 0;
}

// Called with the new root as working directory and the old one still at "/": in a user namespace there must be a proc file
// system and a sysfs already, of which nothing is hidden (mount_namespaces(7)).
int mount_new_instances(struct ch_answer *answer) {
    if (mount("proc", "proc", "proc", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "proc", "");
    // A new instance shows the devices of the network namespace in which it is mounted.
    if (mount("sysfs", "sys", "sysfs", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "sysfs", "");
    is_harmless = in_user_namespace && access("proc/sys/kernel/core_pattern", W_OK) < 0 && errno == EACCES;
    return in_user_namespace ? mount_twice(answer) : 0;
}

// Called in the new root, when the machine's mounts are gone: what is locked costs a copy of all that are there.
int mount_kernel_files(int readonly, struct ch_answer *answer) {
    // The copy of /sys that is locked takes the place of what it was made of; below that of /proc/sys is what it was.
    static const struct locked_mount locked[] = {{"/proc/sys", "/proc/sys", 0}, {"/sys", "/sys", 1}};
    struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
    int devices[DEVICES] = {-1, -1};
    if (is_harmless) return readonly && make_readonly("/sys", 0) < 0 ? fail(answer, errno, "mount_setattr", "read-only", "/sys") : 0;
    int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), settings = openat(proc, "sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0 || settings < 0) return fail(answer, errno, "open", "/proc/sys", "");
    if (!readonly && copy_devices(devices, answer) < 0) return -1;
    if (make_readonly("/proc", 0) < 0 || make_readonly("/sys", 0) < 0)
        return fail(answer, errno, "mount_setattr", "read-only", "/proc and /sys");
    if (lock_mounts(locked, sizeof locked / sizeof *locked, answer) < 0) return -1;
    // What is mounted from what is read-only is so too; then the rest is not.
    if (show(proc, there, "/proc", answer) < 0) return -1;
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/proc", 0, &writable, sizeof writable) < 0)
        return fail(answer, errno, "mount_setattr", "writable", "/proc");
    if (show(settings, own_settings, "/proc/sys", answer) < 0 || place_devices(devices, answer) < 0) return -1;
    close(settings);
    close(proc);
    return chdir("/") < 0 ? fail(answer, errno, "chdir", "/", "") : 0;
}

// Groups are then the machine's: a write would outlive the host.
int copy_groups(struct ch_answer *answer) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    int copy = (int)syscall(SYS_open_tree, AT_FDCWD, "/sys/fs/cgroup", OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE);
    if (copy < 0) return errno == ENOENT ? -1 : fail(answer, errno, "open_tree", "/sys/fs/cgroup", "");
    if (syscall(SYS_mount_setattr, copy, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) < 0)
        return fail(answer, errno, "mount_setattr", "read-only /sys/fs/cgroup", "");
    return copy;
}

int mount_groups(int groups, struct ch_answer *answer) {
    if (access("/sys/fs/cgroup", F_OK) < 0) return 0;
    if (groups < 0)
        return mount("cgroup2", "/sys/fs/cgroup", "cgroup2", FLAGS, NULL) < 0 ? fail(answer, errno, "mount", "cgroup2", "") : 0;
    int result = (int)syscall(SYS_move_mount, groups, "", AT_FDCWD, "/sys/fs/cgroup", MOVE_MOUNT_F_EMPTY_PATH);
    if (result < 0) fail(answer, errno, "move_mount", "/sys/fs/cgroup", "");
    close(groups);
    return result;
}
