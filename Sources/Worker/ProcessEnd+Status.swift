import Kernel
import Model

extension WaitStatus {
    /// How the process ended, for a record; one that is only stopped has not.
    var end: ProcessEnd {
        switch self {
        case .exited(let status): .exited(status)
        case .killed(let signal, _): .signalled(signal)
        case .stopped, .continued: .notStarted("it has not ended: \(self)")
        }
    }
}
