import Model

/// A comparison in words, for a terminal and for a pull request.
public struct ComparisonReport: Sendable {
    /// What was compared.
    let comparison: Comparison
    /// What each side is called: `results (run 20261126-0058)`.
    let base: String
    let head: String

    /// Makes the report of a comparison.
    public init(_ comparison: Comparison, base: String, head: String) {
        self.comparison = comparison
        self.base = base
        self.head = head
    }

    /// Findings that stand alike, told by the first of them.
    struct Group {
        let first: Comparison.Entry
        var plans: [String]
        /// How many findings besides the first.
        var others = 0

        /// What is wrong, with the count of those that are told by it.
        var message: String {
            first.finding.message
                + (others == 0 ? "" : others == 1 ? ", and 1 more like it" : ", and \(others) more like it")
        }
    }

    /// What it came to: `WORSE: 1 new, 2 resolved, 9 known`.
    public var verdict: String {
        let counts = Comparison.Standing.allCases.compactMap { standing -> String? in
            let count = comparison.entries(standing).count
            return count == 0 ? nil : "\(count) \(standing.rawValue)"
        }
        let word: String
        if comparison.compared == 0, comparison.added.isEmpty {
            word = "NOT COMPARED"
        } else if !comparison.regressions(includingKnown: true).isEmpty || !comparison.unseen.isEmpty {
            word = "WORSE"
        } else if !comparison.lost.isEmpty {
            word = "COVERAGE LOST"
        } else {
            word = comparison.entries.contains { [.resolved, .better].contains($0.standing) } ? "BETTER" : "SAME"
        }
        return "\(word): \(counts.isEmpty ? "no findings" : counts.joined(separator: ", "))"
            + " in \(Sentences.plans(comparison.compared)) that both sides tested"
    }

    /// The groups with that standing.
    func groups(_ standing: Comparison.Standing) -> [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for entry in comparison.entries(standing) {
            let kinds = Set(entry.finding.objects.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
            let key =
                ([entry.plan.scenario, entry.finding.oracle, entry.finding.step] + kinds.sorted() + entry.remarks)
                .joined(separator: "\n")
            let plan = comparison.name(entry.plan)
            if let place = places[key] {
                // Two of one plan are of two objects of a kind.
                if groups[place].plans.contains(plan) {
                    groups[place].others += 1
                } else {
                    groups[place].plans.append(plan)
                }
            } else {
                places[key] = groups.count
                groups.append(Group(first: entry, plans: [plan]))
            }
        }
        return groups
    }

    /// How often each side saw it: `BASE 0 of 10 runs, HEAD 3 of 10`.
    func rates(_ entry: Comparison.Entry) -> String {
        func text(_ name: String, _ rate: Rate?) -> String {
            guard let rate else { return "\(name) not tested" }
            let interval = "\(rate)".drop { $0 != "(" }
            return "\(name) in \(rate.hits) of \(rate.runs) \(rate.runs == 1 ? "run" : "runs")"
                + (rate.runs > 1 ? " \(interval)" : "")
        }
        return "\(text("BASE", entry.base)), \(text("HEAD", entry.head))"
    }

    /// What differs between the sides themselves: `kernel 6.1 -> 6.18`.
    var versions: [String] {
        let (old, new) = (comparison.base.versions, comparison.head.versions)
        return Set(old.keys).union(new.keys).sorted().map { name in
            let before = old[name] ?? "unknown"
            let after = new[name] ?? "unknown"
            return before == after ? "\(name) \(before)" : "\(name) \(before) -> \(after)"
        } + agents
    }

    /// The versions of agents, as their scenarios say them.
    private var agents: [String] {
        func all(_ side: Baseline) -> [String: Set<String>] {
            side.plans.flatMap(\.agents).filter { !$0.value.isEmpty }
                .reduce(into: [:]) { $0[$1.key, default: []].insert($1.value) }
        }
        let (old, new) = (all(comparison.base), all(comparison.head))
        return Set(old.keys).union(new.keys).sorted().map { name in
            let before = old[name]?.sorted().joined(separator: " ") ?? "none"
            let after = new[name]?.sorted().joined(separator: " ") ?? "none"
            return before == after ? "\(name) \(before)" : "\(name) \(before) -> \(after)"
        }
    }

    /// What is told besides findings, with the plans of which each line is true.
    var sections: [(title: String, lines: [Comparison.Change])] {
        func plain(_ plans: [String]) -> [Comparison.Change] { plans.map { Comparison.Change(line: $0, plans: []) } }
        return [
            (
                "coverage lost: BASE tested it, HEAD could not",
                comparison.lost.map { .init(line: "\($0.plan): \($0.reason)", plans: []) }
            ),
            ("a line of `known` that HEAD does not see any more", comparison.unseen),
            ("not run in HEAD", plain(comparison.notRun)),
            ("only in HEAD", plain(comparison.added)),
            ("points", comparison.moved),
            ("the agents' own operations without faults", comparison.operations),
            ("not compared any more: in HEAD it differs between runs without faults", comparison.masked),
        ].filter { !$0.1.isEmpty }
    }
}

extension TextReport {
    /// A comparison: the verdict, the findings that changed, and what could not be compared.
    public func text(_ report: ComparisonReport) -> String {
        var lines = [
            TextLine(report.verdict, .strong),
            TextLine("  BASE \(report.base)", hanging: 7), TextLine("  HEAD \(report.head)", hanging: 7),
        ]
        if !report.versions.isEmpty { lines.append(TextLine("  \(report.versions.joined(separator: ", "))", .quiet)) }
        for standing in Comparison.Standing.allCases {
            let groups = report.groups(standing)
            guard !groups.isEmpty else { continue }
            lines.append(TextLine(""))
            let isBrief = !isVerbose && [.known, .uncompared].contains(standing)
            for group in groups { lines += self.lines(group, standing, report, isBrief: isBrief) }
        }
        for section in report.sections {
            lines += [TextLine(""), TextLine("\(section.title):", .strong)]
            let shown = isVerbose ? section.lines[...] : section.lines.prefix(10)
            for change in shown {
                let isOfAll = change.plans.count > 2 && change.plans.count == report.comparison.compared
                let of =
                    change.plans.isEmpty
                    ? "" : isOfAll ? "  (all \(change.plans.count) plans)" : "  (\(places(change.plans)))"
                lines.append(TextLine("  \(change.line)", hanging: 6).add(of, .quiet))
            }
            let more = section.lines.count - shown.count
            if more > 0 { lines.append(TextLine("  and \(more) more (-v)", .quiet)) }
        }
        return written(lines)
    }

    private func lines(
        _ group: ComparisonReport.Group, _ standing: Comparison.Standing, _ report: ComparisonReport, isBrief: Bool
    ) -> [TextLine] {
        let entry = group.first
        let ink: TextLine.Ink =
            [.new, .worse].contains(standing)
            ? .word("fail") : .word([.resolved, .better].contains(standing) ? "pass" : "known")
        var lines = [
            TextLine(Columns.left(standing.rawValue, 9), ink, hanging: 11)
                .add(Columns.left(entry.finding.severity.rawValue, 6), .word(entry.finding.severity.rawValue))
                .add("  \(group.message)", .strong)
        ]
        let indent = String(repeating: " ", count: 9)
        lines.append(
            TextLine("\(indent)\(entry.finding.oracle): \(places(group.plans))", .quiet, hanging: 11))
        if isBrief {
            if standing == .uncompared { lines += entry.remarks.map { TextLine(indent + $0, .quiet, hanging: 11) } }
            return lines
        }
        lines.append(TextLine("\(indent)\(report.rates(entry))", hanging: 11))
        lines += entry.remarks.map { TextLine(indent + $0, hanging: 11) }
        let objects = isVerbose ? entry.finding.objects[...] : entry.finding.objects.prefix(3)
        lines += objects.map { TextLine("\(indent)  \($0)", .quiet, hanging: 13) }
        let more = entry.finding.objects.count - objects.count
        if more > 0 { lines.append(TextLine("\(indent)  and \(more) more (-v)", .quiet)) }
        if [.new, .worse, .flaky].contains(standing), !entry.plan.replay.isEmpty {
            lines.append(TextLine("\(indent)again: \(entry.plan.replay)", hanging: 11))
        }
        return lines
    }

    private func places(_ plans: [String]) -> String {
        let shown = isVerbose ? plans.count : 2
        let more = plans.count - shown
        return plans.prefix(shown).joined(separator: "; ")
            + (more > 0 ? "; and \(more) more plan\(more == 1 ? "" : "s")" : "")
    }
}

extension MarkdownReport {
    /// A comparison as a comment of a pull request: what is new is open, the rest folded.
    public static func text(_ report: ComparisonReport) -> String {
        var blocks = ["### tocsin: \(escaped(report.verdict))"]
        blocks.append(
            "BASE \(escaped(report.base)), HEAD \(escaped(report.head)) · \(escaped(report.versions.joined(separator: ", ")))"
        )
        for standing in Comparison.Standing.allCases {
            let groups = report.groups(standing)
            guard !groups.isEmpty else { continue }
            let rows = groups.prefix(50).map { group in
                let more = group.plans.count > 1 ? " and \(group.plans.count - 1) more" : ""
                let remarks = group.first.remarks.isEmpty ? "" : "; " + group.first.remarks.joined(separator: "; ")
                return "| \(group.first.finding.severity.rawValue) | \(escaped(group.message))"
                    + " | \(escaped(group.plans[0]))\(more) | \(escaped(report.rates(group.first) + remarks)) |"
            }
            let table = (["| severity | what is wrong | plan | seen |", "|---|---|---|---|"] + rows).joined(
                separator: "\n")
            let title = "\(groups.count) \(standing.rawValue)"
            blocks.append(
                [.new, .worse].contains(standing)
                    ? "**\(title)**\n\n\(table)" : "<details><summary>\(title)</summary>\n\n\(table)\n\n</details>")
        }
        for section in report.sections {
            let lines = section.lines.prefix(50).map { change in
                "- \(escaped(change.line))" + (change.plans.isEmpty ? "" : " (\(Sentences.plans(change.plans.count)))")
            }
            blocks.append(
                "<details><summary>\(escaped(section.title)): \(section.lines.count)</summary>\n\n"
                    + lines.joined(separator: "\n") + "\n\n</details>")
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }
}
