import Faults
import Model

/// Reads a CONDITION.
struct ConditionParser {
    /// Where it stands, which decides what it can say.
    enum Place {
        case check
        case ready
        case countingFrom
        /// Asked behind each operation that changes something.
        case keeps
        /// Asked when an agent says something.
        case means
    }

    let agents: [String]
    let place: Place
    let diagnostics: Diagnostics

    /// The words with their other keys.
    static let words: [(word: String, keys: [String])] = [
        ("present", []), ("absent", []), ("not", []), ("log", ["agent", "since"]), ("running", []),
        ("exec", ["in"]), ("tcp", ["from", "server"]), ("ping", ["from"]), ("fired", []), ("time", []),
    ]

    func parse(_ tree: Tree) -> Condition? {
        guard let entries = tree.entries, let first = entries.first else {
            diagnostics.add(tree.position, "a condition is a map: { present: OBJECT }")
            return nil
        }
        let names = ConditionParser.words.map(\.word)
        let found = entries.filter { names.contains($0.key) }
        if found.count > 1 {
            let why = place == .check ? "two checks are two steps" : "a condition is one"
            diagnostics.add(tree.position, "`\(found[0].key)` or `\(found[1].key)`, not both: \(why)")
            return nil
        }
        guard let entry = found.first, let word = ConditionParser.words.first(where: { $0.word == entry.key }) else {
            Checker(diagnostics: diagnostics).unknown(first, in: tree, among: names)
            return nil
        }
        let others = entries.filter { $0.key != entry.key && !word.keys.contains($0.key) }
        for other in others {
            Checker(diagnostics: diagnostics).unknown(other, in: tree, among: [entry.key] + word.keys)
        }
        guard others.isEmpty else { return nil }
        if entry.value.isEmpty {
            diagnostics.add(entry.keyPosition, "`\(entry.key)` has no value")
            return nil
        }
        if place == .countingFrom, ["exec", "tcp", "ping"].contains(entry.key) {
            // An answer takes time, in which the agent would stand at its stop; what it changes would be seen late.
            diagnostics.add(
                entry.keyPosition, "`\(entry.key)` cannot be asked while the agent waits: it is for `check` and `ready`"
            )
            return nil
        }
        if let why = refusal(of: entry.key) {
            diagnostics.add(entry.keyPosition, "`\(entry.key)` \(why)")
            return nil
        }
        return condition(entry.key, entry.value, in: tree)
    }

    /// Why a condition says nothing where the state is looked at again and again; nil where it does.
    private func refusal(of word: String) -> String? {
        switch (place, word) {
        case (.keeps, "exec"): "is not for `keeps`: a program would be run behind each operation"
        case (.means, "exec"), (.means, "tcp"), (.means, "ping"):
            "is not for `means`: the state is looked at in the moment of the line, which is `present`, `absent` or `running`"
        case (.keeps, "log"), (.means, "log"):
            "is not for `\(place == .keeps ? "keeps" : "means")`: what was said stays said"
        default: nil
        }
    }

    private func condition(_ word: String, _ value: Tree, in tree: Tree) -> Condition? {
        switch word {
        case "present": return object(value).map(Condition.present)
        case "absent": return object(value).map(Condition.absent)
        case "not": return parse(value).map(Condition.not)
        case "log": return log(value, in: tree)
        case "running": return running(value)
        case "exec":
            guard let argv = AgentParser.anyArguments(value, called: "exec", diagnostics) else { return nil }
            return namespace("in", of: tree).map { .exec(argv: argv, namespace: $0) }
        case "tcp": return tcp(value, in: tree)
        case "ping":
            guard let text = text(value, "ping") else { return nil }
            guard Prefix(text) != nil, !text.contains("/") else {
                diagnostics.add(value.position, "`\(text)` is no address")
                return nil
            }
            return namespace("from", of: tree).map { .ping(address: text, from: $0) }
        default: return onlyOnce(word, value)
        }
    }
}
