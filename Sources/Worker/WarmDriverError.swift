import Interception
import Kernel

/// Why a driver cannot be forked into hosts; it can still be started in each of them.
enum WarmDriverError: Error, CustomStringConvertible {
    /// Its program was not found, or not executed.
    case notStarted(String)
    /// It did not say that it is ready within its time.
    case notReady(within: Duration, log: String)
    /// It ended.
    case ended(String, log: String)
    /// It has more than one thread: only the one that forks would live on.
    case threads(Int)
    /// It holds descriptors that all its children would share, or that lead out of the host.
    case descriptors([String])
    /// It did not fork within its time.
    case late(Duration)
    /// It said that it cannot fork.
    case refused(String)
    /// It did what the protocol does not allow.
    case misbehaved(String)
    /// Its child could not be moved into the host.
    case injection(InjectionError)

    var description: String {
        switch self {
        case .notStarted(let why): "the warm driver was not started: \(why)"
        case .notReady(let time, let log): "the warm driver was not ready within \(time)" + WarmDriverError.quote(log)
        case .ended(let how, let log): "the warm driver \(how)" + WarmDriverError.quote(log)
        case .threads(let count): "the warm driver has \(count) threads when it is ready; a fork keeps one"
        case .descriptors(let all):
            "the warm driver holds what it must not hand on to hosts: \(all.joined(separator: ", "))"
        case .late(let time): "the warm driver did not fork within \(time)"
        case .refused(let why): "the warm driver cannot fork: \(why)"
        case .misbehaved(let what): "the warm driver \(what)"
        case .injection(let error): "\(error)"
        }
    }

    private static func quote(_ log: String) -> String { log.isEmpty ? "" : "; its last words: \(log)" }
}
