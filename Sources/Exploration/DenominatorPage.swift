import Faults
import Model

/// The tables of `docs/denominator.md`, made from the table of operations and from what is explored.
public enum DenominatorPage {
    /// The parts by their names.
    public static var parts: [String: String] {
        [
            "faults": faults, "operations-explored": operations, "faults-not-placed": notPlaced,
            "continuations": continuations, "passes": passes,
        ]
    }

    private static var faults: String {
        table(
            ["family", "what is done"],
            FaultSources.all.map { [$0.name, $0.meaning] })
    }

    private static var operations: String {
        table(
            ["operation", "refusals", "besides, on both sides", "why no more"],
            OperationTable.rows.map { row in
                guard row.hasResult else { return ["`\(row.word)`", "-", "-", "no operation of an agent"] }
                return ["`\(row.word)`", refusals(row), besides(row), missing(row)]
            })
    }

    private static var notPlaced: String {
        table(
            ["action", "why it is placed nowhere"],
            ActionWords.kinds.compactMap { kind in ActionWords.notExplored[kind.word].map { ["`\(kind.word)`", $0] } })
    }

    private static var continuations: String {
        table(
            ["name", "what is run after the step of the fault"], Continuations.all.map { ["`\($0.name)`", $0.meaning] })
    }

    private static var passes: String {
        table(["pass", "why what it takes out need not be run"], PruningPasses.all.map { [$0.name, $0.reason] })
    }

    /// The errors with which it is refused.
    private static func refusals(_ row: OperationRow) -> String {
        let requests = ErrnoTable.requests.filter { $0.word == row.word }
        guard !requests.isEmpty else { return "-" }
        return requests.map { request in
            let names = request.answers.map(\.number.name).joined(separator: " ")
            let kind = request.name.dropFirst(request.word.count).drop { $0 == " " }
            return kind.isEmpty ? names : "\(kind): \(names)"
        }.joined(separator: "; ")
    }

    private static func besides(_ row: OperationRow) -> String {
        var parts = ["kills", "commands"]
        if row.isNetlink, row.verb == "list" { parts.append("interruptions (before)") }
        for noun in unique(row.effects.map(\.noun)) where ExploredObject.nouns.contains(noun) {
            parts.append("loss of the \(noun)")
        }
        if row.word == "file.lock" { parts.append("locks (before)") }
        return parts.joined(separator: ", ")
    }

    private static func missing(_ row: OperationRow) -> String {
        var reasons: [String] = []
        if row.answers == .none { reasons.append("the table knows no error for it") }
        for noun in unique(row.effects.map(\.noun)) where !ExploredObject.nouns.contains(noun) {
            reasons.append(DenominatorPage.withoutLoss[noun] ?? "no action takes a \(noun) away")
        }
        return reasons.isEmpty ? "" : reasons.joined(separator: "; ")
    }

    private static func unique(_ nouns: [String]) -> [String] {
        nouns.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Why an object of that kind is not taken away.
    private static let withoutLoss = [
        "sysctl": "which value another would write nobody knows",
        "mount": "no action unmounts; a name of a namespace is unmounted by `netns.unmount`",
        "process": "its loss is a kill", "lock": "its loss is that of its process",
    ]

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let all = [head, head.map { _ in "---" }] + rows
        return all.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }
}
