/// Children that stand at their first stop until whoever made them has gone on.
///
/// On one CPU fork(2) returns to its caller first, who goes on until he waits or his turn is over (sched(7)): 199 of 200 times. Traced, both
/// have stopped, and the scheduler would choose; a program that looks at its child at once would find it gone already.
struct Newborns {
    private struct Newborn {
        let child: Tracee
        let maker: Int32
        let since: UInt64
        /// When its maker is looked at next, and how long after that again.
        var next: UInt64
        var pause: UInt64
    }

    /// How long a child waits at most, in nanoseconds: the maker may have much to do, or stand still because a fault holds it.
    static let patience: UInt64 = 10_000_000

    /// After the first look the next one waits so long, in nanoseconds, and each further one twice as long as that before.
    static let pause: UInt64 = 100_000

    private var waiting: [Newborn] = []

    /// When the next maker is to be looked at; nil where no child waits.
    var deadline: UInt64? { waiting.map(\.next).min() }

    /// A child waits from now on, whose maker is about to go on.
    mutating func add(_ child: Tracee, of maker: Int32, at now: UInt64) {
        waiting.append(Newborn(child: child, maker: maker, since: now, next: now, pause: Newborns.pause))
    }

    /// The children whose turn it is; they wait no longer.
    mutating func takeReady(_ source: any StopSource) -> [Tracee] {
        let now = source.clock()
        guard let deadline, now >= deadline else { return [] }
        // Whoever made one goes on first; he may have come to where he waits when this goes on.
        if waiting.contains(where: { $0.next == $0.since }) { source.giveWay() }
        var ready: [Tracee] = []
        waiting.removeAll { newborn in
            guard now >= newborn.next else { return false }
            let isReady = now >= newborn.since + Newborns.patience || source.isRunnable(newborn.maker) != true
            if isReady { ready.append(newborn.child) }
            return isReady
        }
        for place in waiting.indices where now >= waiting[place].next {
            waiting[place].next = min(now + waiting[place].pause, waiting[place].since + Newborns.patience)
            waiting[place].pause *= 2
        }
        return ready
    }

    /// A thread is gone.
    mutating func remove(_ thread: Int32) { waiting.removeAll { $0.child.thread == thread } }
}
