// What a tracer asks of the kernel: ptrace(2), wait(2), and reading and writing a tracee's memory.
//
// The types are our own and fixed in width, so that Swift sees the same layout whatever glibc headers are about.
#ifndef CLINUX_TRACE_H
#define CLINUX_TRACE_H

#include <linux/audit.h>
#include <linux/elf-em.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "descriptors.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// PTRACE_EVENT_* of ptrace(2), which sys/ptrace.h and linux/ptrace.h both define and no file may include both of.
enum {
    CL_EVENT_FORK = 1,
    CL_EVENT_VFORK = 2,
    CL_EVENT_CLONE = 3,
    CL_EVENT_EXEC = 4,
    CL_EVENT_SECCOMP = 7,
    CL_EVENT_STOP = 128,  // a group stop, a new tracee, or PTRACE_INTERRUPT
};

// One system call at its entry or exit, from PTRACE_GET_SYSCALL_INFO.
struct cl_call {
    uint32_t architecture;  // AUDIT_ARCH_...
    uint32_t at_exit;       // 1 at an exit stop, 0 at a seccomp or entry stop
    uint32_t mark;          // at a seccomp stop: SECCOMP_RET_DATA, by which one filter is told from another
    uint64_t instruction;   // ip
    uint64_t stack;         // sp
    uint64_t number;
    uint64_t arguments[6];
    int64_t result;         // at an exit stop: the value, or -errno
};

// fcntl(2) commands that glibc hides without _GNU_SOURCE.
extern const int CL_F_OFD_SETLK;
extern const int CL_F_OFD_SETLKW;

int cl_trace_seize(int32_t thread);
int cl_trace_continue(int32_t thread, int signal);
// Continues until the exit of the system call, where the thread stops again.
int cl_trace_to_exit(int32_t thread, int signal);
int cl_trace_listen(int32_t thread);
// Whether the thread is one of the process: 1 or 0. No signal is sent.
int cl_is_thread(int32_t thread, int32_t process);
// tgkill(2): sends a signal to one thread of a process. 0, or -errno.
int cl_signal_thread(int32_t process, int32_t thread, int signal);
// Whether the signal before whose delivery the thread stands was sent by a process that its pid namespace does not show: 1 or 0,
// or -errno (sigaction(2): si_pid is 0 then).
int cl_trace_signal_from_outside(int32_t thread);
int cl_trace_interrupt(int32_t thread);
int cl_trace_message(int32_t thread, uint64_t *message);
int cl_trace_call(int32_t thread, struct cl_call *call);
// Both return how many bytes they moved, or -errno; reading stops short at the end of a mapping.
ssize_t cl_memory_read(int32_t thread, uint64_t address, void *buffer, size_t length);
ssize_t cl_memory_write(int32_t thread, uint64_t address, const void *buffer, size_t length);

// The name of the interface with that index in the namespace of `socket`; `name` has IFNAMSIZ (16) bytes.
int cl_interface_name(int socket, uint32_t index, char *name);
// The index of the interface with that name in the namespace of `socket`.
int cl_interface_index(int socket, const char *name, uint32_t *index);
// The file behind a thread's descriptor, as the kernel knows it without asking who serves it (AT_STATX_DONT_SYNC).
int cl_file_behind(int32_t thread, int32_t descriptor, struct cl_file_id *out);
// The same of the file at a path of a thread, not followed, where each folder on the way is in the kernel's cache; else
// -EAGAIN (RESOLVE_CACHED of openat2(2)).
int cl_file_cached(int32_t thread, const char *path, struct cl_file_id *out);
// The hardware address of that interface in the namespace of `socket`: six bytes.
int cl_interface_address(int socket, const char *name, uint8_t *address);
// What a netlink socket is: its protocol, or -errno where it is no netlink socket.
int cl_netlink_protocol(int socket);
// What a netlink socket has to read, without touching it: a receive, even a peek, takes the error that poll(2) shows.
enum {
    CL_QUEUE_EMPTY = 0,
    CL_QUEUE_READABLE = 1,
    CL_QUEUE_ERROR = 2,
};
int cl_netlink_readiness(int socket);
// The first CL_NETLINK_HEAD bytes of the first message in the queue, left there: how many, 0 when the queue is empty, or -errno.
// So few leave max_recvmsg_len of the socket without effect; but where a dump is running, its next part is made (netlink_recvmsg).
enum { CL_NETLINK_HEAD = 64 };
ssize_t cl_netlink_peek(int socket, void *buffer);
// The port id of the socket, 0 while it has none.
int cl_netlink_port(int socket, uint32_t *port);
// The port to which it is connected, 0 for the kernel.
uint32_t cl_netlink_peer(int socket);
// NETLINK_CAP_ACK and NETLINK_EXT_ACK of the socket: bit 0 and 1.
int cl_netlink_acknowledgement_options(int socket);
// Whether SO_RCVTIMEO is set, so that an interrupted recv would not be restarted (signal(7)).
int cl_has_receive_timeout(int socket);

// All general registers of a stopped thread, struct user_regs_struct of sys/user.h; what each of them is, the tracer knows.
struct cl_registers {
    uint64_t words[27];
};

int cl_trace_registers(int32_t thread, struct cl_registers *registers);
int cl_trace_set_registers(int32_t thread, const struct cl_registers *registers);

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
    // The capabilities that it cannot get, bit N for number N.
    uint64_t dropped;
    const char *score;  // NULL, or for /proc/self/oom_score_adj
};

// Starts a program that is killed when the calling thread ends, in a session of its own, no signal blocked or ignored.
// Returns its pid, or the -errno of what failed up to execve(2); *pidfd is then not open.
int cl_start_program(const struct cl_program *program, int32_t *pidfd);
int cl_stream_pair(int32_t *pair);

#endif
