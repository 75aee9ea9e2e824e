import Kernel

@testable import Worker

/// A clock that stands still but for the waits of a loop, and what happens at which moment.
final class PlayClock: Waiter {
    static let beginning = Monotonic(nanoseconds: 1_000_000_000)
    private(set) var now = PlayClock.beginning
    private var acts: [(at: Monotonic, number: Int, act: () throws -> Void)] = []
    private var count = 0
    private var turns = 0

    /// Somebody would wait for ever.
    struct NobodyComes: Error {}

    /// Time since the beginning.
    var passed: Duration { now - PlayClock.beginning }

    /// Something happens so long from now, while the loop waits.
    func after(_ time: Duration, _ act: @escaping () throws -> Void) {
        count += 1
        acts.append((now + time, count, act))
    }

    func wait(for items: [PollItem], until moment: Monotonic?) throws -> Bool {
        turns += 1
        guard turns < 100_000 else { throw NobodyComes() }
        // What was written to a pipe is there at once.
        if !items.isEmpty, !(try poll(items, timeout: .zero)).isEmpty { return true }
        let next = acts.min { ($0.at, $0.number) < ($1.at, $1.number) }
        if let next, moment.map({ next.at <= $0 }) ?? true {
            acts.removeAll { $0.number == next.number }
            now = max(now, next.at)
            try next.act()
        } else if let moment {
            now = max(now, moment)
        } else {
            throw NobodyComes()
        }
        return true
    }
}

/// What was done, by whomever, in its order.
final class Deeds {
    private(set) var all: [String] = []
    func add(_ deed: String) { all.append(deed) }
}
