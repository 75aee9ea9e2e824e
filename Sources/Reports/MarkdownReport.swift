import Model

/// A run as Markdown, for a pull request: a table of causes, the details folded.
public enum MarkdownReport {
    /// So many causes have details; GitHub takes no comment of more than 65,536 letters.
    static let most = 20

    /// The text, ending with a line feed.
    public static func text(_ run: RunReport) -> String {
        let causes = run.causes
        let mark = ["pass": "✅", "known": "✅", "skipped": "⚪", "flaky": "⚠️"][run.verdict] ?? "❌"
        var blocks = ["### \(mark) tocsin: \(run.verdict)", head(run, causes)]
        if let tried = run.explored?.denominator.last { blocks.append("Tried: \(escaped(tried))") }
        if !causes.isEmpty { blocks.append(table(causes)) }
        blocks += causes.prefix(most).map { details($0, in: run) }
        if causes.count > most { blocks.append("\(causes.count - most) more causes are in the other reports.") }
        let errors = run.plans.filter { $0.verdictWord == "error" }
        if !errors.isEmpty {
            blocks.append(folded("\(errors.count) not tested: an error", errors.prefix(most).map(reason)))
        }
        let unseen = run.plans.filter { !$0.unseen.isEmpty && ["fail", "flaky"].contains($0.verdictWord) }
        if !unseen.isEmpty {
            blocks.append(folded("\(unseen.count) known but not seen", unseen.prefix(most).map(reason)))
        }
        let skipped = run.plans.filter { $0.verdictWord == "skipped" }
        if !skipped.isEmpty { blocks.append(folded("\(skipped.count) skipped", skipped.prefix(most).map(reason))) }
        let notLookedAt = Sentences.notLookedAt(run)
        if !notLookedAt.isEmpty {
            blocks.append(folded("not looked at", notLookedAt.prefix(most).map(escaped)))
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func head(_ run: RunReport, _ causes: [CauseReport]) -> String {
        let counts = Sentences.counts(run).map { "**\($0.count)** \($0.word)" }.joined(separator: ", ")
        let time = run.duration.map { " in \(Columns.span($0))" } ?? ""
        let versions = run.versions.sorted { $0.key < $1.key }.map { "\(escaped($0.key)) \(escaped($0.value))" }
        let id = run.run.map { " · run `\($0)`" } ?? ""
        return "\(Sentences.plans(run.total))\(time): \(counts.isEmpty ? "nothing ran" : counts)"
            + (versions.isEmpty ? "" : " · " + versions.joined(separator: ", ")) + id
    }

    private static func table(_ causes: [CauseReport]) -> String {
        let rows = causes.map { cause in
            "| \(cause.number) | \(cause.standing.rawValue) | \(cause.severity.rawValue) | \(cause.plans.count)"
                + " | \(escaped(cause.oracles.map(\.rawValue).joined(separator: ", "))) | \(escaped(cause.message)) |"
        }
        return (["| | | severity | plans | | what is wrong |", "|--:|---|---|--:|---|---|"] + rows.prefix(100))
            .joined(separator: "\n")
    }

    private static func details(_ cause: CauseReport, in run: RunReport) -> String {
        guard let first = cause.plans.first else { return "" }
        let plan = run.plans[first]
        var lines = [
            "\(escaped(plan.name)), step `\(plain(cause.step))`, \(escaped(cause.cwe)),"
                + " seen in \(escaped("\(cause.example.rate)"))"
        ]
        lines += cause.example.timing.map { [escaped($0)] } ?? []
        let objects = ObjectText.lines(cause.example.finding.differences)
        var block = objects.prefix(12).map { $0 }
        if objects.count > 12 { block.append("and \(objects.count - 12) more") }
        block += (cause.example.finding.why ?? []) + cause.example.furtherEvidence + cause.example.consequenceLines
        if !block.isEmpty { lines.append(fenced(block.map(VisibleText.line))) }
        if !plan.replay.isEmpty { lines.append("again:\n\n" + fenced([VisibleText.line(plan.replay)])) }
        return "<details><summary>\(cause.number). \(escaped(cause.message))</summary>\n\n"
            + lines.joined(separator: "\n\n") + "\n\n</details>"
    }

    private static func folded(_ title: String, _ lines: [String]) -> String {
        "<details><summary>\(title)</summary>\n\n" + lines.map { "- \($0)" }.joined(separator: "\n") + "\n\n</details>"
    }

    private static func reason(_ plan: PlanReport) -> String {
        "\(escaped(plan.name)): \(escaped(plan.reasons.joined(separator: "; ")))"
    }

    /// A block of code whose fence is longer than any in it.
    private static func fenced(_ lines: [String]) -> String {
        let longest = lines.flatMap { $0.split { $0 != "`" }.map(\.count) }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)text\n\(lines.joined(separator: "\n"))\n\(fence)"
    }

    /// A text between two backticks.
    private static func plain(_ text: String) -> String {
        String(VisibleText.line(text).map { $0 == "`" ? "'" : $0 })
    }

    /// A text that is a text and nothing else: no markup, no link, no mention of a person, no end of a table's cell.
    static func escaped(_ text: String) -> String {
        var out = ""
        for letter in VisibleText.line(text) {
            switch letter {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "@": out += "&#64;"
            case "#": out += "&#35;"
            case "|": out += "&#124;"
            case ":": out += "&#58;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "!", "~", "$": out += "\\\(letter)"
            default: out.append(letter)
            }
        }
        return out
    }
}
