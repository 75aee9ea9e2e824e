#include "include/lookups.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// linux/openat2.h since 5.12.
#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

struct question {
    int32_t thread;
    char path[4096];
};

static int open_root(int32_t thread) {
    char root[32];
    snprintf(root, sizeof root, "/proc/%d/root", thread);
    int directory = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return directory < 0 ? -errno : directory;
}

static int look_below(int directory, const char *path, uint64_t resolve) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | resolve};
    long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    int error = fd < 0 ? errno : 0;
    if (fd >= 0) close((int)fd);
    // It leads to another file system, whose server may be traced.
    if (error == EXDEV && (resolve & RESOLVE_NO_XDEV)) return -EAGAIN;
    switch (error) {
    // EXDEV and ELOOP: it leads through a link of /proc, which is there, and which the kernel does not follow under a root.
    case 0: case EXDEV: case ELOOP: return 1;
    case ENOENT: case ENOTDIR: return 0;
    default: return -error;
    }
}

static int look(int32_t thread, const char *path) {
    int directory = open_root(thread);
    if (directory < 0) return directory;
    int found = look_below(directory, path, 0);
    close(directory);
    return found;
}

// File systems that the kernel itself answers for. Whoever serves any other may be a process that is traced.
static const char *const own[] = {
    "bpf", "btrfs", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "erofs", "ext2", "ext3",
    "ext4", "f2fs", "hugetlbfs", "iso9660", "mqueue", "nsfs", "overlay", "proc", "pstore", "ramfs", "rootfs", "securityfs",
    "selinuxfs", "squashfs", "sysfs", "tmpfs", "tracefs", "vfat", "xfs", "zfs",
};

static int is_own(const char *type) {
    size_t length = strcspn(type, " \n");
    for (size_t n = 0; n < sizeof own / sizeof *own; n++)
        if (strlen(own[n]) == length && memcmp(own[n], type, length) == 0) return 1;
    return 0;
}

int cl_has_served_mounts(int32_t thread) {
    char path[32], *line = NULL;
    size_t room = 0;
    int served = 0;
    snprintf(path, sizeof path, "/proc/%d/mountinfo", thread);
    FILE *file = fopen(path, "re");
    if (!file) return -errno;
    while (!served && getline(&line, &room, file) > 0) {
        const char *type = strstr(line, " - ");
        served = type && !is_own(type + 3);
    }
    free(line);
    fclose(file);
    return served;
}

// The device of a folder, by what the kernel knows without asking who serves it; 0 where that is not known.
static uint64_t device_of(int directory) {
    struct statx file;
    if (statx(directory, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &file) < 0) return 0;
    return (uint64_t)file.stx_dev_major << 32 | file.stx_dev_minor;
}

uint64_t cl_own_root(int32_t thread) {
    char path[32], *line = NULL;
    size_t room = 0;
    int own = 0;
    int directory = open_root(thread);
    if (directory < 0) return 0;
    uint64_t device = device_of(directory);
    close(directory);
    snprintf(path, sizeof path, "/proc/%d/mountinfo", thread);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    // The last mount at a place is the one that is seen there.
    while (getline(&line, &room, file) > 0) {
        const char *type = strstr(line, " - ");
        unsigned major, minor;
        char place[3];
        if (!type || sscanf(line, "%*d %*d %u:%u %*s %2s", &major, &minor, place) != 3 || strcmp(place, "/") != 0) continue;
        own = is_own(type + 3) && ((uint64_t)major << 32 | minor) == device;
    }
    free(line);
    fclose(file);
    return own ? device : 0;
}

int cl_lookup(int32_t thread, const char *path) { return look(thread, path); }

int cl_lookup_cached(int32_t thread, const char *path, uint64_t own) {
    int directory = open_root(thread);
    if (directory < 0) return directory;
    int found = look_below(directory, path, RESOLVE_CACHED);
    // A link to follow is never in an overlay's cache.
    if (found == -EAGAIN && own != 0 && device_of(directory) == own) found = look_below(directory, path, RESOLVE_NO_XDEV);
    close(directory);
    return found;
}

static ssize_t place_of(int directory, const char *path, uint64_t resolve, char *out, size_t room) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | resolve};
    char link[40];
    long fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (fd < 0) return -errno;
    snprintf(link, sizeof link, "/proc/self/fd/%ld", fd);
    ssize_t got = readlink(link, out, room);
    int error = errno;
    close((int)fd);
    return got < 0 ? -error : got;
}

ssize_t cl_lookup_resolve(int32_t thread, const char *path, int cached, char *out, size_t room) {
    uint64_t resolve = cached ? RESOLVE_CACHED : 0;
    char folder[4096];
    const char *name = strrchr(path, '/');
    size_t length = name ? (size_t)(name - path) : 0;
    int directory = open_root(thread);
    if (directory < 0) return directory;
    ssize_t got = place_of(directory, path, resolve, out, room);
    // It is not there: where it would be is in its folder.
    if (got == -ENOENT && name && length < sizeof folder - 1) {
        memcpy(folder, path, length);
        strcpy(folder + length, length ? "" : "/");
        got = place_of(directory, folder, resolve, out, room);
        size_t more = strlen(name);
        if (got > 0 && (size_t)got + more < room) {
            memcpy(out + got, name, more);
            got += (ssize_t)more;
        }
    }
    close(directory);
    return got;
}

static _Noreturn void serve(int socket, pid_t parent) {
    struct question question;
    uint64_t none = 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have ended before the line above; then nothing would ever kill us.
    if (getppid() != parent) _exit(1);
    setsid();
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
    // Nothing of the worker's may be held by this process, least of all sockets, which keep namespaces alive.
    if (dup2(socket, 0) < 0) _exit(1);
    syscall(SYS_close_range, 1, ~0u, 0);
    for (;;) {
        ssize_t got = recv(0, &question, sizeof question, 0);
        if (got <= 0) _exit(0);
        int answer = look(question.thread, question.path);
        if (send(0, &answer, sizeof answer, MSG_NOSIGNAL) < 0) _exit(1);
    }
}

int cl_lookup_start(struct cl_lookup *helper) {
    int pair[2];
    uint64_t all = ~0ull, before;
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -errno;
    // No handler of the caller's runtime may run in the child, which does nothing but system calls.
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) serve(pair[1], parent);
    int error = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return -error;
    }
    helper->process = (int32_t)pid;
    helper->socket = pair[0];
    return 0;
}

int cl_lookup_ask(const struct cl_lookup *helper, int32_t thread, const char *path, int milliseconds) {
    struct question question = {.thread = thread};
    int answer = 0;
    size_t length = strlen(path);
    if (length >= sizeof question.path) return -ENAMETOOLONG;
    memcpy(question.path, path, length + 1);
    if (send(helper->socket, &question, offsetof(struct question, path) + length + 1, MSG_NOSIGNAL) < 0) return -errno;
    struct pollfd item = {.fd = helper->socket, .events = POLLIN};
    int ready;
    // A signal is no reason to wait longer than the deadline, nor to give up: the loop polls for it next.
    do ready = poll(&item, 1, milliseconds);
    while (ready < 0 && errno == EINTR);
    if (ready == 0) return -ETIMEDOUT;
    ssize_t got = recv(helper->socket, &answer, sizeof answer, MSG_DONTWAIT);
    if (got < 0) return -errno;
    return got == sizeof answer ? answer : -EPIPE;
}

void cl_lookup_end(struct cl_lookup *helper) {
    if (helper->process <= 0) return;
    // Whoever waits for children reaps it: a wait for it here might be one for the file system that it asks.
    kill(helper->process, SIGKILL);
    close(helper->socket);
    helper->process = 0;
}
