import Model

/// A run as text for people.
public struct TextReport: Sendable {
    private let style: TextStyle
    private let isVerbose: Bool

    /// Makes a report in that style; a verbose one says as much of plans that pass as of others.
    public init(style: TextStyle = .plain, verbose: Bool = false) {
        self.style = style
        isVerbose = verbose
    }

    /// The whole run: each plan, then the counts.
    public func text(_ run: RunReport) -> String { run.plans.map(text).joined() + summary(run) }

    /// One plan, ending with a line feed.
    public func text(_ plan: PlanReport) -> String {
        var lines = ["\(style.word(plan.verdict))  \(plan.name)"]
        guard plan.verdict != "pass" || isVerbose else { return lines[0] + "\n" }
        if !plan.title.isEmpty { lines.append("  \(plan.title)") }
        // What a finding below says with its evidence need not be said twice.
        let said = plan.findings.map(\.finding.message)
        lines += plan.reasons.filter { reason in !said.contains { reason.hasPrefix($0) } }.map { "  - \($0)" }
        lines += deliveries(plan.runs)
        lines += picture(plan.timeline)
        // The worst first; among equals the order of steps and objects stays.
        for severity in Severity.allCases {
            for finding in plan.findings where finding.standing != .allowed && finding.finding.severity == severity {
                lines += text(finding)
            }
        }
        let allowed = plan.findings.filter { $0.standing == .allowed }
            .map { "\($0.finding.oracle.rawValue) \($0.finding.subject)" }
        lines += list("allowed", allowed)
        lines += list("ignored, for it differs between runs without faults too", plan.masked)
        lines += plan.notes.map { "  note: \($0)" }
        if !plan.folder.isEmpty { lines.append("  records: \(plan.folder)") }
        if !plan.replay.isEmpty, plan.verdict != "skipped" { lines.append("  again: \(plan.replay)") }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// The counts: `12 plans in 3.4 s: 9 pass, 2 known, 1 fail`.
    public func summary(_ run: RunReport) -> String {
        let words = ["pass", "known", "skipped", "flaky", "fail", "error"]
        let parts = words.compactMap { word -> String? in
            let count = run.plans.filter { $0.verdict.hasPrefix(word) }.count
            return count == 0 ? nil : style.word(word, as: "\(count) \(word)")
        }
        let plans = run.plans.count == 1 ? "1 plan" : "\(run.plans.count) plans"
        let counts = parts.isEmpty ? "nothing ran" : parts.joined(separator: ", ")
        guard let id = run.run else { return "\(plans): \(counts)\n" }
        let time = run.duration.map { " in \(Columns.span($0))" } ?? ", still running or stopped"
        return "\(plans)\(time): \(counts)  (run \(id))\n"
    }

    /// What the faults did; of several runs that agree, the first speaks for all.
    private func deliveries(_ runs: [RunLine]) -> [String] {
        guard let first = runs.first(where: { !$0.deliveries.isEmpty }) else { return [] }
        var lines = first.deliveries.map(text)
        if runs.count > 1 {
            let keys = first.deliveries.map(\.key)
            let same = runs.filter {
                $0.deliveries.map(\.key) == keys && $0.deliveries.allSatisfy { $0.failure == nil }
            }
            lines.append("  delivered there in \(same.count) of \(runs.count) runs")
        }
        return lines
    }

    private func text(_ delivery: Delivery) -> String {
        var line = "  \(delivery.fault): \(delivery.action.lineText) at \(delivery.key)"
        if delivery.held > 0 { line += ", held \(Columns.span(delivery.held))" }
        if let failure = delivery.failure { return line + ": not delivered: \(failure)" }
        return delivery.effect == .nothing ? line : line + ": \(delivery.effect)"
    }

    private func picture(_ lines: [TimelineLine]) -> [String] {
        guard !lines.isEmpty else { return [] }
        let times = lines.map { Columns.milliseconds($0.time) }
        let time = times.map(\.count).max() ?? 0
        let who = lines.map(\.who.count).max() ?? 0
        // One long line must not push the results of all others away.
        let what = lines.map(\.what.count).filter { $0 <= 60 }.max() ?? 0
        let drawn = zip(lines, times).map { line, text in
            let mark = line.isFault ? "=>" : "  "
            let row =
                "  \(mark) \(Columns.right(text, time)) ms  \(Columns.left(line.who, who))  "
                + "\(Columns.left(line.what, what))  \(line.result)"
            return line.isFault ? style.strong(row) : row
        }
        return [""] + drawn + [""]
    }

    private func text(_ report: FindingReport) -> [String] {
        let finding = report.finding
        var about = [finding.severity.rawValue, finding.cwe]
        if report.isRace { about.append("a race") }
        if finding.alsoInControl { about.append("no race: the same change before or after the step shows it too") }
        if report.rate.runs > 1 { about.append("\(report.rate)") }
        var lines = [
            "  \(style.word(report.standing.rawValue))  \(finding.oracle.rawValue): \(finding.subject)"
                + " (\(about.joined(separator: ", ")))"
        ]
        lines.append("    \(finding.message)")
        lines += finding.evidence.map { "      \($0)" }
        if let expected = finding.expected {
            let place = expected.location.isEmpty ? "" : " (\(expected.location))"
            lines.append("    because: \(expected.because)\(place)")
        }
        return lines
    }

    private func list(_ name: String, _ items: [String]) -> [String] {
        items.isEmpty ? [] : ["  \(name): " + items.joined(separator: "; ")]
    }
}
