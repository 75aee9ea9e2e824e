import ArgumentParser
import Campaign
import Exploration
import Kernel
import Model
import Reports

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
        // Who shares a CPU with the agent cannot act while it runs.
        let free = try RunOptions.parse(["--cpus", "all"] + (options.results.map { ["--results", $0] } ?? []))
        let began = Monotonic.now()
        let begun = try DrawnRun(story, free, reports, isVerbose: options.verbose)
        if case .ended(let status) = begun { return status }
        guard case .begun(let results, let store, let run, let records) = begun else { return ExitStatus.nothing }
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
        let drawn = DrawnPlans(
            options: free, settings: settings, store: store, results: results, run: run.id,
            deadline: settings.budget.map { began + $0 }, replay: replay)
        try drawn.run(draws.map { adversary.plan($0) }) { $0.timing == .race }
        let (outcomes, outcome) = (drawn.outcomes, drawn.outcome)
        let told = adversary.results(draws, outcomes)
        adversary.lines(told) { drawn.again($0) }.forEach { Output.print($0) }
        if outcome.isSpent { Output.note("the time was spent before \(outcome.unfinished.count) of \(runs) runs") }
        let status = status(told, outcome)
        return drawn.ended(status, after: Monotonic.now() - began)
    }

    /// A change at a moment needs luck again.
    private func replay(_ file: String) -> String { "tocsin run --cpus all --runs 20 \(file)" }

    private func status(_ results: [RandomAdversary.Result], _ outcome: CampaignResult) -> Int32 {
        if let interrupted = outcome.interrupted { return 128 + interrupted.signal }
        if results.contains(where: { $0.rate.hits > 0 }) { return ExitStatus.failed }
        if results.contains(where: { $0.errors > 0 }) { return ExitStatus.error }
        return results.isEmpty ? ExitStatus.nothing : ExitStatus.success
    }
}
