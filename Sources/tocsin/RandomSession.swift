import ArgumentParser
import Campaign
import Exploration
import FoundationEssentials
import Glibc
import Kernel
import Model
import Reports
import ResultStore
import Worker

/// Runs of a story beside which somebody changes the world at moments drawn by chance.
struct RandomSession {
    let options: RunOptions
    let reports: ReportOptions
    let settings: ExploreSettings
    /// How many runs are made.
    let runs: Int

    /// Makes the runs, and tells what they came to; returns the exit status.
    ///
    /// - Throws: `ExitCode` when the results cannot be kept, before anything is run.
    func run(_ story: Plan) throws -> Int32 {
        try reporting { try reports.check() }
        if let reason = try Machine().unmet(story) {
            Output.note("\(story.name): skipped: \(reason)")
            return ExitStatus.nothing
        }
        // Who shares a CPU with the agent cannot act while it runs.
        let free = try RunOptions.parse(["--cpus", "all"] + (options.results.map { ["--results", $0] } ?? []))
        let began = Monotonic.now()
        let (results, store, run) = try reporting {
            try free.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: ["tocsin": Version.current, "kernel": Version.kernel])
            }
        }
        let folder = results.folder(of: run.id)
        let (undisturbed, ended) = try FaultFreeRuns.of(story, in: "\(folder)/undisturbed", run: run.id, free)
        guard let undisturbed, ended == nil else { return ExitStatus.of([], interrupted: ended) }
        guard undisturbed.isRight else {
            undisturbed.complain(Reporting(results: results), reports.text(verbose: options.verbose))
            return ExitStatus.of([undisturbed.result.judgement.verdict])
        }
        let records = try undisturbed.records()
        let adversary: RandomAdversary
        do {
            adversary = try RandomAdversary(
                Exploration(of: story, records, during: settings.during, continuations: ["nothing"]), records)
        } catch let problem as ExplorationProblem {
            Output.note("error: \(problem)")
            return ExitStatus.unusable
        }
        guard !adversary.changes.isEmpty else {
            Output.note("nothing was tested: the agent works on nothing that somebody could change beside it")
            return ExitStatus.nothing
        }
        let draws = adversary.draws(runs, seed: settings.seed)
        let plans = draws.map { adversary.plan($0) }
        let reporting = Reporting(results: results)
        let progress = ExploreProgress(total: plans.count, budget: settings.budget)
        let deadline = settings.budget.map { began + $0 }
        let pool = WorkerPool(.init(slots: [nil], logs: folder)) { _, _ in progress.ran() }
        var campaign = Campaign(folder: folder, pinned: false)
        campaign.comparison = .whereWrong
        // The runs in their order, each with its comparison before the next.
        let ranks = Dictionary(
            plans.enumerated().map { (PlanFolder(run: folder, number: $0 + 1, plan: $1).path, $0) },
            uniquingKeysWith: { first, _ in first })
        let runner = BudgetedRunner(
            RecordOrigins(inner: pool, run: run.id), width: 1,
            rank: { ranks[PlanFolder(ofRecord: $0.folder).path] ?? 0 }
        ) {
            deadline.map { $0 < .now() } ?? false
        }
        var outcomes: [Int: Outcome] = [:]
        var problem: (any Error)?
        let outcome = campaign.run(plans, with: runner) { result in
            let again = replay(result.number, plans[result.number - 1], in: folder)
            do {
                let digest = try plans[result.number - 1].digest(from: FileManager.default.currentDirectoryPath)
                try store.append(reporting.stored(result, digest: digest, replay: again), to: run.id)
                try reporting.keep(again: again, in: result.folder)
            } catch { problem = problem ?? error }
            let judged = Outcome(candidate: result.number, result.judgement)
            outcomes[result.number] = judged
            progress.judged(judged.findings.filter { $0.timing == .race }.map { "\($0.oracle.rawValue) \($0.step)" })
            guard !settings.keeps, judged.verdict.rank <= Verdict.skipped("").rank else { return }
            // Nobody looks at what was right.
            result.removeRecords()
        }
        progress.clear()
        let told = adversary.results(draws, outcomes)
        adversary.lines(told) { replay($0, plans[$0 - 1], in: folder) }.forEach { Output.print($0) }
        if outcome.isSpent { Output.note("the time was spent before \(outcome.unfinished.count) of \(runs) runs") }
        let status = status(told, outcome)
        do {
            try store.end(
                run: run.id, status: status, duration: Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds))
        } catch { problem = problem ?? error }
        if let problem { Output.note("error: the results could not be kept: \(explained(problem))") }
        return problem == nil ? status : max(status, ExitStatus.error)
    }

    private func replay(_ number: Int, _ plan: Plan, in folder: String) -> String {
        let file = PlanFolder(run: folder, number: number, plan: plan).planFile
        return "tocsin run --cpus all --runs 20 \(Replay.quoted(FilePathText.short(file)))"
    }

    private func status(_ results: [RandomAdversary.Result], _ outcome: CampaignResult) -> Int32 {
        if let interrupted = outcome.interrupted { return 128 + interrupted.signal }
        if results.contains(where: { $0.rate.hits > 0 }) { return ExitStatus.failed }
        if results.contains(where: { $0.errors > 0 }) { return ExitStatus.error }
        return results.isEmpty ? ExitStatus.nothing : ExitStatus.success
    }
}
