import CLinux
import Glibc
import SystemPackage

/// A status of waitpid(2), decoded.
public enum WaitStatus: Hashable, Sendable {
    /// Ended by exit with a code.
    case exited(Int32)
    /// Ended by a signal; `core` when memory was dumped.
    case killed(signal: Int32, core: Bool)
    /// Stopped (a tracee): the signal, and the `PTRACE_EVENT_*` above it (0 for none).
    case stopped(signal: Int32, event: Int32)
    /// Continued by `SIGCONT`.
    case continued

    /// Decodes the kernel's number.
    public init(rawValue: Int32) {
        let low = rawValue & 0x7f
        if rawValue == 0xffff {
            self = .continued
        } else if rawValue & 0xff == 0x7f {
            self = .stopped(signal: (rawValue >> 8) & 0xff, event: rawValue >> 16)
        } else if low == 0 {
            self = .exited((rawValue >> 8) & 0xff)
        } else {
            self = .killed(signal: low, core: rawValue & 0x80 != 0)
        }
    }

    /// Whether the process is gone.
    public var isEnd: Bool {
        switch self {
        case .exited, .killed: true
        case .stopped, .continued: false
        }
    }
}

/// One answer of ``wait(for:)``.
public struct WaitResult: Hashable, Sendable {
    /// The process or thread.
    public let process: Int32
    /// The kernel's number, for callers that decode themselves.
    public let rawStatus: Int32
    /// The decoded status.
    public var status: WaitStatus { WaitStatus(rawValue: rawStatus) }

    /// Joins what waitpid(2) gave.
    public init(process: Int32, rawStatus: Int32) {
        self.process = process
        self.rawStatus = rawStatus
    }
}

/// Asks without waiting whether a child or tracee changed its state (waitpid with `WNOHANG | __WALL`).
/// - Parameter process: A child, or nil for any.
/// - Returns: The change, or nil when nothing changed.
/// - Throws: `ECHILD` when there is no such child.
public func wait(for process: Int32? = nil) throws(SystemError) -> WaitResult? {
    var status: Int32 = 0
    let got = try systemCall("waitpid", stage: process.map(String.init) ?? "any child") {
        cl_wait(process ?? -1, 1, &status)
    }
    return got == 0 ? nil : WaitResult(process: got, rawStatus: status)
}

/// Waits for one child to end or, when traced, to stop.
///
/// Blocks: not for the worker's event loop.
public func waitBlocking(for process: Int32) throws(SystemError) -> WaitResult {
    var status: Int32 = 0
    let got = try systemCall("waitpid", stage: String(process)) { cl_wait(process, 0, &status) }
    return WaitResult(process: got, rawStatus: status)
}

/// Makes whoever below this process loses its parent a child of it (PR_SET_CHILD_SUBREAPER, prctl(2)).
public func adoptOrphans() throws(SystemError) {
    try systemCall("prctl", stage: "PR_SET_CHILD_SUBREAPER") { cl_adopt_orphans() }
}

/// A descriptor of a process or thread (pidfd_open(2)): it never comes to mean another one.
public struct ProcessDescriptor: ~Copyable, Sendable {
    /// The pidfd.
    public let descriptor: Descriptor

    /// Takes over a pidfd.
    public init(owning descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Opens one for a process, or with `thread` for a single thread (Linux 6.9).
    public init(_ process: Int32, thread: Bool = false) throws(SystemError) {
        descriptor = Descriptor(
            owning: try systemCall("pidfd_open", stage: String(process)) { cl_pidfd_open(process, thread ? 1 : 0) })
    }

    /// Sends a signal.
    /// - Throws: `ESRCH` when the process has ended.
    public borrowing func send(signal: Int32) throws(SystemError) {
        let number = descriptor.raw
        try systemCall("pidfd_send_signal", stage: "signal \(signal)") { cl_pidfd_send_signal(number, signal) }
    }

    /// A duplicate of one of the process's descriptors (pidfd_getfd(2)).
    ///
    /// It pins what it stands for: close at once.
    public borrowing func take(_ number: Int32) throws(SystemError) -> Descriptor {
        let own = descriptor.raw
        return Descriptor(
            owning: try systemCall("pidfd_getfd", stage: "descriptor \(number)") { cl_pidfd_getfd(own, number) })
    }

    /// The process's pid in the caller's pid namespace, by /proc/self/fdinfo.
    /// - Throws: `ESRCH` when the process has ended.
    public borrowing func processID() throws(SystemError) -> Int32 {
        let path = "/proc/thread-self/fdinfo/\(descriptor.raw)"
        for line in try readFile(path).split(separator: "\n") where line.hasPrefix("Pid:") {
            let text = line.dropFirst(4).drop { $0 == " " || $0 == "\t" }
            if let number = Int32(text), number > 0 { return number }
        }
        throw SystemError(call: "read", stage: "\(path): Pid", errno: .noSuchProcess)
    }
}
