import Campaign
import Exploration
import FoundationEssentials
import Glibc
import Kernel
import Model
import Reports
import ResultStore
import Worker

/// A run of `explore` that draws its plans: what it has learned from the story without faults.
enum DrawnRun {
    /// Nothing can be drawn: the exit status.
    case ended(Int32)
    /// Where its plans go, and what the story did.
    case begun(ResultsFolder, ResultStore, StoredRun, records: [Record])

    /// Begins a run, and runs the story without faults.
    ///
    /// - Throws: `ExitCode` when the results cannot be kept, before anything is run.
    init(_ story: Plan, _ options: RunOptions, _ reports: ReportOptions, isVerbose: Bool) throws {
        try reporting { try reports.check() }
        if let reason = try Machine().unmet(story) {
            Output.note("\(story.name): skipped: \(reason)")
            self = .ended(ExitStatus.nothing)
            return
        }
        let (results, store, run) = try reporting {
            try options.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: ["tocsin": Version.current, "kernel": Version.kernel])
            }
        }
        let folder = "\(results.folder(of: run.id))/undisturbed"
        let (undisturbed, ended) = try FaultFreeRuns.of(story, in: folder, run: run.id, options)
        guard let undisturbed, ended == nil else {
            self = .ended(ExitStatus.of([], interrupted: ended))
            return
        }
        guard undisturbed.isRight else {
            undisturbed.complain(Reporting(results: results), reports.text(verbose: isVerbose))
            self = .ended(ExitStatus.of([undisturbed.result.judgement.verdict]))
            return
        }
        self = .begun(results, store, run, records: try undisturbed.records())
    }
}

/// Runs plans that were drawn by chance, in their order, and keeps what they come to.
final class DrawnPlans {
    private let options: RunOptions
    private let settings: ExploreSettings
    private let store: ResultStore
    private let reporting: Reporting
    private let run: String
    private let folder: String
    private let deadline: Monotonic?
    private let replay: (String) -> String
    private var plans: [Plan] = []
    private var problem: (any Error)?
    /// What the plans came to, by their number, from 1.
    private(set) var outcomes: [Int: Outcome] = [:]
    /// What the campaign came to.
    private(set) var outcome = CampaignResult()

    /// - Parameter replay: The command that runs a file of a plan again.
    init(
        options: RunOptions, settings: ExploreSettings, store: ResultStore, results: ResultsFolder, run: String,
        deadline: Monotonic?, replay: @escaping (String) -> String
    ) {
        self.options = options
        self.settings = settings
        self.store = store
        self.run = run
        self.deadline = deadline
        self.replay = replay
        reporting = Reporting(results: results)
        folder = results.folder(of: run)
    }

    /// Runs the plans.
    ///
    /// - Parameters:
    ///   - counts: Which findings are told while it goes on.
    ///   - look: Looks at the record of each run, by its number.
    /// - Throws: What keeps workers from being run.
    func run(
        _ plans: [Plan], counts: @escaping (Finding) -> Bool, look: ((Int, Record) -> Void)? = nil
    ) throws {
        self.plans = plans
        let slots = try options.slots()
        let progress = ExploreProgress(total: plans.count, budget: deadline.map { max(.zero, $0 - .now()) })
        let pool = WorkerPool(.init(slots: slots, logs: folder)) { _, _ in progress.ran() }
        var campaign = Campaign(folder: folder, pinned: options.isPinned)
        campaign.comparison = .whereWrong
        let deadline = deadline
        let runner = BudgetedRunner(
            RecordOrigins(inner: pool, run: run), width: WorkerPool.width(slots, for: plans)
        ) {
            deadline.map { $0 < .now() } ?? false
        }
        outcome = campaign.run(plans, with: runner) { result in
            let again = again(result.number)
            do {
                let digest = try plans[result.number - 1].digest(from: FileManager.default.currentDirectoryPath)
                try store.append(reporting.stored(result, digest: digest, replay: again), to: run)
                try reporting.keep(again: again, in: result.folder)
            } catch { problem = problem ?? error }
            let judged = Outcome(candidate: result.number, result.judgement)
            outcomes[result.number] = judged
            if let look, let run = result.records.first(where: { $0.role == .fault }), Files.exists(run.folder) {
                do { look(result.number, try RecordFolder(run.folder).read()) } catch { problem = problem ?? error }
            }
            progress.judged(judged.findings.filter(counts).map { "\($0.oracle.rawValue) \($0.step)" })
            guard !settings.keeps, judged.verdict.rank <= Verdict.skipped("").rank else { return }
            // Nobody looks at what was right.
            result.removeRecords()
        }
        progress.clear()
    }

    /// The command that runs the plan of that number again.
    func again(_ number: Int) -> String {
        let file = PlanFolder(run: folder, number: number, plan: plans[number - 1]).planFile
        return replay(Replay.quoted(FilePathText.short(file)))
    }

    /// Keeps how the run ended; the status, which is worse where something could not be kept.
    func ended(_ status: Int32, after time: Duration) -> Int32 {
        do {
            try store.end(run: run, status: status, duration: Nanoseconds(clamping: time.nanoseconds))
        } catch { problem = problem ?? error }
        if let problem { Output.note("error: the results could not be kept: \(explained(problem))") }
        return problem == nil ? status : max(status, ExitStatus.error)
    }
}
