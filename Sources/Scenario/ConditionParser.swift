import Model

/// Reads a CONDITION.
struct ConditionParser {
    let diagnostics: Diagnostics

    private static let words = ["present", "absent", "not"]
    private static let notBuilt = ["log", "exec", "tcp", "ping", "fired", "time"]

    func parse(_ tree: Tree) -> Condition? {
        guard let entries = tree.entries, let first = entries.first else {
            diagnostics.add(tree.position, "a condition is a map: { present: OBJECT }")
            return nil
        }
        if let later = entries.first(where: { ConditionParser.notBuilt.contains($0.key) }) {
            diagnostics.add(later.keyPosition, "`\(later.key)` is not built yet")
            return nil
        }
        guard entries.count == 1 else {
            let known = entries.filter { ConditionParser.words.contains($0.key) }
            if known.count > 1 {
                diagnostics.add(
                    tree.position, "`\(known[0].key)` or `\(known[1].key)`, not both: two checks are two steps")
            }
            for entry in entries where !ConditionParser.words.contains(entry.key) { unknown(entry, in: tree) }
            return nil
        }
        switch first.key {
        case "present": return object(first.value).map(Condition.present)
        case "absent": return object(first.value).map(Condition.absent)
        case "not": return parse(first.value).map(Condition.not)
        default:
            unknown(first, in: tree)
            return nil
        }
    }

    private func unknown(_ entry: Tree.Entry, in tree: Tree) {
        Checker(diagnostics: diagnostics).unknown(
            entry, in: tree, among: ConditionParser.words + ConditionParser.notBuilt)
    }

    private func object(_ tree: Tree) -> Phrase? {
        PhraseParser(diagnostics: diagnostics, kind: .object).parse(tree)?.phrase
    }
}
