// What a tracer asks of the kernel: ptrace(2), wait(2), and reading and writing a tracee's memory.
//
// The types are our own and fixed in width, so that Swift sees the same layout whatever glibc headers are about.
#ifndef CLINUX_TRACE_H
#define CLINUX_TRACE_H

#include <linux/audit.h>
#include <linux/elf-em.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Why a tracee stopped or ended; decoded once, here, since the macros of wait(2) are not visible to Swift.
enum cl_stop_kind {
    CL_STOP_EXITED = 1,   // value: exit status
    CL_STOP_SIGNALLED,    // value: signal number
    CL_STOP_SYSCALL,      // a system call's exit (or entry), PTRACE_O_TRACESYSGOOD
    CL_STOP_SECCOMP,      // PTRACE_EVENT_SECCOMP
    CL_STOP_CHILD,        // PTRACE_EVENT_CLONE, _FORK or _VFORK: a child or thread was made
    CL_STOP_EXEC,         // PTRACE_EVENT_EXEC: another program runs now
    CL_STOP_GROUP,        // a group stop: value is its signal
    CL_STOP_INTERRUPTED,  // PTRACE_EVENT_STOP that is no group stop: a new tracee, or PTRACE_INTERRUPT
    CL_STOP_SIGNAL,       // a signal is about to be delivered: value is its number
};

struct cl_stop {
    int32_t thread;
    int32_t kind;
    int32_t value;
};

// One system call at its entry or exit, from PTRACE_GET_SYSCALL_INFO.
struct cl_call {
    uint32_t architecture;  // AUDIT_ARCH_...
    uint32_t at_exit;       // 1 at an exit stop, 0 at a seccomp or entry stop
    uint64_t instruction;   // ip
    uint64_t stack;         // sp
    uint64_t number;
    uint64_t arguments[6];
    int64_t result;         // at an exit stop: the value, or -errno
};

// fcntl(2) commands that glibc hides without _GNU_SOURCE.
extern const int CL_F_OFD_SETLK;
extern const int CL_F_OFD_SETLKW;

// The next stop of any child, without waiting: 1 and *stop, 0 when there is none now, -ECHILD when there is no child.
int cl_next_stop(struct cl_stop *stop);

int cl_trace_seize(int32_t thread);
int cl_trace_continue(int32_t thread, int signal);
// Continues until the exit of the system call, where the thread stops again.
int cl_trace_to_exit(int32_t thread, int signal);
int cl_trace_listen(int32_t thread);
int cl_trace_interrupt(int32_t thread);
int cl_trace_message(int32_t thread, uint64_t *message);
int cl_trace_call(int32_t thread, struct cl_call *call);
// At a seccomp stop: the call is not made, and the tracee is told `result`.
int cl_trace_skip(int32_t thread, int64_t result);
// At an exit stop: the tracee is told `result` instead of what came of the call.
int cl_trace_set_result(int32_t thread, int64_t result);

// Both return how many bytes they moved, or -errno; reading stops short at the end of a mapping.
ssize_t cl_memory_read(int32_t thread, uint64_t address, void *buffer, size_t length);
ssize_t cl_memory_write(int32_t thread, uint64_t address, const void *buffer, size_t length);

// The name of the interface with that index in the namespace of `socket`; `name` has IFNAMSIZ (16) bytes.
int cl_interface_name(int socket, uint32_t index, char *name);
// The hardware address of that interface in the namespace of `socket`: six bytes.
int cl_interface_address(int socket, const char *name, uint8_t *address);
// What a netlink socket is: its protocol, or -errno where it is no netlink socket.
int cl_netlink_protocol(int socket);
// The first message in the queue, left there: its length, 0 when the queue is empty, or -errno.
ssize_t cl_netlink_peek(int socket, void *buffer, size_t length);
// NETLINK_CAP_ACK and NETLINK_EXT_ACK of the socket: bit 0 and 1.
int cl_netlink_acknowledgement_options(int socket);
// Whether SO_RCVTIMEO is set, so that an interrupted recv would not be restarted (signal(7)).
int cl_has_receive_timeout(int socket);

// What stop a status of waitpid(2) tells of.
void cl_stop_of(int32_t thread, int status, struct cl_stop *stop);

// All general registers of a stopped thread, struct user_regs_struct of sys/user.h.
struct cl_registers {
    uint64_t words[27];
};

int cl_trace_registers(int32_t thread, struct cl_registers *registers);
int cl_trace_set_registers(int32_t thread, const struct cl_registers *registers);
// Whether the thread whose registers these are stands just behind a system call instruction: 1, 0, or -errno.
int cl_stands_behind_call(int32_t thread, const struct cl_registers *registers);
// Sets the registers so that the thread makes the call by the instruction that `from` stands just behind.
int cl_trace_make_call(int32_t thread, const struct cl_registers *from, int64_t number, const uint64_t *arguments);

// A program to start outside of any host.
struct cl_program {
    const char *path;
    char *const *arguments;
    char *const *variables;
    const char *directory;
    int32_t input;
    int32_t output;
    // Stays open in it as descriptor `socket_number`; nothing else does.
    int32_t socket;
    int32_t socket_number;
};

// Starts a program that is killed when the calling thread ends, in a session of its own, no signal blocked or ignored.
// Returns its pid, or the -errno of what failed up to execve(2); *pidfd is then not open.
int cl_start_program(const struct cl_program *program, int32_t *pidfd);
int cl_stream_pair(int32_t *pair);

#endif
