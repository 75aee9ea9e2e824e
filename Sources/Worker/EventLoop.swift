import Kernel

/// The one loop of a worker: it serves the tracer, pid 1 of the host, output and timers until a condition holds.
///
/// The steps of a plan run in sequence by whoever calls `run(until:)`; everything that happens meanwhile is done by
/// callbacks, none of which waits. So no wait is ever nested in another. A callback that cannot throw gives its failure
/// to `fail(with:)`, and whoever runs the loop is thrown it.
final class EventLoop {
    /// Served before all others, in this order: an agent waits for each of its stops.
    private let first: [any EventSource]
    /// In the order in which they came, in which they are served too.
    private var sources: [any EventSource] = []
    private let waiter: any Waiter
    private let isHolding: () -> Bool
    /// Whether others than the tracer may have something to do.
    private var isDue = true
    /// What the first callback that failed said.
    private(set) var failure: RunFailure?

    /// - Parameters:
    ///   - first: The tracer and pid 1 of the host.
    ///   - isHolding: Whether an agent is held: then somebody may have begun something for its sake at a stop.
    init(first: [any EventSource], waiter: any Waiter, isHolding: @escaping () -> Bool = { true }) {
        self.first = first
        self.waiter = waiter
        self.isHolding = isHolding
    }

    /// The time by which everything in a run is measured.
    var now: Monotonic { waiter.now }

    func add(_ source: any EventSource) {
        if !sources.contains(where: { $0 === source }) { sources.append(source) }
        isDue = true
    }
    func remove(_ source: any EventSource) { sources.removeAll { $0 === source } }

    /// Ends the run: whoever runs the loop, now or later, is thrown the first failure.
    func fail(with failure: RunFailure) { self.failure = self.failure ?? failure }

    /// Throws what a callback has failed with.
    func check() throws(RunFailure) { if let failure { throw failure } }

    /// Calls once when so much time has passed.
    func after(_ time: Duration, _ fire: @escaping () -> Void) {
        add(
            Timer(at: now + time, loop: self) { [unowned self] timer in
                remove(timer)
                fire()
            })
    }

    /// Serves everybody until `done` says so or the time has passed.
    ///
    /// - Returns: Whether `done` holds.
    /// - Throws: what a source throws, and what a callback has failed with.
    @discardableResult
    func run(until deadline: Monotonic? = nil, _ done: () throws -> Bool) throws -> Bool {
        isDue = true
        while true {
            // After a stop at which nobody is held, all but the tracer are where they were.
            for (place, source) in first.enumerated() where place == 0 || isDue || isHolding() {
                try source.advance()
                try check()
            }
            if isDue || isHolding() {
                isDue = false
                for source in sources where isServed(source) { try source.advance() }
                try check()
            }
            if try done() { return true }
            if let deadline, now >= deadline { return false }
            var next = deadline
            var items: [PollItem] = []
            for group in [first, sources] {
                for source in group {
                    items += source.descriptors
                    if let moment = source.deadline { next = min(moment, next ?? moment) }
                }
            }
            if try waiter.wait(for: items, until: next) { isDue = true }
        }
    }

    /// Whether a source is still there: one that was served before it may have removed it.
    private func isServed(_ source: any EventSource) -> Bool { sources.contains { $0 === source } }
}

/// How the loop waits, and by which clock: the kernel's, or a test's that stands still.
protocol Waiter: AnyObject {
    /// The time.
    var now: Monotonic { get }
    /// Waits until one of these has something to tell, a child has stopped, or it is that late; nil is never.
    ///
    /// - Returns: False where nothing but the stop of a child has ended the wait.
    func wait(for items: [PollItem], until moment: Monotonic?) throws -> Bool
}

/// Waits by poll(2), interrupted by SIGCHLD alone.
final class PollWaiter: Waiter {
    private let mask: SignalSet

    /// SIGCHLD is blocked outside its waits from now on.
    init() throws {
        try SignalSet.child.makeInterrupting()
        var mask = try SignalSet.child.block()
        mask.remove(.child)
        self.mask = mask
    }

    var now: Monotonic { .now() }

    func wait(for items: [PollItem], until moment: Monotonic?) throws -> Bool {
        let timeout = moment.map { max(Duration.zero, $0 - Monotonic.now()) }
        // A signal ends it only where no descriptor is ready.
        let ready = try poll(items, timeout: timeout, mask: mask, interruptible: true)
        return !ready.isEmpty || moment.map { Monotonic.now() >= $0 } == true
    }
}
