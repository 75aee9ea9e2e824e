import Model
import Reports

/// What strace(1) cannot do at a call, as a C program of its own: ptrace(2) stops the agent there, whichever of its threads comes.
///
/// It makes the kernel's answer to a netlink request an error (the request is sent as one that does nothing, and is acknowledged;
/// in the acknowledgement stands the errno), says of a list that it was interrupted, kills all processes of the agent at one call, and
/// counts calls by what they say over all threads, where strace counts those of each thread by itself.
enum ReproducerProgram {
    /// The source for a fault at an operation; nil where such a program cannot do it either.
    static func source(_ reproducer: Reproducer) -> String? {
        let look = Reproducer.look(reproducer.operation)
        let isNetlink = reproducer.operation.row?.isNetlink == true
        guard !look.isEmpty, look.hasPrefix("RTM_") == isNetlink, let what = what(reproducer, isNetlink) else {
            return nil
        }
        let defined = [
            "#define CALL SYS_\(reproducer.operation.call)", "#define RANK \(reproducer.rank)",
            isNetlink ? "#define TYPE \(look)" : "#define PLACE \(quoted(look))",
            "#define AFTER \(reproducer.fault.point.side == .after ? 1 : 0)", what,
        ]
        return head + defined.joined(separator: "\n") + "\n" + text
    }

    /// What is done at the call.
    private static func what(_ reproducer: Reproducer, _ isNetlink: Bool) -> String? {
        switch reproducer.action {
        case .fail(let errno, _, _): "#define \(isNetlink ? "ANSWER" : "FAIL") \(errno.name)"
        case .dump(.interrupted) where isNetlink: "#define INTERRUPT 1"
        case .kill(let victims, let signal, nil) where victims != .main:
            "#define KILL \(signal.name)\n#define ALL \(victims == .all ? 1 : 0)"
        default: reproducer.world.map { "#define CHANGE \(quoted($0))" }
        }
    }

    /// A text as C has it.
    private static func quoted(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\" + String(UnicodeScalar(byte))
            case 32..<127: result += String(UnicodeScalar(byte))
            default:
                // Three digits, so that none of the text that follows belongs to it.
                let digits = String(byte, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return "\"\(result)\""
    }

    private static let head = """
        /* Runs a command and stops it at one call: see ptrace(2), netlink(7). */
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <limits.h>
        #include <linux/netlink.h>
        #include <linux/rtnetlink.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/ptrace.h>
        #include <sys/socket.h>
        #include <sys/syscall.h>
        #include <sys/user.h>
        #include <sys/wait.h>
        #include <unistd.h>


        """

    private static let text = #"""
        typedef unsigned long long word;
        static pid_t first, hit, tracees[4096];
        static int seen, count;
        /* Of the request whose answer is changed: where it stands, how it was, and whether it is on its way. */
        static word request;
        static struct nlmsghdr was;
        static int asked;

        static int memory(pid_t pid, word at, void *data, size_t size, int writes) {
            char path[64];
            snprintf(path, sizeof path, "/proc/%d/mem", pid);
            int file = open(path, O_RDWR | O_CLOEXEC);
            if (file < 0) return 0;
            ssize_t done = writes ? pwrite(file, data, size, (off_t)at) : pread(file, data, size, (off_t)at);
            close(file);
            return done == (ssize_t)size;
        }

        /* Where the message of a sendmsg(2), recvmsg(2), sendto(2) or recvfrom(2) stands. */
        static word message(pid_t pid, long call, word argument, size_t *size) {
            struct msghdr head;
            struct iovec part;
            if (call == SYS_sendto || call == SYS_recvfrom) return argument;
            if (!memory(pid, argument, &head, sizeof head, 0) || head.msg_iovlen == 0) return 0;
            if (!memory(pid, (word)head.msg_iov, &part, sizeof part, 0)) return 0;
            if (size && *size > part.iov_len) *size = part.iov_len;
            return (word)part.iov_base;
        }

        static int is_meant(pid_t pid, const word *arguments) {
        #ifdef TYPE
            struct nlmsghdr head;
            word at = message(pid, CALL, arguments[1], NULL);
            return at && memory(pid, at, &head, sizeof head, 0) && head.nlmsg_type == TYPE;
        #else
            char text[sizeof PLACE + 1], path[64];
            for (int i = 0; i < 3; i++) {
                if (memory(pid, arguments[i], text, sizeof PLACE, 0) && memcmp(text, PLACE, sizeof PLACE) == 0) return 1;
                snprintf(path, sizeof path, "/proc/%d/fd/%u", pid, (unsigned)arguments[i]);
                ssize_t length = arguments[i] < 65536 ? readlink(path, text, sizeof text) : -1;
                if (length == sizeof PLACE - 1 && memcmp(text, PLACE, (size_t)length) == 0) return 1;
            }
            return 0;
        #endif
        }

        static void set(pid_t pid, int is_result, word value) {
            struct user_regs_struct registers;
            if (ptrace(PTRACE_GETREGS, pid, 0, &registers) < 0) return;
            if (is_result) registers.rax = value; else registers.orig_rax = value;
            ptrace(PTRACE_SETREGS, pid, 0, &registers);
        }

        static void act(pid_t pid) {
        #ifdef KILL
            if (!AFTER && KILL == SIGKILL) set(pid, 0, -1);
            for (int i = 0; i < count; i++) {
                if (ALL ? tracees[i] != first : tracees[i] == pid) kill(tracees[i], KILL);
            }
        #endif
        #ifdef CHANGE
            (void)pid;
            if (system(CHANGE) != 0) fprintf(stderr, "the change failed\n");
        #endif
        #if !defined(KILL) && !defined(CHANGE)
            (void)pid;
        #endif
        }

        static void enter(pid_t pid, const word *arguments) {
            if (!AFTER) act(pid);
        #ifdef FAIL
            set(pid, 0, -1);
        #endif
        #if defined(ANSWER) || defined(INTERRUPT)
            request = message(pid, CALL, arguments[1], NULL);
            if (!memory(pid, request, &was, sizeof was, 0)) return;
            asked = 1;
        #endif
        #ifdef ANSWER
            /* The kernel does nothing for a message below NLMSG_MIN_TYPE, and acknowledges it. */
            struct nlmsghdr nothing = was;
            nothing.nlmsg_type = NLMSG_NOOP;
            nothing.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
            memory(pid, request, &nothing, sizeof nothing, 1);
        #endif
            (void)arguments;
        }

        static void leave(pid_t pid) {
            if (AFTER) act(pid);
        #ifdef FAIL
            set(pid, 1, -(word)FAIL);
        #endif
        #ifdef ANSWER
            memory(pid, request, &was, sizeof was, 1);
        #endif
        }

        /* What was received: of the answer to the request the errno, or a flag, is put in. */
        static void answer(pid_t pid, word received) {
            struct user_regs_struct registers;
            static char data[1 << 16];
            if (!asked || ptrace(PTRACE_GETREGS, pid, 0, &registers) < 0) return;
            long call = (long)registers.orig_rax;
            if (call != SYS_recvmsg && call != SYS_recvfrom) return;
            /* Who only looks will read it again. */
            int peeks = ((call == SYS_recvmsg ? registers.rdx : registers.r10) & MSG_PEEK) != 0;
            size_t size = received < sizeof data ? received : sizeof data;
            word at = message(pid, call, registers.rsi, &size);
            if (!at || !memory(pid, at, data, size, 0)) return;
            for (struct nlmsghdr *head = (void *)data; NLMSG_OK(head, size); head = NLMSG_NEXT(head, size)) {
                if (head->nlmsg_seq != was.nlmsg_seq) continue;
        #ifdef ANSWER
                if (head->nlmsg_type != NLMSG_ERROR) continue;
                struct nlmsgerr *error = NLMSG_DATA(head);
                error->error = -ANSWER;
                error->msg.nlmsg_type = was.nlmsg_type;
                memory(pid, at + (word)((char *)error - data), error, sizeof *error, 1);
                asked = peeks;
                return;
        #else
                if (head->nlmsg_type == NLMSG_DONE) asked = peeks;
                head->nlmsg_flags |= NLM_F_DUMP_INTR;
                memory(pid, at + (word)((char *)head - data), head, sizeof *head, 1);
        #endif
            }
        }

        static void stopped(pid_t pid) {
            struct __ptrace_syscall_info info;
            if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
            if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
                word arguments[6];
                for (int i = 0; i < 6; i++) arguments[i] = info.entry.args[i];
                if (info.entry.nr != CALL || seen == RANK || !is_meant(pid, arguments) || ++seen != RANK) return;
                hit = pid;
                enter(pid, arguments);
            } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && hit == pid) {
                hit = 0;
                leave(pid);
            } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.rval > 0) {
                answer(pid, (word)info.exit.rval);
            }
        }

        int main(int argc, char **argv) {
            int status, result = 127;
            if (argc < 2) return 2;
            first = fork();
            if (first == 0) {
                ptrace(PTRACE_TRACEME, 0, 0, 0);
                raise(SIGSTOP);
                execvp(argv[1], argv + 1);
                _exit(127);
            }
            waitpid(first, &status, 0);
            ptrace(PTRACE_SETOPTIONS, first, 0,
                   PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC);
            tracees[count++] = first;
            ptrace(PTRACE_SYSCALL, first, 0, 0);
            for (;;) {
                pid_t pid = waitpid(-1, &status, __WALL);
                if (pid < 0) break;
                int place = 0, signal = 0;
                while (place < count && tracees[place] != pid) place++;
                if (WIFEXITED(status) || WIFSIGNALED(status)) {
                    if (place < count) tracees[place] = tracees[--count];
                    if (pid != first) continue;
                    result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
                    break;
                }
                if (WSTOPSIG(status) == (SIGTRAP | 0x80)) stopped(pid);
                /* A new one stops once; what is no event is a signal of its own. */
                else if (status >> 16 == 0 && (place < count || WSTOPSIG(status) != SIGSTOP)) signal = WSTOPSIG(status);
                if (place == count && count < 4096) tracees[count++] = pid;
                ptrace(PTRACE_SYSCALL, pid, 0, signal);
            }
            if (seen != RANK) fprintf(stderr, "the call never came\n");
            return result;
        }
        """#
}
