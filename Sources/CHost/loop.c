// Pid 1: reaps everything, serves one request at a time, dies with the worker.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

static void serve(const struct packet *packet) {
    struct ch_answer answer = {.kind = CH_ANSWER, .id = packet->request->id};
    int pidfd = -1;
    switch (packet->request->command) {
    case CH_NETNS_CREATE:
    case CH_NETNS_DELETE:
    case CH_NETNS_UNMOUNT:
    case CH_NETNS_REPLACE:
    case CH_NETNS_IDENTIFY: command_netns(packet, &answer); break;
    case CH_NETNS_SETTLE: command_settle(packet, &answer); break;
    case CH_NETLINK: command_netlink(packet, &answer); break;
    case CH_WRITE_FILE: command_write_file(packet, &answer); break;
    case CH_WRITE_SYSCTL: command_write_sysctl(packet, &answer); break;
    case CH_HOLD_MOUNT: command_hold_mount(packet, &answer); break;
    case CH_SET_FILTER: command_set_filter(packet, &answer); break;
    case CH_SPAWN: command_spawn(packet, &answer, &pidfd); break;
    case CH_KILL_ALL:
        if (kill(-1, SIGKILL) < 0 && errno != ESRCH) fail(&answer, errno, "kill", "everything in the host", "");
        break;
    default: fail(&answer, ENOSYS, "request", "unknown command", ""); break;
    }
    for (size_t i = 0; i < packet->fd_count; i++) close(packet->fds[i]);
    send_answer(&answer, pidfd);
    if (pidfd >= 0) close(pidfd);
}

static void reap(int signals) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) > 0) continue;
    for (;;) {
        struct ch_answer event = {.kind = CH_EVENT_EXIT};
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG | __WALL);
        if (pid <= 0) return;
        if (!forget_spawned(pid, &event.id)) continue;
        event.pid = pid;
        event.status = status;
        send_answer(&event, -1);
    }
}

// Nothing of the worker may stay open here: a namespace or netlink descriptor would pin a namespace for the host's life.
static void drop_descriptors(int socket) {
    // Moved out of the way first: it may stand where the socket goes.
    int pipe = life < 0 ? -1 : fcntl(life, F_DUPFD_CLOEXEC, CH_LIFE + 1);
    if (socket != CH_SOCKET) dup3(socket, CH_SOCKET, O_CLOEXEC);
    life = pipe < 0 ? -1 : dup3(pipe, CH_LIFE, O_CLOEXEC);
    syscall(SYS_close_range, CH_SOCKET + (life < 0 ? 1 : 2), ~0u, 0);
    for (int fd = 0; fd < CH_SOCKET; fd++) close(fd);
}

// Its root is the group that pid 1 is in, so the clone that put it there could not make it (cgroup_namespaces(7)).
static int enter_group(struct ch_answer *answer) {
    return unshare(CLONE_NEWCGROUP) < 0 ? fail(answer, errno, "unshare", "CLONE_NEWCGROUP", "") : 0;
}

static int fill_standard_descriptors(struct ch_answer *answer) {
    for (int fd = 0; fd < CH_SOCKET; fd++) close(fd);
    if (open("/dev/null", O_RDWR) != 0) return fail(answer, errno, "open", "/dev/null", "");
    for (int fd = 1; fd < CH_SOCKET; fd++) {
        if (dup(0) != fd) return fail(answer, errno, "dup", "/dev/null", "");
    }
    return 0;
}

// Those that whoever started the worker ignored, and those that a program may begin to ignore while it runs.
static uint64_t ignored = 1ull << (SIGPIPE - 1) | 1ull << (SIGCHLD - 1) | 1ull << (SIGHUP - 1) | 1ull << (SIGINT - 1) |
    1ull << (SIGQUIT - 1) | 1ull << (SIGTERM - 1) | 1ull << (SIGUSR1 - 1) | 1ull << (SIGUSR2 - 1) | 1ull << (SIGTSTP - 1) |
    1ull << (SIGTTIN - 1) | 1ull << (SIGTTOU - 1) | 1ull << (SIGALRM - 1) | 1ull << (SIGWINCH - 1);

// In the worker, once.
void find_ignored_signals(void) {
    static int found;
    uint64_t action[4];  // the kernel's struct sigaction
    for (int number = 1; !found && number < 65; number++) {
        if (syscall(SYS_rt_sigaction, number, NULL, action, sizeof(uint64_t)) == 0 && action[0] == (uint64_t)(uintptr_t)SIG_IGN)
            ignored |= 1ull << (number - 1);
    }
    found = 1;
}

// CLONE_CLEAR_SIGHAND keeps ignored signals ignored, and exec hands them on: an agent would not die of SIGPIPE because the
// worker does not.
static void reset_signals(void) {
    const uint64_t action[4] = {0};  // SIG_DFL, no flags, no mask
    for (int number = 1; number < 65; number++) {
        if (ignored >> (number - 1) & 1) syscall(SYS_rt_sigaction, number, action, NULL, sizeof(uint64_t));
    }
}

_Noreturn void host_main(const struct ch_options *options, int socket) {
    struct ch_answer ready = {.kind = CH_READY};
    int upper = -1;
    uint64_t mask = ~0ull, child = 1ull << (SIGCHLD - 1);
    drop_descriptors(socket);
    forget_environment();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // A worker that died before the line above sends no signal, but its end of the socket is closed: the first read tells.
    prctl(PR_SET_NAME, "tocsin-host", 0, 0, 0);
    reset_signals();
    setsid();
    umask(022);
    identity_by_cookies = (options->flags & CH_IDENTITY_COOKIES) != 0;
    duplicate_detection = (options->flags & CH_DUPLICATE_DETECTION) != 0;
    if (fill_standard_descriptors(&ready) == 0 && enter_group(&ready) == 0 &&
        set_up_root(options, &upper, &ready) == 0 && fill_standard_descriptors(&ready) == 0 && settle_here(&ready) == 0)
        restrict_privileges(options, &ready);
    int signals = (int)syscall(SYS_signalfd4, -1, &child, sizeof child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0 && ready.error == 0) fail(&ready, errno, "signalfd4", "SIGCHLD", "");
    // The options lie there.
    forget_heap();
    // Pid 1 lives by its descriptors: every signal that can be blocked stays blocked (a terminal's ^C reaches it too).
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
    send_answer(&ready, upper);
    if (upper >= 0) close(upper);
    if (ready.error != 0) _exit(1);
    for (;;) {
        // Whoever holds the other end of the pipe says by closing it, or by its death, that the host is to end; poll(2) looks at
        // no negative descriptor.
        struct pollfd wait[3] = {{signals, POLLIN, 0}, {CH_SOCKET, POLLIN, 0}, {life, 0, 0}};
        struct packet packet;
        // EINVAL: more descriptors than a limit that was lowered allows.
        if (poll(wait, 3, -1) < 0) {
            restore_limits();
            continue;
        }
        if (wait[2].revents) _exit(0);
        if (wait[0].revents) reap(signals);
        if (!wait[1].revents) continue;
        // First: recvmsg(2) brings no descriptor above the limit.
        restore_limits();
        if (receive_packet(&packet) < 0) _exit(0);
        serve(&packet);
    }
}
