import Model

/// Why a run is no evidence: the harness, not the agent, failed.
///
/// It is thrown, or given to `EventLoop.fail(with:)` by a callback that cannot throw, whose loop throws it then. The
/// `error` of a record is the description of one of these.
enum RunFailure: Error, Hashable, CustomStringConvertible {
    /// The disk did not take a part of the record.
    case recordNotWritten(String)
    /// Pid 1 of the host ended before the plan did.
    case hostEnded(signal: Int32?)
    /// The host used all that it may have.
    case boundMet(String)
    /// Something of the host is left.
    case hostNotDestroyed(String)
    /// An agent did what the tracer cannot follow, or somebody else had a hand in it.
    case cannotTrace(String)
    /// The agents did not pass their points in the order of the plan.
    case orderNotKept(String)
    /// A program lives on after it was killed.
    case immortal(String)
    /// A program could not be begun by the harness.
    case notBegun(program: String, why: String)
    /// A driver broke its protocol.
    case driverMisbehaved(String)
    /// It cannot be said whether a condition holds: taken for false, its `not` would hold.
    case unreadable(Condition, why: String)
    /// What a fault changed is still so after its `until`.
    case notTakenBack(String)
    /// A file system of the kernel that an agent mounted is writable, and the machine's.
    case mountNotHeld(String)
    /// A setting that makes runs equal was not made.
    case settingNotMade(String)
    /// It was to go on until the source at its faults was read.
    case sourceRead
    /// Whoever watched it stand still told it to end.
    case ended
    /// The plan asks for what no run can do.
    case impossible(String)
    /// The kernel or pid 1 of the host refused what the run needs.
    case refused(String)

    /// The failure that an error is for the run in which it was thrown.
    init(_ error: any Error) { self = error as? RunFailure ?? .refused(explained(error)) }

    var description: String {
        switch self {
        case .recordNotWritten(let why): "the record could not be written: \(why)"
        case .hostEnded(let signal): "pid 1 of the host ended" + (signal.map { " by signal \($0)" } ?? "")
        case .immortal(let what): "\(what) does not die of SIGKILL"
        case .notBegun(let program, let why): "`\(program)` could not be begun: \(why)"
        case .unreadable(let condition, let why): "\(condition) could not be looked at: \(why)"
        case .notTakenBack(let why): "a fault could not be taken back: \(why)"
        case .ended: "it was told to end where it stood still"
        case .sourceRead: "it ended when the source at its faults was read"
        case .settingNotMade(let what): "a setting that makes runs equal was not made: \(what)"
        case .hostNotDestroyed(let text), .cannotTrace(let text), .orderNotKept(let text), .driverMisbehaved(let text),
            .boundMet(let text), .mountNotHeld(let text), .impossible(let text), .refused(let text):
            text
        }
    }
}
