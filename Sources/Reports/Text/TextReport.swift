import Model

/// A run as text for people.
public struct TextReport: Sendable {
    let style: TextStyle
    let width: Int?
    let isVerbose: Bool

    /// Makes a report in that style.
    ///
    /// - Parameters:
    ///   - width: How many letters a line may have; nil for any number.
    ///   - verbose: Whether nothing is folded, and plans that pass are told as much of as others.
    public init(style: TextStyle = .plain, width: Int? = nil, verbose: Bool = false) {
        self.style = style
        self.width = width
        isVerbose = verbose
    }

    /// The whole run: the causes, then each plan that is worth it, then the counts.
    public func text(_ run: RunReport) -> String {
        let plans = run.plans.filter { isVerbose || $0.verdictWord != "pass" }
        let passed = isVerbose ? [] : run.plans.filter { $0.verdictWord == "pass" }
        return table(run) + plans.map(text).joined() + passed.map { line($0) + limits($0) }.joined()
            + summary(run)
    }

    /// What is to be seen first: what is wrong, a line a cause, and the counts.
    public func overview(_ run: RunReport) -> String {
        let rest = run.plans.filter { ["error", "skipped"].contains($0.verdictWord) || !$0.unseen.isEmpty }
        return table(run) + rest.map(line).joined() + summary(run)
    }

    /// One plan on one line: its verdict, its name, and why nothing was tested.
    public func line(_ plan: PlanReport) -> String {
        let line = TextLine(plan.verdict, .word(plan.verdictWord)).add("  \(plan.name)")
        let all = plan.findings.isEmpty ? plan.reasons.first ?? "" : ""
        let cut = width == nil || isVerbose ? all : Columns.cut(all, to: 160)
        let reason = cut.isEmpty ? "" : ": \(cut)"
        return written([line.add(reason, .quiet)])
    }

    /// A cause, by its number: where it shows, and the plan that shows it first; nil where there is no such cause.
    public func cause(_ number: Int, in run: RunReport) -> String? {
        guard let cause = run.causes.first(where: { $0.number == number }), let first = cause.plans.first else {
            return nil
        }
        var lines = head(cause)
        let others = cause.plans.dropFirst()
        let most = isVerbose ? others.count : 5
        lines += others.prefix(most).map { place in
            TextLine("    also \(run.plans[place].name)", .quiet, hanging: 9)
        }
        if others.count > most { lines.append(TextLine("    and \(others.count - most) more plans (-v)", .quiet)) }
        return written(lines) + "\n" + text(run.plans[first])
    }

    /// The counts: `12 plans in 3.4 s: 9 pass, 2 known, 1 fail`.
    public func summary(_ run: RunReport) -> String {
        let time = run.run == nil ? "" : run.duration.map { " in \(Columns.span($0))" } ?? ", still running or stopped"
        var line = TextLine("\(Sentences.plans(run.total))\(time): ")
        let counts = Sentences.counts(run)
        if counts.isEmpty { line = line.add("none came to its end") }
        for (place, part) in counts.enumerated() {
            line = line.add(place == 0 ? "" : ", ").add("\(part.count) \(part.word)", .word(part.word))
        }
        return written([run.run.map { line.add("  (run \($0))", .quiet) } ?? line])
    }

    /// The causes, a row each; nothing where there is none.
    public func table(_ run: RunReport) -> String {
        let causes = run.causes
        guard !causes.isEmpty else { return "" }
        let plans = Set(causes.flatMap(\.plans)).count
        let findings = causes.reduce(0) { $0 + $1.findings }
        let lines = [
            TextLine(
                "\(causes.count == 1 ? "1 cause" : "\(causes.count) causes") in \(plans) of"
                    + " \(Sentences.plans(run.total)) (\(findings == 1 ? "1 finding" : "\(findings) findings"))",
                .strong)
        ]
        return written(lines + causes.flatMap { head($0) }) + "\n"
    }

    /// A cause in two lines: what is wrong, and where.
    private func head(_ cause: CauseReport) -> [TextLine] {
        let count = cause.plans.count == 1 ? "" : "  (\(Sentences.plans(cause.plans.count)))"
        let first = TextLine(Columns.right("\(cause.number)", 3) + "  ", hanging: 7)
            .add(Columns.left(cause.standing.rawValue, 6), .word(cause.standing.rawValue)).add(" ")
            .add(Columns.left(cause.severity.rawValue, 6), .word(cause.severity.rawValue))
            .add("  \(cause.message)", .strong).add(count)
        let oracles = cause.oracles.map(\.rawValue).joined(separator: ", ")
        let window = Sentences.window(cause)
        let place = window.isEmpty ? "" : ", \(window)"
        let spaces = String(repeating: " ", count: 5)
        let location = "\(oracles) in \(cause.scenario)\(place)"
        return [first, TextLine(spaces + location, .quiet, hanging: 7)]
    }

    /// Runs, a line each with its counts, and its command below.
    public func runs(_ runs: [RunSummary]) -> String {
        written(
            runs.flatMap { run in
                var line = TextLine("\(run.id)  ", .strong, hanging: 4)
                    .add(run.duration.map { Columns.right(Columns.span($0), 8) } ?? "       ?")
                line = line.add(run.status.map { "  exit \($0)" } ?? "  still running or stopped")
                for word in ["pass", "known", "skipped", "flaky", "fail", "error"] {
                    let count = run.verdicts.filter { $0.key.hasPrefix(word) }.values.reduce(0, +)
                    if count > 0 { line = line.add("  ").add("\(count) \(word)", .word(word)) }
                }
                return [line, TextLine("    \(run.command)", .quiet, hanging: 8)]
            })
    }

    /// The lines, each with its line feed.
    func written(_ lines: [TextLine]) -> String {
        lines.map { $0.written(style, width: width) + "\n" }.joined()
    }
}

/// A run in a list of runs.
public struct RunSummary: Sendable {
    /// Its id.
    let id: String
    /// How long it took, in nanoseconds; nil when it never ended.
    let duration: Nanoseconds?
    /// Its exit status; nil when it never ended.
    let status: Int32?
    /// How many plans have each verdict.
    let verdicts: [String: Int]
    /// The command.
    let command: String

    /// Makes the summary of a run.
    public init(id: String, duration: Nanoseconds?, status: Int32?, verdicts: [String: Int], command: String) {
        self.id = id
        self.duration = duration
        self.status = status
        self.verdicts = verdicts
        self.command = command
    }
}
