import CLinux
import Glibc

/// One row of the table of system calls: what the filter, the decoder and the record must know of a call.
///
/// The rows are those of the architecture (`X86_64.swift`).
final class SystemCall: Sendable {
    /// What is to be done at it.
    enum Treatment: Sendable {
        /// It may stand for operations.
        case decoded(@Sendable (CallDecoder) -> Decoded?)
        /// It reads from a socket.
        case receive
        /// It is answered with `ENOSYS`, and that is said: the mechanism named here cannot be traced.
        case refused(String)
        /// It is made, and its first two arguments may make it worth a note.
        case said(@Sendable (UInt64, UInt64) -> String?)
    }

    /// Its number on this architecture.
    let number: Int32
    /// Its name, as strace prints it.
    let name: String
    /// When the filter stops at it.
    let condition: TrappedCall.Condition
    let treatment: Treatment

    convenience init(_ number: Int32, _ name: String, _ decode: @escaping @Sendable (CallDecoder) -> Decoded?) {
        self.init(number, name, .always, .decoded(decode))
    }

    convenience init(
        _ number: Int32, _ name: String, when argument: Int, _ test: TrappedCall.Test,
        _ decode: @escaping @Sendable (CallDecoder) -> Decoded?
    ) {
        self.init(number, name, .argument(argument, test), .decoded(decode))
    }

    convenience init(_ number: Int32, _ name: String, refused mechanism: String) {
        self.init(number, name, .always, .refused(mechanism))
    }

    convenience init(_ number: Int32, _ name: String, said: @escaping @Sendable (UInt64, UInt64) -> String?) {
        self.init(number, name, .always, .said(said))
    }

    convenience init(
        _ number: Int32, _ name: String, when argument: Int, _ test: TrappedCall.Test,
        said: @escaping @Sendable (UInt64, UInt64) -> String?
    ) {
        self.init(number, name, .argument(argument, test), .said(said))
    }

    convenience init(receive number: Int32, _ name: String) { self.init(number, name, .always, .receive) }

    private init(_ number: Int32, _ name: String, _ condition: TrappedCall.Condition, _ treatment: Treatment) {
        self.number = number
        self.name = name
        self.condition = condition
        self.treatment = treatment
    }

    /// How the filter is told of it.
    var trapped: TrappedCall { TrappedCall(number, condition) }

    /// The row of a number; nil where the call is not trapped.
    static func of(_ number: Int32) -> SystemCall? {
        number >= 0 && number < byNumber.count ? byNumber[Int(number)] : nil
    }

    /// Whether it is a call by which a socket's answer is read.
    static func isReceive(_ number: Int32) -> Bool {
        if case .receive? = of(number)?.treatment { true } else { false }
    }

    private static let byNumber: [SystemCall?] = {
        var rows = [SystemCall?](repeating: nil, count: Int(all.map(\.number).max() ?? 0) + 1)
        for row in all { rows[Int(row.number)] = row }
        return rows
    }()

    /// What is said of a filter of the agent's own (seccomp(2)): calls that it hands to its own listener we do not see.
    static func seccompNote(_ operation: UInt32, flags: UInt64) -> String? {
        switch Int32(bitPattern: operation) {
        case SECCOMP_SET_MODE_STRICT: strictNote
        case SECCOMP_SET_MODE_FILTER where flags & UInt64(CL_SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0:
            "has a seccomp filter with a listener of its own: calls that the listener answers are not seen"
        default: nil
        }
    }

    static let strictNote =
        "asked for strict seccomp and was refused (EINVAL): a process that is filtered cannot have it"
}

extension FilterProgram {
    /// The filter of every run.
    ///
    /// - Parameters:
    ///   - receives: Whether the receive calls are trapped too: only a run that fails a netlink request needs them,
    ///     since that is where the agent reads its answer.
    ///   - readsLinks: Whether calls that read a symbolic link are: they matter below `state` alone, and are made by
    ///     agents that have none as often as by others.
    public static func standard(receives: Bool, readsLinks: Bool = true) -> FilterProgram {
        let calls = SystemCall.all.filter {
            (receives || !SystemCall.isReceive($0.number))
                && (readsLinks || ![__NR_readlink, __NR_readlinkat].contains($0.number))
        }.map(\.trapped)
        // The program is walked for calls that are looked at closer, and often let pass: these need not go far. What is always
        // trapped costs a stop, beside which the way to it is nothing; what never is, the kernel lets pass without it.
        return FilterProgram(calls.filter { !$0.isAlwaysTrapped } + calls.filter(\.isAlwaysTrapped))
    }
}
