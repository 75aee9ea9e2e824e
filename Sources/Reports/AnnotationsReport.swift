import Model

/// A run as the commands that GitHub Actions reads from a job's output: `::error file=…,line=…,title=…::…`.
///
/// A line for each new cause, at the line of its fault; one for each plan that was not tested, and each `known` line that was not
/// seen. What is known or allowed is no annotation.
public enum AnnotationsReport {
    /// The lines, each with its line feed; a notice where there is nothing to say.
    public static func text(_ run: RunReport) -> String {
        var lines = run.causes.filter { $0.standing == .new }.compactMap { cause -> String? in
            guard let plan = cause.plans.first.map({ run.plans[$0] }) else { return nil }
            let places = cause.plans.count > 1 ? " (\(Sentences.plans(cause.plans.count)))" : ""
            let again = plan.replay.isEmpty ? "" : "\nagain: \(plan.replay)"
            return line(
                cause.severity == .low ? "warning" : "error", plan,
                cause.oracles.map(\.rawValue).joined(separator: ", "),
                "\(cause.message)\(places), \(cause.severity.rawValue), \(cause.cwe)\(again)")
        }
        for plan in run.plans where plan.verdictWord == "error" {
            lines.append(line("error", plan, "not tested", plan.reasons.joined(separator: "; ")))
        }
        for plan in run.plans {
            lines += plan.unseen.map { line("error", plan, "known, and not seen", $0.description) }
        }
        let notLookedAt = Sentences.notLookedAt(run)
        if !notLookedAt.isEmpty {
            lines.append("::notice title=tocsin%3A not looked at::\(data(notLookedAt.joined(separator: "\n")))")
        }
        let counts = Sentences.counts(run).map { "\($0.count) \($0.word)" }.joined(separator: ", ")
        lines.append("::notice title=tocsin::\(data("\(Sentences.plans(run.total)): \(counts)"))")
        return lines.map { "\($0)\n" }.joined()
    }

    private static func line(_ level: String, _ plan: PlanReport, _ title: String, _ text: String) -> String {
        let place = plan.place
        // The scenario of a command has its words for a name, and lies in no file.
        let isFile = [".yaml", ".yml", ".json"].contains { place.file.hasSuffix($0) }
        let file = isFile ? "file=\(property(place.file))\(place.line.map { ",line=\($0)" } ?? "")," : ""
        return "::\(level) \(file)title=\(property("tocsin: \(title)"))::\(data(text))"
    }

    /// A text behind the second `::`: https://github.com/actions/toolkit, packages/core/src/command.ts.
    private static func data(_ text: String) -> String {
        var out = ""
        for scalar in VisibleText.block(text).unicodeScalars {
            switch scalar {
            case "%": out += "%25"
            case "\r": out += "%0D"
            case "\n": out += "%0A"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// A text between the first two `::`.
    private static func property(_ text: String) -> String {
        data(VisibleText.line(text)).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
