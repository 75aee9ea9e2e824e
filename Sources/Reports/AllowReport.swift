import Model

/// Lines of `allow` for what a run found and nobody expected, each with a reason to fill in.
///
/// A line without a reason is refused where it is read, so none of them is pasted unread.
public enum AllowReport {
    /// The text, ending with a line feed.
    public static func text(_ run: RunReport) -> String {
        var lines: [String] = []
        var scenarios: [String] = []
        for plan in run.plans where !scenarios.contains(plan.scenario) { scenarios.append(plan.scenario) }
        for scenario in scenarios {
            let plans = run.plans.filter { $0.scenario == scenario }
            let found = plans.flatMap(\.findings).filter { $0.standing == .new }.map(\.finding)
            guard !found.isEmpty else { continue }
            var written: [String] = []
            for finding in found {
                let line =
                    line(finding, because: "")
                    ?? "# not for a line: \(finding.oracle.rawValue): \(VisibleText.line(finding.message))"
                if !written.contains(line) { written.append(line) }
            }
            lines += ["# \(VisibleText.line(scenario))", "allow:"] + written.map { "  \($0)" }
        }
        return (lines.isEmpty ? ["# Nothing was found that nobody expected."] : lines).joined(separator: "\n") + "\n"
    }

    /// Lines that mean these findings, each once; nil for one about a step, which no line can allow.
    public static func lines(of findings: [Finding], because reason: String) -> [String?] {
        findings.reduce(into: []) { lines, finding in
            let line = line(finding, because: reason)
            if line == nil || !lines.contains(line) { lines.append(line) }
        }
    }

    /// The line that means this finding, and as little else as can be said.
    ///
    /// - Returns: nil of one about a step: what a command does wrong without a fault is no matter of a line.
    private static func line(_ finding: Finding, because reason: String) -> String? {
        let subject: Expectation.Subject
        if let object = finding.object {
            subject = .object(object.exactPattern)
        } else if finding.subject != finding.step {
            subject = .text(finding.subject)
        } else if ["harmed", "false-claim"].contains(finding.oracle.rawValue) {
            subject = .step(finding.step)
        } else {
            return nil
        }
        let said = Expectation(oracle: finding.oracle, subject: subject, because: "").description
        let kinds = Set(finding.differences.map(\.kind))
        let kind = kinds.count == 1 && kinds != ["extra"] ? kinds.first.map { ", kind: \($0)" } ?? "" : ""
        return "- { \(said)\(kind), because: \"\(reason)\" }"
    }
}

extension Fact {
    /// What tells the object from its like, by its noun: these attributes do not change while it is what it is.
    private static let telling = [
        "link": ["type"], "address": ["dev"], "route": ["table", "metric", "via", "dev"],
        "rule": ["priority", "table", "fwmark", "to", "iif"], "neighbour": ["dev"], "file": ["type"], "mount": ["type"],
        "lock": ["type"], "socket": ["type"],
    ]

    /// The pattern that means this object alone.
    fileprivate var exactPattern: Phrase {
        let noun = identity.noun
        let names = Fact.telling[noun] ?? []
        // Behind the first word of the name of these stands what their attributes say.
        let isShort = ["address", "route", "rule", "neighbour"].contains(noun)
        let first = identity.name.split(separator: " ").first.map(String.init) ?? identity.name
        let qualifiers = attributes.filter {
            names.contains($0.key) && !$0.value.contains("#") && $0.value != "automatic"
        }
        return Phrase(
            noun, Pattern.literal(isShort ? first : identity.name), qualifiers.mapValues { Pattern.literal($0) },
            in: identity.namespace.isEmpty ? nil : Pattern.literal(identity.namespace))
    }
}
