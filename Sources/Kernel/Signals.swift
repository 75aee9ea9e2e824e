import CLinux
import Glibc

/// A set of signals as the kernel's 64 bits.
public struct SignalSet: OptionSet, Sendable, Hashable {
    /// Bit n - 1 stands for signal n.
    public let rawValue: UInt64
    /// Wraps the kernel's bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The set of one signal number, 1 to 64.
    public init(signal: Int32) { rawValue = 1 << UInt64(signal - 1) }
    /// `SIGCHLD`.
    public static let child = SignalSet(signal: SIGCHLD)
    /// `SIGINT`.
    public static let interrupt = SignalSet(signal: SIGINT)
    /// `SIGTERM`.
    public static let terminate = SignalSet(signal: SIGTERM)
    /// `SIGHUP`.
    public static let hangUp = SignalSet(signal: SIGHUP)

    /// Those of the set that this process does not ignore: nohup(1) and shells have programs ignore some, and a blocked one
    /// would be queued nevertheless.
    public var notIgnored: SignalSet {
        var set = self
        for number in Int32(1)...64 where contains(SignalSet(signal: number)) {
            if cl_signal_is_ignored(number) != 0 { set.remove(SignalSet(signal: number)) }
        }
        return set
    }

    /// Blocks the signals for the calling thread.
    /// - Returns: The mask before, for ``restore()``.
    @discardableResult
    public func block() throws(SystemError) -> SignalSet {
        var before: UInt64 = 0
        try systemCall("sigprocmask", stage: "block") { cl_signals_block(rawValue, &before) }
        return SignalSet(rawValue: before)
    }

    /// Makes this set the calling thread's mask.
    public func restore() throws(SystemError) {
        try systemCall("sigprocmask", stage: "restore") { cl_signals_restore(rawValue) }
    }

    /// Does what may take long while these signals are blocked: where one of them then waits for `seconds`, the process ends by itself.
    ///
    /// It writes the line to standard error, and its status is 128 and the signal's number. For one thread; no call of `body` may
    /// wait with a limit of time, for the kernel's timer interrupts it each second.
    public func whileBusy<Result>(
        for seconds: Int32, saying line: StaticString, _ body: () throws -> Result
    ) rethrows -> Result {
        cl_end_by_waiting(rawValue, seconds, UnsafeRawPointer(line.utf8Start).assumingMemoryBound(to: CChar.self))
        defer { cl_end_by_none() }
        return try body()
    }

    /// Gives each signal of the set a handler that does nothing, so that an unblocked one interrupts ``poll(_:timeout:mask:interruptible:)``.
    public func makeInterrupting() throws(SystemError) {
        for number in Int32(1)...64 where contains(SignalSet(signal: number)) {
            try systemCall("sigaction", stage: "signal \(number)") { cl_signal_interrupts(number) }
        }
    }
}

/// A descriptor from which blocked signals are read (signalfd(2)).
public struct SignalDescriptor: ~Copyable {
    private let descriptor: Descriptor

    /// One signal read from it.
    public struct Signal: Hashable, Sendable {
        /// The signal's number.
        public let number: Int32
        /// The child for `SIGCHLD`, otherwise the sender.
        public let process: Int32
        /// The child's exit code or signal for `SIGCHLD`.
        public let status: Int32
    }

    /// Blocks the signals for the calling thread and makes the descriptor; it never blocks a reader.
    public init(_ signals: SignalSet) throws(SystemError) {
        try signals.block()
        descriptor = Descriptor(owning: try systemCall("signalfd4") { cl_signalfd(signals.rawValue) })
    }

    /// The number, to poll on.
    public var raw: Int32 { descriptor.raw }

    /// The next pending signal, or nil.
    public borrowing func next() throws(SystemError) -> Signal? {
        let number = descriptor.raw
        var signal = cl_signal()
        let got = try systemCall("read", stage: "signalfd") { cl_signalfd_read(number, &signal) }
        return got == 0
            ? nil
            : Signal(
                number: Int32(bitPattern: signal.number), process: Int32(bitPattern: signal.pid), status: signal.status)
    }
}
