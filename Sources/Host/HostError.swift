public import Kernel
import SystemPackage

/// What can go wrong between the worker and the host's pid 1.
public enum HostError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A command failed in the host: the call with its stage and errno, the kernel's own words about a netlink request
    /// (may be empty) and the offset of the attribute that it objects to (0 when not told).
    case refused(SystemError, text: String, offset: UInt32)
    /// Pid 1 has gone.
    case died(stage: String)
    /// Pid 1 did not answer in time.
    case timedOut(stage: String)
    /// Children that did not end in time after the host was killed.
    case survivors([Int32])
    /// A request longer than a packet.
    case tooLong(stage: String, bytes: Int)

    /// One line with the stage.
    public var description: String {
        switch self {
        case .refused(let error, let text, let offset):
            "in the host: \(error)\(text.isEmpty ? "" : ": \(text)")\(offset == 0 ? "" : " (at byte \(offset))")"
        case .died(let stage): "the host's pid 1 is gone (\(stage))"
        case .timedOut(let stage): "the host's pid 1 did not answer in time (\(stage))"
        case .survivors(let processes): "the host is killed, but these processes have not ended: \(processes)"
        case .tooLong(let stage, let bytes): "a request of \(bytes) bytes is too long for the host (\(stage))"
        }
    }

    /// The failed call, when the host named one.
    public var refusal: SystemError? {
        if case .refused(let error, _, _) = self { error } else { nil }
    }
}
