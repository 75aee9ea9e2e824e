#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/netlink.h>

const int CL_F_OFD_SETLK = F_OFD_SETLK;
const int CL_F_OFD_SETLKW = F_OFD_SETLKW;

_Static_assert((int)CL_EVENT_FORK == (int)PTRACE_EVENT_FORK && (int)CL_EVENT_VFORK == (int)PTRACE_EVENT_VFORK &&
                   (int)CL_EVENT_CLONE == (int)PTRACE_EVENT_CLONE && (int)CL_EVENT_EXEC == (int)PTRACE_EVENT_EXEC &&
                   (int)CL_EVENT_SECCOMP == (int)PTRACE_EVENT_SECCOMP && (int)CL_EVENT_STOP == (int)PTRACE_EVENT_STOP,
               "events of ptrace(2)");

int cl_trace_seize(int32_t thread) {
    long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
        PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    return ptrace(PTRACE_SEIZE, thread, 0, options) < 0 ? -errno : 0;
}

int cl_trace_continue(int32_t thread, int signal) {
    return ptrace(PTRACE_CONT, thread, 0, (long)signal) < 0 ? -errno : 0;
}

int cl_trace_to_exit(int32_t thread, int signal) {
    return ptrace(PTRACE_SYSCALL, thread, 0, (long)signal) < 0 ? -errno : 0;
}

int cl_trace_listen(int32_t thread) { return ptrace(PTRACE_LISTEN, thread, 0, 0) < 0 ? -errno : 0; }

int cl_is_thread(int32_t thread, int32_t process) {
    return syscall(SYS_tgkill, process, thread, 0) == 0 || errno == EPERM;
}

int cl_signal_thread(int32_t process, int32_t thread, int signal) {
    return syscall(SYS_tgkill, process, thread, signal) == 0 ? 0 : -errno;
}

int cl_trace_interrupt(int32_t thread) { return ptrace(PTRACE_INTERRUPT, thread, 0, 0) < 0 ? -errno : 0; }

int cl_trace_signal_from_outside(int32_t thread) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (ptrace(PTRACE_GETSIGINFO, thread, 0, &info) < 0) return -errno;
    return (info.si_code == SI_USER || info.si_code == SI_TKILL) && info.si_pid == 0;
}

int cl_trace_message(int32_t thread, uint64_t *message) {
    unsigned long value = 0;
    if (ptrace(PTRACE_GETEVENTMSG, thread, 0, &value) < 0) return -errno;
    *message = value;
    return 0;
}

int cl_trace_call(int32_t thread, struct cl_call *call) {
    struct __ptrace_syscall_info info;
    memset(&info, 0, sizeof info);
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) < 0) return -errno;
    call->architecture = info.arch;
    call->instruction = info.instruction_pointer;
    call->stack = info.stack_pointer;
    call->at_exit = info.op == PTRACE_SYSCALL_INFO_EXIT;
    call->result = 0;
    call->mark = 0;
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        call->result = info.exit.rval;
    } else if (info.op == PTRACE_SYSCALL_INFO_SECCOMP) {
        call->number = info.seccomp.nr;
        call->mark = info.seccomp.ret_data;
        memcpy(call->arguments, info.seccomp.args, sizeof call->arguments);
    } else if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        call->number = info.entry.nr;
        memcpy(call->arguments, info.entry.args, sizeof call->arguments);
    } else {
        return -EINVAL;
    }
    return 0;
}

ssize_t cl_memory_read(int32_t thread, uint64_t address, void *buffer, size_t length) {
    struct iovec local = {buffer, length};
    struct iovec remote = {(void *)address, length};
    ssize_t count = process_vm_readv(thread, &local, 1, &remote, 1, 0);
    return count < 0 ? -errno : count;
}

ssize_t cl_memory_write(int32_t thread, uint64_t address, const void *buffer, size_t length) {
    struct iovec local = {(void *)buffer, length};
    struct iovec remote = {(void *)address, length};
    ssize_t count = process_vm_writev(thread, &local, 1, &remote, 1, 0);
    if (count == (ssize_t)length) return count;
    // A page the tracee may not write (a constant request): /proc/T/mem writes through a private copy.
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/mem", thread);
    int memory = open(path, O_RDWR | O_CLOEXEC);
    if (memory < 0) return -errno;
    count = pwrite(memory, buffer, length, (off_t)address);
    int error = errno;
    close(memory);
    return count < 0 ? -error : count;
}

int cl_interface_name(int socket, uint32_t index, char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    request.ifr_ifindex = (int)index;
    if (ioctl(socket, SIOCGIFNAME, &request) < 0) return -errno;
    memcpy(name, request.ifr_name, IFNAMSIZ);
    name[IFNAMSIZ - 1] = 0;
    return 0;
}

int cl_interface_index(int socket, const char *name, uint32_t *index) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (strlen(name) >= IFNAMSIZ) return -ENODEV;
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(socket, SIOCGIFINDEX, &request) < 0) return -errno;
    *index = (uint32_t)request.ifr_ifindex;
    return 0;
}

static int identify(int directory, const char *path, int flags, struct cl_file_id *out) {
    struct statx st;
    if (statx(directory, path, flags | AT_STATX_DONT_SYNC, STATX_INO | STATX_TYPE, &st) < 0) return -errno;
    *out = (struct cl_file_id){makedev(st.stx_dev_major, st.stx_dev_minor), st.stx_ino, 0, st.stx_mode, 0};
    return 0;
}

int cl_file_behind(int32_t thread, int32_t descriptor, struct cl_file_id *out) {
    char path[48];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", thread, descriptor);
    return identify(AT_FDCWD, path, 0, out);
}

int cl_file_cached(int32_t thread, const char *path, struct cl_file_id *out) {
    char name[32];
    struct open_how how = {.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_CACHED | RESOLVE_IN_ROOT};
    snprintf(name, sizeof name, "/proc/%d/root", thread);
    int root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return -errno;
    int file = -1;
    // A walk that takes no locks is lost to whoever mounts or renames anything meanwhile; what is known by heart is found again.
    for (int attempt = 0; attempt < 5 && file < 0; attempt++) {
        file = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
        if (file < 0 && errno != EAGAIN) break;
    }
    int result = file < 0 ? -errno : identify(file, "", AT_EMPTY_PATH, out);
    if (file >= 0) close(file);
    close(root);
    return result;
}

int cl_interface_address(int socket, const char *name, uint8_t *address) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (strlen(name) >= IFNAMSIZ) return -ENODEV;
    memcpy(request.ifr_name, name, strlen(name));
    if (ioctl(socket, SIOCGIFHWADDR, &request) < 0) return -errno;
    memcpy(address, request.ifr_hwaddr.sa_data, 6);
    return 0;
}

static int integer_option(int socket, int level, int option, int *value) {
    socklen_t length = sizeof *value;
    *value = 0;
    return getsockopt(socket, level, option, value, &length) < 0 ? -errno : 0;
}

int cl_netlink_protocol(int socket) {
    int domain = 0;
    int protocol = 0;
    int result = integer_option(socket, SOL_SOCKET, SO_DOMAIN, &domain);
    if (result < 0) return result;
    if (domain != AF_NETLINK) return -EPROTOTYPE;
    result = integer_option(socket, SOL_SOCKET, SO_PROTOCOL, &protocol);
    return result < 0 ? result : protocol;
}

int cl_netlink_readiness(int socket) {
    struct pollfd item = {.fd = socket, .events = POLLIN};
    int count = poll(&item, 1, 0);
    if (count < 0) return -errno;
    if (count == 0) return CL_QUEUE_EMPTY;
    return item.revents == POLLIN ? CL_QUEUE_READABLE : CL_QUEUE_ERROR;
}

ssize_t cl_netlink_peek(int socket, void *buffer) {
    ssize_t count = recv(socket, buffer, CL_NETLINK_HEAD, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return 0;
    return count < 0 ? -errno : count;
}

int cl_netlink_port(int socket, uint32_t *port) {
    struct sockaddr_nl address = {0};
    socklen_t size = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &size) < 0) return -errno;
    *port = address.nl_pid;
    return 0;
}

uint32_t cl_netlink_peer(int socket) {
    struct sockaddr_nl address = {0};
    socklen_t size = sizeof address;
    return getpeername(socket, (struct sockaddr *)&address, &size) < 0 ? 0 : address.nl_pid;
}

int cl_netlink_acknowledgement_options(int socket) {
    int capped = 0;
    int extended = 0;
    int result = integer_option(socket, SOL_NETLINK, NETLINK_CAP_ACK, &capped);
    if (result < 0) return result;
    result = integer_option(socket, SOL_NETLINK, NETLINK_EXT_ACK, &extended);
    return result < 0 ? result : (capped != 0) | (extended != 0) << 1;
}

int cl_has_receive_timeout(int socket) {
    struct timeval timeout = {0, 0};
    socklen_t length = sizeof timeout;
    if (getsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, &length) < 0) return -errno;
    return timeout.tv_sec != 0 || timeout.tv_usec != 0;
}

_Static_assert(sizeof(struct cl_registers) == sizeof(struct user_regs_struct), "cl_registers must be user_regs_struct");

int cl_trace_registers(int32_t thread, struct cl_registers *registers) {
    return ptrace(PTRACE_GETREGS, thread, 0, registers) < 0 ? -errno : 0;
}

int cl_trace_set_registers(int32_t thread, const struct cl_registers *registers) {
    return ptrace(PTRACE_SETREGS, thread, 0, registers) < 0 ? -errno : 0;
}

int cl_stream_pair(int32_t *pair) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ? -errno : 0;
}

// In the child, between clone and exec: only calls, no memory is allocated.
static _Noreturn void become(const struct cl_program *program, pid_t parent, int report) {
    uint64_t none = 0;
    int number = program->socket_number;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have ended before the line above; then nothing would ever kill us.
    if (getppid() != parent) _exit(127);
    setsid();
    // Moved out of the way first: none may be overwritten before it is used.
    int input = fcntl(program->input, F_DUPFD, number + 8);
    int output = fcntl(program->output, F_DUPFD, number + 8);
    int socket = fcntl(program->socket, F_DUPFD, number + 8);
    report = fcntl(report, F_DUPFD, number + 8);
    if (input < 0 || output < 0 || socket < 0 || report < 0) _exit(127);
    dup2(input, 0);
    dup2(output, 1);
    dup2(output, 2);
    dup2(socket, number);
    dup3(report, number + 1, O_CLOEXEC);
    if (number > 3) syscall(SYS_close_range, 3, number - 1, 0);
    syscall(SYS_close_range, number + 2, ~0u, 0);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
    for (unsigned long capability = 0; capability < 64; capability++) {
        // EINVAL: this kernel knows no capability of that number.
        if ((program->dropped >> capability & 1) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno != EINVAL)
            goto failed;
    }
    int score = program->score == NULL ? -1 : open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    // It may always be set to what it was before its parent's was lowered.
    if (score >= 0 && write(score, program->score, strlen(program->score)) < 0) errno = 0;
    if (chdir(program->directory) == 0) execve(program->path, program->arguments, program->variables);
failed:;
    int error = errno;
    ssize_t written = write(number + 1, &error, sizeof error);
    _exit(written == sizeof error ? 127 : 126);
}

int cl_start_program(const struct cl_program *program, int32_t *pidfd) {
    int pair[2], error = 0, fd = -1;
    uint64_t all = ~0ull, before;
    pid_t parent = getpid();
    if (pipe2(pair, O_CLOEXEC) < 0) return -errno;
    struct clone_args arguments = {.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
                                   .pidfd = (uint64_t)(uintptr_t)&fd,
                                   .exit_signal = SIGCHLD};
    // No handler of the caller's runtime may run in the child.
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0) become(program, parent, pair[1]);
    int failure = pid < 0 ? errno : 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
    close(pair[1]);
    if (pid > 0) {
        ssize_t got;
        // Closed by exec, and then there is nothing to read.
        do got = read(pair[0], &error, sizeof error);
        while (got < 0 && errno == EINTR);
        if (got == sizeof error) {
            failure = error;
            waitpid((pid_t)pid, NULL, __WALL);
            close(fd);
        }
    }
    close(pair[0]);
    if (failure != 0) return -failure;
    *pidfd = fd;
    return (int)pid;
}
