public import Kernel

/// What came of the wait for a namespace's end.
public enum NamespaceDeathOutcome: Sendable, Hashable {
    /// It is gone with its devices, after so many nanoseconds.
    case gone(after: UInt64)
    /// It lives on; who holds it as ``NamespaceDeath`` found, or `unknown`.
    case held(by: [String])
    /// It is dead, but its devices were still there when the time was over.
    case lingering
}

/// Waits for the end of one namespace and of its devices, without sleeping.
///
/// For a fault that deletes a namespace and lets the agent go on only when that is done. The event loop polls
/// ``descriptors`` until ``deadline`` and calls ``advance()``. For one thread, at home.
public final class NamespaceDeath {
    /// Between two looks at a namespace that lives although nobody seems to hold it.
    private static let pause: Duration = .milliseconds(1)
    /// How long such a namespace may be on its way out: the kernel drops mounts in a work queue after a tick or two.
    private static let grace = Duration.seconds(1).patient

    private let host: HostView
    private let limit: Duration
    private let identity: NamespaceIdentity
    private var handle: NamespaceHandle?
    private var began = Monotonic.now()
    private var looked = Monotonic.now()
    private var barrier: CleanupBarrier?

    /// Prepares to look for holders in a host; waits for devices at most `limit`.
    public init(_ host: HostView, limit: Duration = .seconds(5).patient, identity: NamespaceIdentity = .preferred) {
        self.host = host
        self.limit = limit
        self.identity = identity
    }

    /// Begins to wait for the end of a namespace whose last name was just taken away.
    public func start(_ handle: NamespaceHandle) {
        self.handle = handle
        barrier = nil
        began = .now()
    }

    /// What to poll on until the next ``advance()``.
    public var descriptors: [PollItem] { barrier.map { [$0.descriptor] } ?? [] }

    /// When to call ``advance()`` although no descriptor has anything to tell; nil when nothing is waited for.
    public var deadline: Monotonic? {
        guard handle != nil else { return nil }
        return barrier == nil ? looked + NamespaceDeath.pause : began + limit
    }

    /// Goes on as far as it can without waiting; nil while there is something to wait for.
    /// - Throws: `SystemError` or `NetlinkError`.
    public func advance() throws -> NamespaceDeathOutcome? {
        guard let handle else { return nil }
        let outcome = try step(handle)
        if outcome != nil { self.handle = nil }
        return outcome
    }

    private func step(_ handle: NamespaceHandle) throws -> NamespaceDeathOutcome? {
        if barrier == nil {
            looked = .now()
            if try handle.isAlive(identity: identity) {
                let holders = try Holders.find([handle], host)[handle.id] ?? []
                if !holders.isEmpty { return .held(by: holders) }
                return Monotonic.now() < began + NamespaceDeath.grace ? nil : .held(by: ["unknown"])
            }
            barrier = try CleanupBarrier()
        }
        guard try barrier?.isDone() == true else { return Monotonic.now() < began + limit ? nil : .lingering }
        barrier = nil
        return .gone(after: UInt64(max(0, (Monotonic.now() - began).nanoseconds)))
    }
}
