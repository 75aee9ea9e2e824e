import CLinux
import Glibc
import Kernel

/// A stop, or the end, of a traced thread, as wait(2) tells of it.
public struct ThreadStop: Hashable, Sendable {
    /// Why a thread stopped or ended.
    public enum Reason: Hashable, Sendable {
        /// It ended with this status; of a process's first thread this is that of the process.
        case exited(Int32)
        /// A signal ended it.
        case signalled(Int32)
        /// It is about to make a call that a filter traps (`PTRACE_EVENT_SECCOMP`).
        case call
        /// It stands at the exit of a call (`PTRACE_O_TRACESYSGOOD`), or at the entry of one that no filter traps.
        case callExit
        /// It has made a child or a thread; which one, its event message says. After vfork(2) the maker waits until the child
        /// has executed a program or is gone.
        case child(makerWaits: Bool)
        /// It runs another program now; its event message is the id it had before.
        case exec
        /// A stopping signal has stopped its process.
        case group(Int32)
        /// It is new, or was interrupted (`PTRACE_EVENT_STOP` that is no group stop).
        case interrupted
        /// A signal is about to be delivered to it.
        case signal(Int32)
    }

    /// The thread, as the tracer sees it.
    public let thread: Int32
    /// Why.
    public let reason: Reason

    /// Makes a stop from its parts.
    public init(_ thread: Int32, _ reason: Reason) {
        self.thread = thread
        self.reason = reason
    }

    /// Reads the status that waitpid(2) gave, as ptrace(2) describes it; nil for a child that was continued.
    public init?(_ thread: Int32, status: Int32) {
        self.thread = thread
        switch WaitStatus(rawValue: status) {
        case .continued: return nil
        case .exited(let code): reason = .exited(code)
        case .killed(let signal, _): reason = .signalled(signal)
        case .stopped(let signal, let event):
            switch Int(event) {
            case CL_EVENT_SECCOMP: reason = .call
            case CL_EVENT_FORK, CL_EVENT_CLONE: reason = .child(makerWaits: false)
            case CL_EVENT_VFORK: reason = .child(makerWaits: true)
            case CL_EVENT_EXEC: reason = .exec
            case CL_EVENT_STOP: reason = ThreadStop.stopping.contains(signal) ? .group(signal) : .interrupted
            default: reason = signal == SIGTRAP | 0x80 ? .callExit : .signal(signal)
            }
        }
    }

    private static let stopping = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU]

    /// Whether the thread is gone.
    public var isEnd: Bool {
        switch reason {
        case .exited, .signalled: true
        default: false
        }
    }
}
