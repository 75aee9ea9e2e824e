import Campaign
import Exploration
import FoundationEssentials
import Kernel
import Model
import Reports
import ResultStore

/// Runs plans of an exploration, keeps what they come to, and knows what has been run.
final class ExploredPlans {
    private let options: RunOptions
    private let settings: ExploreSettings
    private let store: ResultStore
    private let reporting: Reporting
    private let run: String
    private let folder: String
    private let deadline: Monotonic?
    /// What has been run, earlier calls included.
    private(set) var outcomes: [Outcome]
    /// How many plans this call has begun to run.
    private var begun = 0
    /// What the last campaign came to.
    private(set) var outcome = CampaignResult()
    /// Why something could not be kept.
    private(set) var problem: (any Error)?

    /// Knows what an earlier call has run.
    init(
        options: RunOptions, settings: ExploreSettings, store: ResultStore, results: ResultsFolder, run: String,
        deadline: Monotonic?, stored: [StoredPlan]
    ) {
        self.options = options
        self.settings = settings
        self.store = store
        self.run = run
        self.deadline = deadline
        reporting = Reporting(results: results)
        folder = results.folder(of: run)
        outcomes = stored.map { Outcome(candidate: $0.number, $0.judgement) }
    }

    /// Whether nothing that was to be run is left.
    var isWhole: Bool { outcome.interrupted == nil && !outcome.isSpent && problem == nil }

    /// Runs those of some numbers that have not been run, in their order; returns how many these were.
    ///
    /// - Throws: What keeps workers from being run.
    func run(_ numbers: [Int], of exploration: Exploration) throws -> Int {
        let done = Set(outcomes.map(\.candidate))
        let open = numbers.filter { !done.contains($0) }
        let waiting = Array(open.prefix(settings.plans.map { max(0, $0 - begun) } ?? .max))
        begun += waiting.count
        if !done.isEmpty, !waiting.isEmpty {
            Output.note("\(done.count) plans have been run, \(open.count) are left")
        }
        let plans = waiting.map { exploration.plan($0) }
        let digests = Dictionary(
            try zip(waiting, plans).map { ($0, try $1.digest(from: FileManager.default.currentDirectoryPath)) },
            uniquingKeysWith: { first, _ in first })
        let folders = zip(waiting, plans).map { PlanFolder(run: folder, number: $0, plan: $1).path }
        // What an interrupted run left of a plan is no whole record.
        for folder in folders where Files.exists(folder) { try FileManager.default.removeItem(atPath: folder) }
        let progress = ExploreProgress(total: waiting.count, budget: deadline.map { max(.zero, $0 - .now()) })
        let slots = try options.slots()
        let pool = WorkerPool(.init(slots: slots, logs: folder)) { _, _ in progress.ran() }
        var campaign = Campaign(folder: folder, pinned: options.isPinned)
        campaign.comparison = .whereWrong
        campaign.keepsResults = false
        let deadline = deadline
        let runner = BudgetedRunner(
            RecordOrigins(inner: pool, run: run), width: WorkerPool.width(slots, for: plans)
        ) {
            deadline.map { $0 < .now() } ?? false
        }
        outcome = campaign.run(plans, numbers: waiting, with: runner) { result in
            keep(result, digest: digests[result.number] ?? "")
            let judged = Outcome(candidate: result.number, result.judgement)
            outcomes.append(judged)
            progress.judged(judged.findings.map { "\($0.oracle.rawValue) \($0.step)" })
            if options.verbose {
                progress.clear()
                Output.note("  \(result.judgement.verdict.name)  \(ExplorationText(exploration).line(result.number))")
            }
            let isNeeded = settings.depth > 1 && exploration.second == nil
            guard !settings.keeps, !isNeeded, judged.verdict.rank <= Verdict.skipped("").rank else { return }
            // Nobody looks at what was right.
            result.removeRecords()
        }
        progress.clear()
        if waiting.count < open.count {
            outcome.isSpent = true
            outcome.unfinished += open.dropFirst(waiting.count).map { exploration.plan($0).name }
        }
        return waiting.count
    }

    private func keep(_ result: PlanResult, digest: String) {
        let again = "tocsin run \(Replay.quoted(FilePathText.short(PlanFolder(result.folder).planFile)))"
        let plan = reporting.stored(result, digest: digest, replay: again)
        do { try store.append(plan, to: run) } catch { problem = problem ?? error }
        do { try reporting.keep(again: again, in: result.folder) } catch { problem = problem ?? error }
    }
}
