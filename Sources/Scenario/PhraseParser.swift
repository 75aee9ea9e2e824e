import Faults
import Model

/// Reads `{ WORD: ARGUMENT, QUALIFIER: VALUE, in: NAMESPACE }`, the one shape of operations, objects and actions.
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
        /// What a pattern behind a key of a word is about; nil where another reader looks at it.
        var value: @Sendable (String, String) -> ValueType? = { _, _ in nil }
        /// What says the same as a word that there is not.
        var otherwise: [String: String] = [:]
        /// Whether a program and its arguments stand behind the word.
        var isList: @Sendable (String) -> Bool = { _ in false }
        /// Why this word has no key of that name, where the reason is not that nobody knows it.
        var refusal: @Sendable (String, String) -> (message: String, hint: String)? = { _, _ in nil }
    }

    let diagnostics: Diagnostics
    let kind: Kind

    /// The phrase and the places of its keys; nil where it is none.
    func parse(_ tree: Tree) -> (phrase: Phrase, keys: [String: Position])? {
        guard let entries = tree.entries else {
            diagnostics.add(tree.position, "\(kind.what) is a map: { WORD: ARGUMENT, … }")
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
            diagnostics.add(tree.position, "\(kind.what) begins with its word: { WORD: ARGUMENT, … }")
            return nil
        }
        if let how = kind.otherwise[first.key] {
            diagnostics.add(first.keyPosition, "`\(first.key)` is no action: \(how)")
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
                if let refusal = kind.refusal(first.key, entry.key) {
                    diagnostics.add(entry.keyPosition, refusal.message, hint: refusal.hint)
                } else {
                    Checker(diagnostics: diagnostics).unknown(entry, in: tree, among: qualifiers)
                }
                isWhole = false
                continue
            }
            keys[entry.key] = entry.keyPosition
            if entry.key == first.key, kind.isList(first.key) {
                guard let words = AgentParser.anyArguments(entry.value, called: entry.key, diagnostics) else {
                    isWhole = false
                    continue
                }
                phrase.argument = ArgumentVector.text(words)
                continue
            }
            guard let text = entry.value.text, !entry.value.isEmpty else {
                diagnostics.add(
                    entry.keyPosition, "`\(entry.key)` \(entry.value.isEmpty ? "has no value" : "is a text")")
                isWhole = false
                continue
            }
            switch entry.key {
            case first.key: phrase.argument = text
            case "in": phrase.namespace = text
            default: phrase.qualifiers[entry.key] = text
            }
            if let problem = kind.value(first.key, entry.key)?.problem(withPattern: text) {
                diagnostics.add(
                    entry.keyPosition, problem.message,
                    hint: Suggestion.hint(for: text, among: problem.candidates))
                isWhole = false
            }
        }
        return isWhole ? (phrase, keys) : nil
    }
}

extension PhraseParser.Kind {
    /// What an agent does: of points.
    static let operation = PhraseParser.Kind(
        what: "an operation", two: "a point is one operation", words: OperationTable.words,
        isBuilt: { OperationTable.row($0) != nil }, qualifiers: OperationTable.keys,
        value: { word, key in
            guard let row = OperationTable.row(word) else { return nil }
            return key == word ? row.argument : row.qualifier(key)?.value
        })

    /// What is there or not: of conditions and expectations.
    static let object = PhraseParser.Kind(
        what: "an object", two: "one object a line", words: ObjectTable.nouns,
        isBuilt: { ObjectTable.row($0) != nil }, qualifiers: ObjectTable.keys,
        value: { noun, key in
            guard let row = ObjectTable.row(noun) else { return nil }
            return key == noun ? row.name : row.attributes.first { $0.name == key }?.value
        },
        refusal: { noun, key in
            guard key == "in" else { return nil }
            let hint = noun == "netns" ? "its name stands behind `netns`" : "leave it out"
            return ("`in` says nothing of a `\(noun)`, which stands in no network namespace", hint)
        })

    /// What the world or the kernel does: of faults and steps.
    static let action = PhraseParser.Kind(
        what: "an action", two: "two actions are a list", words: ActionWords.all,
        isBuilt: { ActionWords.kind($0) != nil },
        qualifiers: { (ActionWords.kind($0)?.qualifiers.map(\.name) ?? []) + ["in"] },
        otherwise: ActionWords.saidOtherwise, isList: { ActionWords.kind($0)?.argument == .arguments })
}
