import Host
import Interception
import Kernel
import Observation

/// The one loop of a worker: it serves the tracer, pid 1 of the host, output and timers until a condition holds.
///
/// The story of a plan is told in sequence by whoever calls `run(until:)`; everything that happens meanwhile is done by
/// callbacks, none of which waits. So no wait is ever nested in another.
final class EventLoop {
    private let host: Host
    private let interceptor: Interceptor
    /// In the order in which they came, in which they are served too.
    private var sources: [any EventSource] = []
    private let mask: SignalSet

    /// Makes a loop; SIGCHLD is blocked outside its poll from now on.
    init(host: Host, interceptor: Interceptor) throws {
        self.host = host
        self.interceptor = interceptor
        try SignalSet.child.makeInterrupting()
        var mask = try SignalSet.child.block()
        mask.remove(.child)
        self.mask = mask
    }

    func add(_ source: any EventSource) {
        if !sources.contains(where: { $0 === source }) { sources.append(source) }
    }
    func remove(_ source: any EventSource) { sources.removeAll { $0 === source } }

    /// Serves everybody until `done` says so or the time has passed.
    ///
    /// - Returns: Whether `done` holds.
    @discardableResult
    func run(until deadline: Monotonic? = nil, _ done: () throws -> Bool) throws -> Bool {
        while true {
            // Stops first: an agent waits for each of them.
            while interceptor.drain() {}
            try host.processEvents()
            for source in sources where isServed(source) { try source.advance() }
            if try done() { return true }
            if let deadline, Monotonic.now() >= deadline { return false }
            try wait(deadline)
        }
    }

    /// Whether a source is still there: one that was served before it may have removed it.
    private func isServed(_ source: any EventSource) -> Bool { sources.contains { $0 === source } }

    private func wait(_ deadline: Monotonic?) throws {
        let all = sources
        let next = (all.compactMap(\.deadline) + [deadline, interceptor.deadline].compactMap { $0 }).min()
        let timeout = next.map { max(Duration.zero, $0 - Monotonic.now()) }
        let items = [PollItem(host.fileDescriptor, .readable)] + all.flatMap(\.descriptors)
        _ = try poll(items, timeout: timeout, mask: mask, interruptible: true)
    }
}

/// Something that is polled and moved on.
protocol EventSource: AnyObject {
    /// What to poll.
    var descriptors: [PollItem] { get }
    /// When it wants to be moved on though nothing was ready; nil for never.
    var deadline: Monotonic? { get }
    /// Moves on without waiting.
    func advance() throws
}

/// The settling of the host's state.
final class SettlerSource: EventSource {
    private let settler: Settler
    private(set) var outcome: SettlingOutcome?

    init(_ settler: Settler) { self.settler = settler }

    var descriptors: [PollItem] { settler.descriptors }
    var deadline: Monotonic? { settler.deadline }

    func advance() throws { if outcome == nil { outcome = try settler.advance() } }
}

/// The death of a namespace whose name was taken away.
final class DeathSource: EventSource {
    private let death: NamespaceDeath
    private let finished: (DeathSource, NamespaceDeathOutcome) -> Void

    init(_ death: NamespaceDeath, finished: @escaping (DeathSource, NamespaceDeathOutcome) -> Void) {
        self.death = death
        self.finished = finished
    }

    var descriptors: [PollItem] { death.descriptors }
    var deadline: Monotonic? { death.deadline }

    func advance() throws { if let outcome = try death.advance() { finished(self, outcome) } }
}
