import CLinux
import Glibc
import Kernel

/// The worker's own network namespace, in which it observes: empty, private, and none of the machine's.
public struct WorkerNamespace: Sendable {
    /// Moves this single-threaded process into a new network namespace.
    ///
    /// - Throws: `SystemError` of unshare(2): `EPERM` without CAP_SYS_ADMIN.
    public init() throws { try systemCall("unshare", stage: "CLONE_NEWNET") { cl_unshare(CLONE_NEWNET) } }
}
