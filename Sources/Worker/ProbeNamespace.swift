import CLinux
import Glibc
import Kernel
import Observation

/// Tells when the sockets of our last look at the host have let go of its namespaces.
///
/// A closed netlink socket keeps its namespace alive until an RCU grace period has passed (16 to 20 ms), and so would
/// change what the next step does to it. In this namespace a socket was closed after all of ours, on the same CPU, whose
/// callbacks run in order: when it is dead, ours have let go.
final class ProbeNamespace: EventSource {
    /// A grace period takes longer than that; each look costs as much as a system call of an agent.
    private static let first: Duration = .milliseconds(8)
    private static let pause: Duration = .milliseconds(1)
    private let handle: NamespaceHandle
    private var due = Monotonic.now() + ProbeNamespace.first
    private(set) var isDead = false
    /// Called once when it has died.
    var died: (() -> Void)?

    /// Makes the namespace, closes a socket in it, and leaves it.
    ///
    /// - Throws: `SystemError` of unshare(2), socket(2) or setns(2).
    init() throws {
        let home = try Descriptor.open("/proc/thread-self/ns/net")
        try enterNewNetworkNamespace()
        defer {
            let result = cl_setns(home.raw, CLONE_NEWNET)
            if result != 0 { fatalError("setns(home): error \(-result); the worker is lost in a probe's namespace") }
        }
        handle = try NamespaceHandle.ofThread()
        _ = try NetlinkSocket(.route)
    }

    var descriptors: [PollItem] { [] }
    var deadline: Monotonic? { isDead ? nil : due }

    func advance() throws {
        guard !isDead, Monotonic.now() >= due else { return }
        due = .now() + ProbeNamespace.pause
        isDead = try !handle.isAlive()
        guard isDead, let died else { return }
        self.died = nil
        died()
    }
}
