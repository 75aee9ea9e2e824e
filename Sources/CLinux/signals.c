#include "include/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static int change(int how, uint64_t set, uint64_t *previous) {
    return syscall(SYS_rt_sigprocmask, how, &set, previous, sizeof set) < 0 ? -errno : 0;
}

static void nothing(int number) { (void)number; }

int cl_signals_block(uint64_t set, uint64_t *previous) { return change(SIG_BLOCK, set, previous); }
int cl_signals_unblock(uint64_t set) { return change(SIG_UNBLOCK, set, NULL); }
int cl_signals_restore(uint64_t mask) { return change(SIG_SETMASK, mask, NULL); }

int cl_signalfd(uint64_t set) {
    long fd = syscall(SYS_signalfd4, -1, &set, sizeof set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : (int)fd;
}

int cl_signalfd_read(int fd, struct cl_signal *out) {
    struct signalfd_siginfo info;
    ssize_t got = read(fd, &info, sizeof info);
    if (got < 0) return errno == EAGAIN ? 0 : -errno;
    *out = (struct cl_signal){info.ssi_signo, info.ssi_pid, info.ssi_status};
    return 1;
}

int cl_signal_is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_IGN;
}

int cl_signal_interrupts(int number) {
    struct sigaction action = {.sa_handler = nothing};
    return sigaction(number, &action, NULL) < 0 ? -errno : 0;
}

static uint64_t awaited;
static volatile sig_atomic_t left;
static const char *last_line;

// Only calls that a handler may make (signal-safety(7)).
static void look_for_waiting(int number) {
    uint64_t pending = 0;
    (void)number;
    if (syscall(SYS_rt_sigpending, &pending, sizeof pending) < 0 || !(pending & awaited)) return;
    if (--left > 0) return;
    int first = 1;
    while (!(pending & awaited & 1ull << (first - 1))) first++;
    // Nobody is left who could be told that it cannot be written.
    if (write(STDERR_FILENO, last_line, strlen(last_line)) < 0) errno = 0;
    _exit(128 + first);
}

void cl_end_by_waiting(uint64_t set, int seconds, const char *line) {
    struct sigaction action = {.sa_handler = look_for_waiting, .sa_flags = SA_RESTART};
    struct itimerval each = {{1, 0}, {1, 0}};
    awaited = set;
    left = seconds;
    last_line = line;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
}

void cl_end_by_none(void) {
    struct itimerval none = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &none, NULL);
}
