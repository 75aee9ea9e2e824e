#include "include/processes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// include/uapi/linux/pidfd.h since 6.9; older headers lack it.
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

static int checked(long result) { return result < 0 ? -errno : (int)result; }

int cl_pidfd_open(pid_t pid, int thread) {
    // For tests: what a kernel before 6.9 says.
    if (thread && getenv("TOCSIN_PIDFD_THREAD") && strcmp(getenv("TOCSIN_PIDFD_THREAD"), "no") == 0) return -EINVAL;
    return checked(syscall(SYS_pidfd_open, pid, thread ? PIDFD_THREAD : 0));
}
int cl_pidfd_getfd(int pidfd, int fd) { return checked(syscall(SYS_pidfd_getfd, pidfd, fd, 0)); }
int cl_pidfd_send_signal(int pidfd, int signal) {
    return checked(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}
pid_t cl_wait(pid_t pid, int nohang, int *status) {
    return checked(waitpid(pid, status, __WALL | (nohang ? WNOHANG : 0)));
}
int cl_parent_death_signal(int signal) { return checked(prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)); }
int cl_adopt_orphans(void) { return checked(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }
int cl_affinity_set(pid_t pid, const uint64_t *words, size_t count) {
    return checked(syscall(SYS_sched_setaffinity, pid, count * sizeof *words, words));
}
int cl_affinity_get(pid_t pid, uint64_t *words, size_t count) {
    int bytes = checked(syscall(SYS_sched_getaffinity, pid, count * sizeof *words, words));
    return bytes < 0 ? bytes : bytes / (int)sizeof *words;
}
pid_t cl_gettid(void) { return (pid_t)syscall(SYS_gettid); }
int cl_same_descriptors(pid_t one, pid_t other) {
    int result = checked(syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0));
    return result < 0 ? result : result == 0;
}
int cl_limit_descriptors(pid_t pid, uint64_t to, uint64_t *former) {
    struct rlimit limit;
    if (prlimit(pid, RLIMIT_NOFILE, NULL, &limit) < 0) return -errno;
    *former = limit.rlim_cur;
    limit.rlim_cur = to < limit.rlim_max ? to : limit.rlim_max;
    return checked(prlimit(pid, RLIMIT_NOFILE, &limit, NULL));
}
