import Faults
import Model

/// Reads `{ WORD: WHICH, QUALIFIER: VALUE, in: NAMESPACE }`, the one shape of operations, objects and actions.
struct PhraseParser {
    /// Which words and qualifiers there are.
    struct Kind: Sendable {
        /// With its article, for messages.
        var what: String
        /// Joined by this where there are two.
        var two: String
        var words: [String]
        var isBuilt: @Sendable (String) -> Bool
        var qualifiers: @Sendable (String) -> [String]
        /// Whether a program and its arguments stand behind the word.
        var isList: @Sendable (String) -> Bool = { _ in false }
    }

    let diagnostics: Diagnostics
    let kind: Kind

    /// The phrase and the places of its keys; nil where it is none.
    func parse(_ tree: Tree) -> (phrase: Phrase, keys: [String: Position])? {
        guard let entries = tree.entries else {
            diagnostics.add(tree.position, "\(kind.what) is a map: { WORD: WHICH, … }")
            return nil
        }
        guard let first = word(in: entries, of: tree) else { return nil }
        let qualifiers = kind.qualifiers(first.key)
        var isWhole = true
        for entry in entries where entry.key != first.key && kind.words.contains(entry.key) {
            guard !qualifiers.contains(entry.key) else { continue }
            diagnostics.add(tree.position, "`\(first.key)` or `\(entry.key)`, not both: \(kind.two)")
            isWhole = false
        }
        for entry in entries where kind.words.contains(entry.key) && !kind.isBuilt(entry.key) {
            guard entry.key == first.key || !qualifiers.contains(entry.key) else { continue }
            diagnostics.add(entry.keyPosition, "`\(entry.key)` is not built yet")
            isWhole = false
        }
        guard isWhole else { return nil }
        return read(entries, first, qualifiers, in: tree)
    }

    private func word(in entries: [Tree.Entry], of tree: Tree) -> Tree.Entry? {
        if let first = entries.first(where: { kind.words.contains($0.key) }) { return first }
        let common = Set(kind.words.flatMap(kind.qualifiers))
        guard let first = entries.first(where: { !common.contains($0.key) }) else {
            diagnostics.add(tree.position, "\(kind.what) begins with its word: { WORD: WHICH, … }")
            return nil
        }
        diagnostics.add(
            first.keyPosition, "unknown word `\(first.key)`", hint: Suggestion.key(first.key, among: kind.words))
        return nil
    }

    private func read(
        _ entries: [Tree.Entry], _ first: Tree.Entry, _ qualifiers: [String], in tree: Tree
    ) -> (Phrase, [String: Position])? {
        var phrase = Phrase(first.key, "")
        var keys: [String: Position] = [:]
        var isWhole = true
        for entry in entries {
            guard entry.key == first.key || qualifiers.contains(entry.key) else {
                Checker(diagnostics: diagnostics).unknown(entry, in: tree, among: qualifiers)
                isWhole = false
                continue
            }
            keys[entry.key] = entry.keyPosition
            if entry.key == first.key, kind.isList(first.key) {
                guard let words = AgentParser.anyArguments(entry.value, called: entry.key, diagnostics) else {
                    isWhole = false
                    continue
                }
                phrase.which = ArgumentVector.text(words)
                continue
            }
            guard let text = entry.value.text, !entry.value.isEmpty else {
                diagnostics.add(
                    entry.keyPosition, "`\(entry.key)` \(entry.value.isEmpty ? "has no value" : "is a text")")
                isWhole = false
                continue
            }
            switch entry.key {
            case first.key: phrase.which = text
            case "in": phrase.namespace = text
            default: phrase.qualifiers[entry.key] = text
            }
            if isLink(entry.key, of: phrase.noun) { isWhole = checkLink(text, at: entry.keyPosition) && isWhole }
            if entry.key == first.key { isWhole = checkWhich(text, of: phrase.noun, at: entry.keyPosition) && isWhole }
        }
        return isWhole ? (phrase, keys) : nil
    }

    /// What no operation or object of that noun can be called.
    private func checkWhich(_ text: String, of noun: String, at position: Position) -> Bool {
        let isLiteral = Pattern(text).isLiteral && !text.isEmpty
        switch noun {
        case "address", "route", "rule", "neighbour":
            // A state names an address with its device behind it, and one that the kernel made as LL(DEVICE).
            let first = String(text.prefix { $0 != " " })
            let isOther = ["default", "all"].contains(first) || first.hasPrefix("LL(") || Text.isHardwareAddress(first)
            guard isLiteral, Prefix(first) == nil, !isOther else { return true }
            diagnostics.add(position, "`\(text)` is no address")
            return false
        case "file", "mount":
            guard isLiteral, !text.hasPrefix("/") else { return true }
            diagnostics.add(position, "`\(text)` is no path: it begins with /")
            return false
        default: return true
        }
    }

    private func isLink(_ key: String, of noun: String) -> Bool {
        if ["dev", "iif", "oif", "master"].contains(key) { return true }
        return noun == "link" && (key.hasPrefix("link.") || key == noun || key == "name")
    }

    private func checkLink(_ text: String, at position: Position) -> Bool {
        let isPattern = !Pattern(text).isLiteral
        if isPattern, text.contains("/") {
            diagnostics.add(position, "`\(text)` can match no link: an interface name has no /")
            return false
        }
        if !isPattern, !text.isEmpty, !Text.isInterface(text) {
            diagnostics.add(position, "`\(text)` is no interface name (15 characters, no /)")
            return false
        }
        return true
    }
}

extension PhraseParser.Kind {
    /// What an agent does: of points.
    static let operation = PhraseParser.Kind(
        what: "an operation", two: "a point is one operation", words: Vocabulary.operations.map(\.word),
        isBuilt: { Vocabulary.operation($0)?.isBuilt ?? false },
        qualifiers: { $0 == "step" ? [] : (Vocabulary.operation($0)?.qualifiers ?? []) + ["by", "in", "result"] })

    /// What is there or not: of conditions and expectations.
    static let object = PhraseParser.Kind(
        what: "an object", two: "one object a line", words: Vocabulary.objects,
        isBuilt: ObjectWords.isBuilt, qualifiers: { (ObjectWords.qualifiers[$0] ?? []) + ["in"] })

    /// What the world or the kernel does: of faults and steps.
    static let action = PhraseParser.Kind(
        what: "an action", two: "two actions are a list", words: ActionWords.all,
        isBuilt: { ActionWords.kind($0) != nil },
        qualifiers: { (ActionWords.kind($0)?.qualifiers.map(\.name) ?? []) + ["in"] },
        isList: { ActionWords.kind($0)?.which == .arguments })
}
