public import Kernel
public import Model

/// What came of the wait for a state that stays.
public enum SettlingOutcome: Sendable, Hashable {
    /// The state that stays.
    case settled(Snapshot)
    /// The state that stays though these programs never rest: `sh`.
    case spinning(Snapshot, programs: [String])
    /// It did not come to rest in time: why, with what was still moving.
    case unsettled(String)
}

/// What a settler looks at: the kernel, or a play of it in a test.
protocol SettlingWorld: AnyObject {
    /// The time.
    var now: Monotonic { get }
    /// The roles of the namespaces that died since the last call.
    func newlyDead() throws -> [String]
    /// Begins to wait for the devices of the dead.
    func makeBarrier() throws -> any SettlingBarrier
    /// What the processes do.
    func look() throws -> Activity
    /// The state, with what is about to change; nil when it changed while it was taken.
    func observe() throws -> Observed?
}

/// One wait for the devices of dead namespaces.
protocol SettlingBarrier: AnyObject {
    /// What to poll on.
    var descriptor: PollItem { get }
    /// Whether they are gone; never waits.
    func isDone() throws -> Bool
}

extension CleanupBarrier: SettlingBarrier {}

/// Waits, without sleeping, until the state of a host stays what it is.
///
/// A protocol in four parts: the devices of dead namespaces are gone (``CleanupBarrier``), where a living one has a device that
/// reaches into another; all processes rest; nothing is about to change by itself; and two looks at the state are equal. The event loop polls ``descriptors`` until ``deadline`` and
/// calls ``advance()``; no call waits. For one thread.
public final class Settler {
    /// Between two looks at processes: some of the kernel's ticks, so that running shows.
    static let pause: Duration = .milliseconds(20)

    /// So many looks must find all threads asleep and the state the same, where processes ran between them: a daemon with
    /// short timers rests when it changes nothing.
    static let calmLooks = 10

    /// How long a state may take to come to rest.
    public static let usualLimit = Duration.seconds(5).patient

    /// How long a namespace without a visible holder is given to die.
    ///
    /// A closed netlink socket keeps its namespace until the kernel's next RCU grace period has passed: 16 to 20 ms here.
    static let dyingTime = Duration.seconds(1).patient

    private struct Round {
        var activity: Activity
        var observed: Observed?
        var at: Monotonic
    }

    private let world: any SettlingWorld
    private let limit: Duration
    private var barrier: (any SettlingBarrier)?
    private var dead: [String] = []
    private var last: Round?
    private var began: Monotonic
    private var end: Monotonic?
    private var reason = "nothing was looked at"
    /// The state that was the same in the last looks, and in how many.
    private var calm: (state: Snapshot, looks: Int)?
    /// In how many looks each program ran, and how many looks there were.
    private var running: [String: Int] = [:]
    private var looks = 0
    private var holderUnknownSince: Monotonic?

    /// Prepares to wait for the state that `snapshotter` sees, at most `limit`.
    public convenience init(_ snapshotter: Snapshotter, limit: Duration = usualLimit) {
        self.init(world: KernelWorld(snapshotter), limit: limit)
    }

    init(world: any SettlingWorld, limit: Duration) {
        self.world = world
        self.limit = limit
        began = world.now
    }

    /// Begins to wait; may be called again for the next state.
    public func start() {
        barrier = nil
        dead = []
        last = nil
        calm = nil
        running = [:]
        looks = 0
        holderUnknownSince = nil
        began = world.now
        end = began + limit
        reason = "nothing was looked at"
    }

    /// What to poll on until the next ``advance()``.
    public var descriptors: [PollItem] { barrier.map { [$0.descriptor] } ?? [] }

    /// When to call ``advance()`` although no descriptor has anything to tell; nil before ``start()``.
    public var deadline: Monotonic? {
        guard let end else { return nil }
        // The barrier has its own descriptor; only the next look is a matter of time, and the first is due at once.
        guard barrier == nil else { return end }
        return last.map { min(end, $0.at + Settler.pause) } ?? began
    }

    /// Goes on as far as it can without waiting; nil while there is something to wait for.
    /// - Throws: What a snapshot or a barrier throws; the wait is then over.
    public func advance() throws -> SettlingOutcome? {
        guard let end else { return nil }
        if let outcome = try step() {
            self.end = nil
            return outcome
        }
        guard world.now >= end else { return nil }
        self.end = nil
        return try spinning() ?? .unsettled(reason)
    }

    /// The state beside programs that ran in each look, nearly; nil where that is not what it waited for.
    private func spinning() throws -> SettlingOutcome? {
        let programs = running.filter { $0.value * 10 >= looks * 9 }.keys.sorted()
        guard looks >= Settler.calmLooks, !programs.isEmpty, let first = try world.observe(),
            let second = try world.observe(), first.snapshot == second.snapshot, second.unsettled.isEmpty
        else { return nil }
        return .spinning(second.snapshot, programs: programs)
    }

    private func step() throws -> SettlingOutcome? {
        guard try isPastBarrier() else { return nil }
        if let last, world.now < last.at + Settler.pause { return nil }
        if isWaitingForItsDeath() { return nil }
        var activity = try world.look()
        if let last { activity.compare(with: last.activity) }
        looks += 1
        for program in Set(activity.running) { running[program, default: 0] += 1 }
        guard activity.busy.isEmpty else {
            reason = "not at rest: \(activity.busy.joined(separator: ", "))"
            last = Round(activity: activity, observed: nil, at: world.now)
            return nil
        }
        let observed = try world.observe()
        let before = last
        last = Round(activity: activity, observed: observed, at: world.now)
        guard let observed else {
            reason = "the state changed each time it was looked at"
            return nil
        }
        // Who died while we looked has devices in what we saw.
        guard try !someoneDied(), try !mustWaitForDevices(observed) else { return nil }
        if let first = observed.unsettled.first {
            reason = first
            return nil
        }
        guard mayCount(observed) else { return nil }
        if isAlone(activity, observed) { return .settled(observed.snapshot) }
        if isCalm(observed.snapshot) { return .settled(observed.snapshot) }
        guard let before else {
            reason = "only one look at the state was possible"
            return nil
        }
        return compare(before, activity, observed)
    }

    /// Whether one look is enough.
    ///
    /// With nothing but pid 1 alive, which acts on the caller's orders alone, nobody is left who could change anything;
    /// what the kernel does late is waited for by the barrier and by what is about to change. A namespace without
    /// a holder is the exception: the last mount of it may be on its way out in a work queue.
    private func isAlone(_ activity: Activity, _ observed: Observed) -> Bool {
        activity.threads.isEmpty && !observed.hasProcesses && !observed.hasUnknownHolder
    }

    /// Whether a namespace without a visible holder is being given time to die.
    ///
    /// Meanwhile it is only asked whether it lives. To look inside takes a socket, which would keep it alive until the
    /// grace period after the last look: it could never die while it is watched.
    private func isWaitingForItsDeath() -> Bool {
        guard let since = holderUnknownSince, world.now < since + Settler.dyingTime else { return false }
        last?.at = world.now
        return true
    }

    /// Whether this look may be the last; the first that shows a namespace without a holder begins its time to die.
    private func mayCount(_ observed: Observed) -> Bool {
        guard observed.hasUnknownHolder else {
            holderUnknownSince = nil
            return true
        }
        guard holderUnknownSince == nil else { return true }
        holderUnknownSince = world.now
        reason = "something that nobody can name holds a namespace"
        return false
    }

    /// Counts the looks that found everybody asleep and this state.
    private func isCalm(_ state: Snapshot) -> Bool {
        if let calm, calm.state == state {
            self.calm = (state, calm.looks + 1)
        } else {
            calm = (state, 1)
        }
        return calm.map { $0.looks >= Settler.calmLooks } ?? false
    }

    private func compare(_ last: Round, _ activity: Activity, _ observed: Observed) -> SettlingOutcome? {
        guard last.activity == activity else {
            reason = "processes ran between two looks"
            return nil
        }
        guard let before = last.observed?.snapshot else {
            reason = "only one look at the state was possible"
            return nil
        }
        if before == observed.snapshot { return .settled(observed.snapshot) }
        let differences = before.differences(to: observed.snapshot).prefix(3).map { "\($0.identity)" }
        reason = "still changing: \(differences.joined(separator: "; "))"
        return nil
    }

    private func isPastBarrier() throws -> Bool {
        if barrier == nil { _ = try someoneDied() }
        guard let barrier else { return true }
        guard try barrier.isDone() else { return false }
        self.barrier = nil
        // Death while the barrier was up has not been waited for.
        _ = try someoneDied()
        return true
    }

    /// Whether namespaces have died; what was seen before counts no more.
    private func someoneDied() throws -> Bool {
        let died = try world.newlyDead()
        guard !died.isEmpty else { return false }
        dead += died
        last = nil
        calm = nil
        holderUnknownSince = nil
        return true
    }

    /// Puts up a barrier when what was seen may go with the devices of the dead: nothing else of theirs can be seen.
    private func mustWaitForDevices(_ observed: Observed) throws -> Bool {
        defer { dead = [] }
        guard !dead.isEmpty, observed.reachesElsewhere else { return false }
        last = nil
        barrier = try world.makeBarrier()
        reason = "devices of dead namespaces are still there: \(dead.joined(separator: ", "))"
        return true
    }
}

/// The kernel as a settler sees it.
private final class KernelWorld: SettlingWorld {
    private let snapshotter: Snapshotter

    init(_ snapshotter: Snapshotter) { self.snapshotter = snapshotter }

    var now: Monotonic { .now() }

    func newlyDead() throws -> [String] { try snapshotter.registry.newlyDead().map(\.role) }

    func makeBarrier() throws -> any SettlingBarrier { try CleanupBarrier() }

    func look() throws -> Activity {
        try Activity.look(snapshotter.host, excluding: snapshotter.excludedProcesses)
    }

    func observe() throws -> Observed? {
        do {
            return try snapshotter.observe()
        } catch NetlinkError.interrupted {
            return nil
        } catch SnapshotError.ruleSetChanges {
            return nil
        }
    }
}
