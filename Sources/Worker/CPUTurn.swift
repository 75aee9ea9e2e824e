import Glibc
import Kernel

/// The turn on a CPU that several workers share: one of them at a time lets agents run.
///
/// So an agent finds its CPU as if its worker were alone there, while the others wait for the kernel: for grace periods, for
/// namespaces to go. A lock of flock(2), which goes with the process that holds it.
final class CPUTurn {
    private let lock: Int32?
    private var isTaken = false

    /// The turn that is told by a lock on a file, opened for this worker alone; nil where it is alone, or on all CPUs.
    init(lock: Int32? = nil) {
        self.lock = lock
        // Whoever the worker starts would hold the lock beyond its end.
        if let lock { _ = fcntl(lock, F_SETFD, FD_CLOEXEC) }
    }

    /// Waits for the turn, unless it is this worker's already.
    ///
    /// - Throws: `SystemError` of flock(2).
    func take() throws(SystemError) { try change(to: true, LOCK_EX) }

    /// Lets another worker have it.
    ///
    /// - Throws: `SystemError` of flock(2).
    func giveBack() throws(SystemError) { try change(to: false, LOCK_UN) }

    private func change(to taken: Bool, _ operation: Int32) throws(SystemError) {
        guard let lock, isTaken != taken else { return }
        while flock(lock, operation) != 0 {
            let number = errno
            guard number == EINTR else {
                throw SystemError(call: "flock", stage: "the turn on a CPU", errno: .init(rawValue: number))
            }
        }
        isTaken = taken
    }
}
