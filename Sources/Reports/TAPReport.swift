import Model

/// A run in the Test Anything Protocol, as prove(1) and its like read it: a test is a plan.
///
/// It is TAP 13, which every reader knows; a `#` and a backslash are escaped as TAP 14 says.
public enum TAPReport {
    /// The text, ending with a line feed.
    public static func text(_ run: RunReport) -> String {
        let versions = run.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let about = versions + (run.run.map { ["run \($0)"] } ?? [])
        var lines = ["TAP version 13", run.plans.isEmpty ? "1..0 # SKIP nothing ran" : "1..\(run.plans.count)"]
        if !about.isEmpty { lines.append("# " + VisibleText.line(about.joined(separator: ", "))) }
        for (place, plan) in run.plans.enumerated() {
            lines += test(plan, number: place + 1) + plan.notLookedAt.map { "# \(VisibleText.line($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func test(_ plan: PlanReport, number: Int) -> [String] {
        let name = "\(number) - \(escaped(plan.name))"
        let reason = escaped(plan.reasons.joined(separator: "; "))
        switch plan.verdictWord {
        case "pass": return ["ok \(name)"]
        case "skipped": return ["ok \(name) # SKIP \(reason)"]
        // A test that is known to fail: a reader counts it as right, and names it.
        case "known":
            let known = plan.wrong.first { $0.standing == .known }?.finding.message
            return ["not ok \(name) # TODO \(known.map(escaped) ?? reason)"] + diagnostic(plan)
        default: return ["not ok \(name)"] + diagnostic(plan)
        }
    }

    /// A block of YAML, which holds for the line before it.
    ///
    /// Perl's reader takes a text of a list for a map where a colon follows its first word, so lists are of maps.
    private static func diagnostic(_ plan: PlanReport) -> [String] {
        var lines = ["verdict: \(quoted(plan.verdict))", "duration_ms: \(plan.duration / 1_000_000)"]
        lines += pair("reasons", plan.furtherReasons)
        if !plan.wrong.isEmpty { lines.append("findings:") }
        for report in plan.wrong {
            let finding = report.finding
            let keys = [
                ("oracle", finding.oracle.rawValue), ("standing", report.standing.rawValue),
                ("severity", finding.severity.rawValue), ("cwe", finding.cwe), ("step", finding.step),
                ("message", finding.message), ("seen", "\(report.rate)"), ("fingerprint", finding.fingerprint),
            ]
            let pairs =
                keys.map { "\($0.0): \(quoted($0.1))" } + objects(finding.differences)
                + pair("why", finding.why ?? []) + pair("evidence", report.furtherEvidence + report.consequenceLines)
            lines += pairs.enumerated().map { ($0.offset == 0 ? "  - " : "    ") + $0.element }
        }
        lines += pair("again", plan.replay.isEmpty ? [] : [plan.replay])
        return ["  ---"] + lines.map { "  \($0)" } + ["  ..."]
    }

    private static func pair(_ key: String, _ texts: [String]) -> [String] {
        texts.isEmpty ? [] : ["\(key): \(quoted(texts.joined(separator: "; ")))"]
    }

    /// `- missing: "route default via 10.0.0.1 dev eth0 in pod"`.
    private static func objects(_ differences: [Difference]) -> [String] {
        guard !differences.isEmpty else { return [] }
        return ["objects:"]
            + differences.map { difference in
                let text = ObjectText.line(difference).drop { $0 != " " }.drop { $0 == " " }
                return "  - \(difference.kind): \(quoted(String(text)))"
            }
    }

    /// A text in double quotes, as JSON and YAML have it.
    private static func quoted(_ text: String) -> String { JSONValue.string(VisibleText.line(text)).text }

    /// A text in a line of a test, of which no part is a directive.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for letter in VisibleText.line(text) {
            if letter == "#" || letter == "\\" { out.append("\\") }
            out.append(letter)
        }
        return out
    }
}
