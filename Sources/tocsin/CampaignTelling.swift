import Campaign
import Model
import Reports
import ResultStore

/// What is said of a campaign: how far it is, each plan as it ends, and at the end what it came to.
struct CampaignTelling {
    /// How far it is.
    let progress: Progress
    /// How reports are printed.
    let text: TextReport
    /// Whether each plan is told in full.
    ///
    /// Of many, each is a line, and what is wrong stands at the end, findings of one cause together.
    let isFull: Bool
    /// The folder of results, as it was named; nil where it is the usual one.
    let results: String?
    /// How many runs were recorded.
    var recorded = 0

    private let isVerbose: Bool
    private let total: Int
    private var told: [(number: Int, plan: PlanReport)] = []
    private var passed = 0

    /// Begins to tell of so many plans.
    init(of total: Int, _ options: RunOptions, _ text: TextReport) {
        self.total = total
        self.text = text
        isVerbose = options.verbose
        results = options.results
        isFull = total <= 3 || options.verbose
        progress = Progress(total: total)
    }

    /// A run ended.
    mutating func ran(_ folder: String, failure: String?) {
        if isVerbose {
            progress.clear()
            Output.note("  \(FilePathText.short(folder)): \(failure ?? "recorded")")
        }
        progress.ran()
        if failure == nil { recorded += 1 }
    }

    /// A plan ended.
    mutating func judged(_ number: Int, _ plan: PlanReport) {
        progress.judged(plan.verdict, plan.name)
        Output.print(isFull ? text.text(plan) : text.line(plan))
        // Of thousands of plans that passed a line each is printed; reports read what their records show once more.
        if isFull || plan.verdictWord != "pass" { told.append((number, plan)) } else { passed += 1 }
    }

    /// Has a report say what was told.
    ///
    /// The plans are by number: they end in any order, and the same run is the same report whenever it is made.
    func add(to report: inout RunReport) {
        report.plans = told.sorted { $0.number < $1.number }.map(\.plan)
        report.passed = passed
    }

    /// Prints what the campaign came to.
    func summary(_ report: RunReport) {
        Output.print(isFull ? text.summary(report) : "\n" + text.table(report) + text.summary(report))
        guard !isFull, !report.causes.isEmpty else { return }
        Output.print("one of them: tocsin show 1\(results.map { " --results \(Replay.quoted($0))" } ?? "")")
    }

    /// Prints what is other than in a baseline; what was not run is no news.
    func comparison(with before: Baseline, in file: String, _ now: Baseline) {
        let names = Set(now.plans.map(\.plan))
        let base = Baseline(versions: before.versions, plans: before.plans.filter { names.contains($0.plan) })
        Output.print("\n" + text.text(ComparisonReport(Comparison(base, now), base: file, head: "this run")))
    }

    /// Says why not all was run.
    func ending(_ outcome: CampaignResult, in folder: String) {
        let left = "\(outcome.unfinished.count) of \(total) plans"
        if outcome.isSpent { Output.note("the time was spent: \(left) were not run") }
        guard let interrupted = outcome.interrupted else { return }
        let kept = recorded == 1 ? "1 run is kept" : "\(recorded) runs are kept"
        Output.note(
            "ended by \(interrupted.name); not finished: \(left); \(kept) in \(folder)"
                + "; the same command runs all of them anew")
    }
}
