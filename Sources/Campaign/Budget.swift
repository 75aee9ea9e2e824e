import Model

/// That the time of a campaign was spent: what ran until then is kept, and the rest is not judged.
public struct BudgetSpent: Error, Hashable, Sendable {
    /// Makes it.
    public init() {}
}

/// Lets a runner run until a campaign's time is spent, and then ends what has begun.
///
/// Jobs wait here and not with the inner runner, which gets as many at a time as it can run at once.
public final class BudgetedRunner<Inner: Runner>: Runner {
    private let inner: Inner
    private let width: Int
    private let isSpent: () -> Bool

    /// Makes it.
    ///
    /// - Parameters:
    ///   - width: How many jobs the inner runner runs at once.
    ///   - isSpent: Asked before each job.
    public init(_ inner: Inner, width: Int, isSpent: @escaping () -> Bool) {
        self.inner = inner
        self.width = width
        self.isSpent = isSpent
    }

    /// Runs jobs until none is left.
    ///
    /// - Throws: `BudgetSpent` when some were not begun, and what the inner runner throws.
    public func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws {
        // The last is the next.
        var waiting: [Job] = []
        var underWay = 0
        func take() -> [Job] {
            var taken: [Job] = []
            while underWay < width, !isSpent() {
                if waiting.isEmpty { waiting = more().reversed() }
                guard let job = waiting.popLast() else { break }
                taken.append(job)
                underWay += 1
            }
            return taken
        }
        try inner.run(take()) { job, report in
            underWay -= 1
            waiting += finished(job, report).reversed()
            return take()
        }
        if !waiting.isEmpty || !more().isEmpty { throw BudgetSpent() }
    }
}
