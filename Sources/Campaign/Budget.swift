import Model

/// That the time of a campaign was spent: what ran until then is kept, and the rest is not judged.
public struct BudgetSpent: Error, Hashable, Sendable {
    /// Makes it.
    public init() {}
}

/// Lets a runner run until a campaign's time is spent, and then ends what has begun.
///
/// Jobs wait here and not with the inner runner, which gets as many at a time as it can run at once: those of the plan that
/// comes first, whichever references they waited for.
public final class BudgetedRunner<Inner: Runner>: Runner {
    private let inner: Inner
    private let width: Int
    private let rank: (Job) -> Int
    private let isSpent: () -> Bool

    /// Makes it.
    ///
    /// - Parameters:
    ///   - width: How many jobs the inner runner runs at once.
    ///   - rank: The place of a job's plan in the order in which plans are to be run.
    ///   - isSpent: Asked before each job.
    public init(
        _ inner: Inner, width: Int, rank: @escaping (Job) -> Int = { _ in 0 }, isSpent: @escaping () -> Bool
    ) {
        self.inner = inner
        self.width = width
        self.rank = rank
        self.isSpent = isSpent
    }

    /// Runs jobs until none is left.
    ///
    /// - Throws: `BudgetSpent` when some were not begun, and what the inner runner throws.
    public func run(_ jobs: [Job], finished: (Job, JobReport) -> [Job]) throws {
        // The last is the next.
        var waiting = Waiting.sorted(jobs.map { Waiting(job: $0, rank: rank($0)) })
        var underWay = 0
        func take() -> [Job] {
            var taken: [Job] = []
            while underWay < width, !waiting.isEmpty, !isSpent() {
                taken.append(waiting.removeLast().job)
                underWay += 1
            }
            return taken
        }
        try inner.run(take()) { job, report in
            underWay -= 1
            let more = finished(job, report).map { Waiting(job: $0, rank: rank($0)) }
            // What belongs to a plan that has begun is next; the runs of others, whose references have ended, wait their turn.
            let isBegun = more.allSatisfy { $0.job.role != .fault }
            waiting = isBegun ? waiting + more.reversed() : Waiting.sorted(more + waiting.reversed())
            return take()
        }
        if !waiting.isEmpty { throw BudgetSpent() }
    }
}

/// A job that waits.
private struct Waiting {
    let job: Job
    let rank: Int

    /// The first of them last; those of one rank stay in their order.
    static func sorted(_ all: [Waiting]) -> [Waiting] {
        all.enumerated().sorted { ($1.element.rank, $1.offset) < ($0.element.rank, $0.offset) }.map(\.element)
    }
}
