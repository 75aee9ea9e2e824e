// The worker's side of the birth: one clone3, after which the child runs C alone.
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"

int life = -1;

void ch_end_with(int pipe) {
    life = pipe;
    fcntl(pipe, F_SETFD, FD_CLOEXEC);
}

static int failed(char *call, const char *name) {
    int error = errno;
    copy_text(call, CH_CALL_SIZE, name);
    return -error;
}

int ch_start(const struct ch_options *options, struct ch_started *out, char call[CH_CALL_SIZE]) {
    int pair[2];
    uint64_t all = ~0ull, before;
    struct clone_args arguments = {
        .flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_PIDFD |
            CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)&out->pidfd,
        .exit_signal = SIGCHLD,
    };
    if (options->group >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)options->group;
    }
    find_environment();
    find_machine_files();
    find_machine_nodes();
    find_limits();
    find_log_restriction();
    find_ignored_signals();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return failed(call, "socketpair");
    // No handler of the worker's runtime may run in the child.
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) host_main(options, pair[1]);
    int result = pid < 0 ? failed(call, "clone3") : 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    close(pair[1]);
    if (result < 0) {
        close(pair[0]);
        return result;
    }
    out->pid = (pid_t)pid;
    out->socket = pair[0];
    return 0;
}
