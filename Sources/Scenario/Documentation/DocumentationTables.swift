import Faults
import Model
import Oracles

/// The tables of `docs/format.md`, from the rows.
enum DocumentationTables {
    static var operations: String {
        table(
            ["operation", "argument", "keys", "what it is", "effect", "seen as"],
            OperationTable.rows.map { row in
                [
                    "`\(row.word)`", row.argument.spelling, keys(row.qualifiers), row.meaning, effects(row),
                    origin(row),
                ]
            }) + notBuilt(OperationTable.notBuilt)
    }

    static var objects: String {
        table(
            ["object", "name", "keys", "what it is"],
            ObjectTable.rows.map { row in
                let place = row.isInNamespace ? [OperationRow.Qualifier("in", .namespace)] : []
                return ["`\(row.noun)`", row.name.spelling, keys(row.attributes + place), row.meaning]
            })
            + notBuilt(ObjectTable.notBuilt)
    }

    static var actions: String {
        table(
            ["action", "argument", "keys", "where", "taken back by `until`", "who could cause it"],
            ActionWords.kinds.map { kind in
                [
                    "`\(kind.word)`", kind.argument.spelling,
                    kind.qualifiers.map { "`\($0.name)` (\($0.value.spelling); \($0.usual))" }.joined(separator: ", "),
                    place(kind), takenBack(kind), kind.cause,
                ]
            })
    }

    static var errnos: String {
        table(
            ["request", "errnos, and what causes them", "where the kernel answers so"],
            ErrnoTable.requests.map { request in
                var sources: [String] = []
                for answer in request.answers where !sources.contains(answer.source) { sources.append(answer.source) }
                return [
                    "`\(request.name)`",
                    request.answers.map { "\($0.number.name) (\($0.cause))" }.joined(separator: ", "),
                    sources.map { "`\($0)`" }.joined(separator: ", "),
                ]
            })
    }

    static var oracles: String {
        table(
            ["oracle", "about", "severity", "CWE", "names that", "cannot see", "seeded pairs"],
            OracleCatalogue.all.map { oracle in
                [
                    "`\(oracle.name.rawValue)`", oracle.isAboutObject ? "an object" : "a step",
                    oracle.severity.rawValue,
                    oracle.cwe, oracle.meaning, oracle.blindSpots,
                    oracle.pairs.map { "`\($0)`" }.joined(separator: " "),
                ]
            })
    }

    private static func place(_ kind: FaultKind) -> String {
        if let place = kind.place { return place }
        return switch kind.actor {
        case .starter: "before a step"
        case .kernel: "before an operation with a result"
        case .process: "at an operation; at the edge of a step where a service or driver runs"
        case .world, .scheduler: "anywhere, also as a step"
        }
    }

    private static func takenBack(_ kind: FaultKind) -> String {
        guard kind.isReversible else { return "no" }
        let other = kind.irreversibleKeys.map { "`\($0)`" }.joined(separator: " ")
        return other.isEmpty ? "yes" : "yes, but not \(other)"
    }

    private static func keys(_ qualifiers: [OperationRow.Qualifier]) -> String {
        qualifiers.map { $0.value == .text ? "`\($0.name)`" : "`\($0.name)` (\($0.value.spelling))" }
            .joined(separator: ", ")
    }

    private static func effects(_ row: OperationRow) -> String {
        row.effects.map { effect in
            let key = effect.key.map { " `\($0)`" } ?? ""
            let given = effect.key == nil ? effect.given.map { " (with `\($0)`)" } ?? "" : ""
            return "\(effect.kind.rawValue) \(effect.noun)\(key)\(given)"
        }.joined(separator: ", ")
    }

    private static func origin(_ row: OperationRow) -> String {
        switch row.origin {
        case .rtnetlink(let names), .nfnetlink(let names), .xfrm(let names), .diagnosis(let names), .calls(let names):
            (names + row.calls).map { "`\($0)`" }.joined(separator: " ")
        case .generic: "any message of generic netlink"
        case .netlink: "any other netlink message"
        case .harness: "the scenario"
        }
    }

    private static func notBuilt(_ words: [String]) -> String {
        words.isEmpty ? "" : "\n\nNot built yet: \(words.map { "`\($0)`" }.joined(separator: " "))."
    }

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        let lines = [heads, heads.map { _ in "---" }] + rows.map { $0.map { $0.replacing("|", with: "\\|") } }
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
            .replacing("|  |", with: "| |")
    }
}

extension String {
    /// The text with every `part` in it replaced.
    fileprivate func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
