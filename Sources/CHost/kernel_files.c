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

static int go(const char *directory, struct ch_answer *answer) {
    return chdir(directory) < 0 ? fail(answer, errno, "chdir", directory, "") : 0;
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

// Shows what there is of these below `from` in the same places below `to`.
static int show(const char *from, const char *const *names, const char *to, struct ch_answer *answer) {
    char place[CH_PATH_SIZE];
    if (go(from, answer) < 0) return -1;
    for (; *names; names++) {
        snprintf(place, sizeof place, "%s/%s", to, *names);
        if (bind_over(*names, place, 0) < 0 && errno != ENOENT) return fail(answer, errno, "mount", "bind", place);
    }
    return 0;
}

static int show_readonly(const char *from, const char *to, struct ch_answer *answer) {
    if (bind_over(from, to, 0) < 0) return fail(answer, errno, "mount", "bind", from);
    return make_readonly(to, 0) < 0 ? fail(answer, errno, "mount_setattr", "read-only", from) : 0;
}

// What is to be locked goes to where it waits for that; the rest is put over it afterwards, from where all is writable.
int mount_kernel_files(const struct kernel_files *files, struct ch_answer *answer) {
    char settings[CH_PATH_SIZE], proc[CH_PATH_SIZE];
    snprintf(proc, sizeof proc, "%s/proc", files->root);
    snprintf(settings, sizeof settings, "%s/sys", files->proc);
    if (mount("proc", files->proc, "proc", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "proc", "");
    // A new instance shows the devices of the network namespace in which it is mounted.
    if (mount("sysfs", files->sysfs, "sysfs", FLAGS, NULL) < 0) return fail(answer, errno, "mount", "sysfs", "");
    if (bind_over(files->proc, proc, 0) < 0) return fail(answer, errno, "mount", "bind /proc", "");
    if (show_readonly(settings, files->locked_settings, answer) < 0) return -1;
    if (show_readonly(files->sysfs, files->locked_sysfs, answer) < 0) return -1;
    return go(files->root, answer);
}

int open_kernel_files(const struct kernel_files *files, int readonly, struct ch_answer *answer) {
    char from[CH_PATH_SIZE], to[CH_PATH_SIZE];
    struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
    snprintf(to, sizeof to, "%s/proc", files->root);
    if (show(files->proc, there, to, answer) < 0) return -1;
    // All that lies there is read-only at once, and then the rest is not: each call for itself would cost as much as its mount.
    if (make_readonly(to, AT_RECURSIVE) < 0 ||
        syscall(SYS_mount_setattr, AT_FDCWD, to, 0, &writable, sizeof writable) < 0)
        return fail(answer, errno, "mount_setattr", "read-only", to);
    snprintf(from, sizeof from, "%s/sys", files->proc);
    snprintf(to, sizeof to, "%s/proc/sys", files->root);
    if (show(from, own_settings, to, answer) < 0) return -1;
    snprintf(to, sizeof to, "%s/sys", files->root);
    if (!readonly && show(files->sysfs, own_devices, to, answer) < 0) return -1;
    return go(files->root, answer);
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
