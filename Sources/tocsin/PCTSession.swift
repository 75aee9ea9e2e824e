import Campaign
import Exploration
import Kernel
import Model
import Reports

/// Runs of steps at the same time in the orders that a scheduler with a bound draws.
struct PCTSession {
    let options: RunOptions
    let reports: ReportOptions
    let settings: ExploreSettings
    /// How deep a defect may be.
    let depth: Int
    /// How many runs are made.
    let runs: Int

    /// Makes the runs, and tells what they came to; returns the exit status.
    ///
    /// - Throws: `ExitCode` when the results cannot be kept, before anything is run.
    func run(_ story: Plan) throws -> Int32 {
        let began = Monotonic.now()
        let begun = try DrawnRun(story, options, reports, isVerbose: options.verbose)
        if case .ended(let status) = begun { return status }
        guard case .begun(let results, let store, let run, let records) = begun else { return ExitStatus.nothing }
        let pct: PCT
        do {
            pct = try PCT(story, records, depth: depth, actions: PCT.actions(story, records))
        } catch let problem as ExplorationProblem {
            Output.note("error: \(problem)")
            return ExitStatus.unusable
        }
        pct.boundLines(runs: runs).forEach { Output.print($0) }
        let draws = pct.draws(runs, seed: settings.seed)
        let plans = draws.enumerated().map { pct.plan($1, number: $0 + 1) }
        let drawn = DrawnPlans(
            options: options, settings: settings, store: store, results: results, run: run.id,
            deadline: settings.budget.map { began + $0 }
        ) { "tocsin run \($0)" }
        if settings.isDryRun {
            plans.forEach { Output.print("  \($0.bindings["schedule"] ?? "")") }
            return drawn.ended(ExitStatus.success, after: Monotonic.now() - began)
        }
        var asDrawn: Set<Int> = []
        try drawn.run(plans, counts: { _ in true }) { number, record in
            if pct.isAsDrawn(draws[number - 1], in: record) { asDrawn.insert(number) }
        }
        pct.lines(plans, drawn.outcomes, asDrawn: asDrawn, replay: drawn.again).forEach { Output.print($0) }
        let outcome = drawn.outcome
        if outcome.isSpent { Output.note("the time was spent before \(outcome.unfinished.count) of \(runs) runs") }
        let status = ExitStatus.of(outcome.plans.map(\.judgement.verdict), interrupted: outcome.interrupted)
        return drawn.ended(status, after: Monotonic.now() - began)
    }
}
