import Campaign
import Exploration
import FoundationEssentials
import Kernel
import Model

/// Runs causes again: in the smallest story that shows them, until their rate is known, and cold on all CPUs.
///
/// Only what it comes to is kept of these runs.
struct CauseReplays {
    /// So often a smaller story must show the same before it is taken.
    static let trials = 2
    /// So often a cause is run cold on all CPUs.
    static let confirmations = 5

    let options: RunOptions
    let exploration: Exploration
    /// The folder of the run.
    let folder: String
    /// When the time is spent; nil for any time.
    let end: Monotonic?

    /// The causes with what their replays came to, and the signal that ended them, if one did.
    ///
    /// - Throws: What keeps workers from being run.
    func looked(at causes: [Cause]) throws -> (causes: [Cause], interruption: Interruption?) {
        let own = "\(folder)/rates"
        // What an interrupted run left of it is of no use.
        if Files.exists(own) { try FileManager.default.removeItem(atPath: own) }
        // What stays of them is no failure.
        defer { try? FileManager.default.removeItem(atPath: own) }
        let progress = ReplayProgress(causes: causes.count, end: end)
        defer { progress.clear() }
        var replays = Rounds(options: options, folder: own, logs: folder, end: end, progress: progress)
        replays.comparesRuns = causes.contains { Campaign.needsComparison($0.finding.oracle) }
        var causes = causes
        progress.purpose = "for the smallest story of each"
        try reduce(&causes, &replays)
        progress.purpose = "for how often they show"
        try rate(&causes, &replays)
        progress.purpose = "cold, on all CPUs"
        try confirm(&causes, &replays)
        return (causes, replays.interruption)
    }

    private func reduce(_ causes: inout [Cause], _ replays: inout Rounds) throws {
        var reductions = causes.map { Reduction(exploration.plan($0.example), keeping: $0.finding) }
        while !replays.isOver {
            var plans: [Plan] = []
            var of: [Int] = []
            for index in reductions.indices {
                guard var plan = reductions[index].next() else { continue }
                plan.runs = CauseReplays.trials
                plans.append(plan)
                of.append(index)
            }
            if plans.isEmpty { break }
            for result in try replays.run(plans) {
                let judgement = result.judgement
                let runs = judgement.runs.filter { $0.error == nil && $0.notApplicable == nil }
                // Where one of them could not be judged, it is not the same.
                guard runs.count == CauseReplays.trials else { continue }
                reductions[of[result.number - 1]].take(
                    runs.map { run in judgement.findings.filter { run.fingerprints.contains($0.fingerprint) } })
            }
        }
        for index in causes.indices {
            causes[index].smallest = reductions[index].plan
            causes[index].removed = reductions[index].removed
        }
    }

    private func rate(_ causes: inout [Cause], _ replays: inout Rounds) throws {
        let rule = StoppingRule.usual
        while !replays.isOver {
            let open = causes.indices.filter { rule.more(after: causes[$0].rate ?? Rate(hits: 0, runs: 0)) > 0 }
            if open.isEmpty { return }
            let plans = open.map { index -> Plan in
                var plan = causes[index].smallest ?? exploration.plan(causes[index].example)
                plan.runs = rule.more(after: causes[index].rate ?? Rate(hits: 0, runs: 0))
                return plan
            }
            var more = 0
            for result in try replays.run(plans) {
                let index = open[result.number - 1]
                let rate = result.judgement.rate(like: causes[index].finding)
                let former = causes[index].rate ?? Rate(hits: 0, runs: 0)
                causes[index].rate = Rate(hits: former.hits + rate.hits, runs: former.runs + rate.runs)
                more += rate.runs
            }
            // A plan that cannot be run again has no rate.
            if more == 0 { return }
        }
    }

    private func confirm(_ causes: inout [Cause], _ replays: inout Rounds) throws {
        let open = causes.indices.filter { causes[$0].rate != nil && causes[$0].cold == nil }
        guard !open.isEmpty, !replays.isOver else { return }
        let plans = open.map { index -> Plan in
            var plan = (causes[index].smallest ?? exploration.plan(causes[index].example)).cold
            plan.runs = CauseReplays.confirmations
            return plan
        }
        for result in try replays.run(plans, isPinned: false) {
            let index = open[result.number - 1]
            let rate = result.judgement.rate(like: causes[index].finding)
            if rate.runs > 0 { causes[index].cold = rate }
        }
    }

    /// Campaigns one after the other, each in a folder of its own.
    private struct Rounds {
        let options: RunOptions
        let folder: String
        let logs: String
        let end: Monotonic?
        let progress: ReplayProgress
        /// Whether what is wrong is seen only beside comparison runs.
        var comparesRuns = false
        private var count = 0
        private var isSpent = false
        private(set) var interruption: Interruption?

        init(options: RunOptions, folder: String, logs: String, end: Monotonic?, progress: ReplayProgress) {
            self.options = options
            self.folder = folder
            self.logs = logs
            self.end = end
            self.progress = progress
        }

        var isOver: Bool { isSpent || interruption != nil }

        mutating func run(_ plans: [Plan], isPinned: Bool = true) throws -> [PlanResult] {
            count += 1
            let isPinned = isPinned && options.isPinned
            var campaign = Campaign(folder: "\(folder)/round-\(count)", pinned: isPinned)
            campaign.comparison = comparesRuns ? .whereWrong : .never
            // Without a CPU of its own, one worker at a time has all of them.
            let slots = isPinned ? try options.slots() : [nil]
            let (end, progress) = (end, progress)
            let pool = WorkerPool(.init(slots: slots, logs: logs)) { _, _ in progress.ran() }
            let runner = BudgetedRunner(pool, width: WorkerPool.width(slots, for: plans)) {
                end.map { $0 < .now() } ?? false
            }
            let outcome = campaign.run(plans, with: runner)
            isSpent = outcome.isSpent
            interruption = outcome.interrupted
            return outcome.plans
        }
    }
}

extension Judgement {
    /// How often a finding like another one was seen among the runs that are evidence.
    fileprivate func rate(like finding: Finding) -> Rate {
        let names = Set(findings.filter { $0.isSame(as: finding) }.map(\.fingerprint))
        let evidence = runs.filter { $0.error == nil && $0.notApplicable == nil }
        return Rate(hits: evidence.count { !names.isDisjoint(with: $0.fingerprints) }, runs: evidence.count)
    }
}
