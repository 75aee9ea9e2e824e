import Exploration
import Model
import Reports
import ResultStore

/// An exploration that was stored, as `show` tells it.
struct ExplorationShow {
    /// What was kept of it.
    let file: ExplorationFile
    /// Its plans, as they are stored.
    let plans: [StoredPlan]
    /// From what is stored to reports.
    let reporting: Reporting
    /// How reports are printed.
    let text: TextReport
    /// Whether nothing is folded.
    let isVerbose: Bool

    private var exploration: Exploration { file.exploration }

    private var outcomes: [Outcome] { plans.map { Outcome(candidate: $0.number, $0.judgement) } }

    /// The causes: those that were looked at again, or of what has been run so far.
    var causes: [Cause] { file.causes ?? Cause.all(of: outcomes, in: exploration) }

    /// What was counted, run and left out.
    var counted: [String] {
        let told = ExplorationText(exploration)
        let done = Set(file.order).intersection(plans.map(\.number))
        let single = done.count { exploration.base(of: $0) == nil }
        var lines = told.denominatorLines() + [told.countLine(done: single)] + told.secondLines()
        if let line = told.secondCountLine(done: done.count - single) { lines.append(line) }
        return lines
    }

    /// The report of a run that is this exploration: what was counted, and the same causes as here.
    func report(_ run: RunReport) -> RunReport {
        var run = run
        run.plans = plans.map { reporting.report($0) }
        let places = Dictionary(
            plans.enumerated().map { ($1.number, $0) }, uniquingKeysWith: { first, _ in first })
        let told = ExplorationText(exploration)
        run.explored = ExploredReport(
            denominator: counted,
            causes: causes.map { cause in
                let others = cause.candidates.filter { $0 != cause.example }
                return ExploredReport.Cause(
                    message: told.message(cause), oracles: cause.oracles,
                    plans: ([cause.example] + others).compactMap { places[$0] },
                    fingerprint: cause.finding.fingerprint, rate: cause.rate, window: told.windowEnds(cause))
            })
        return run
    }

    /// What was counted, and the causes.
    func overview() -> String {
        let told = ExplorationText(exploration)
        var lines = counted
        let causes = causes
        lines += ExplorationText.notLookedAt(in: outcomes)
        lines.append(causes.isEmpty ? ExplorationText.nothing(in: outcomes, isWhole: file.isComplete) : "")
        lines += told.causeLines(causes)
        if !causes.isEmpty { lines.append("one of them: tocsin show 1") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One cause: its window, its plans, and the one with the shortest story in full; nil where there is none of that number.
    func cause(_ number: Int) -> String? {
        guard let cause = causes.first(where: { $0.number == number }) else { return nil }
        let told = ExplorationText(exploration)
        var lines = told.lines(cause)
        lines.append("     seen by \(cause.oracles.map(\.rawValue).joined(separator: ", "))")
        let others = cause.candidates.filter { $0 != cause.example }
        let most = isVerbose ? others.count : 6
        lines += others.prefix(most).map { "     also \(told.line($0))" }
        if others.count > most { lines.append("     and \(others.count - most) more plans (-v)") }
        lines.append("")
        guard let plan = plans.first(where: { $0.number == cause.example }) else {
            return lines.joined(separator: "\n")
        }
        return lines.joined(separator: "\n") + "\n" + text.text(reporting.report(plan))
    }
}
