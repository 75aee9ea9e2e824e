import Faults
import Model

/// An action as it was read, with the places of its keys.
struct ReadAction {
    var phrase: Phrase
    /// The action; nil for `each`, which is several.
    var action: Action?
    /// What `each` stands for, where the point need not tell.
    var choices: [Action] = []
    var keys: [String: Position]
}

/// Reads an ACTION, says what is wrong with it wherever it happens, and types it.
struct ActionParser {
    let agents: [String]
    let diagnostics: Diagnostics

    func parse(_ tree: Tree) -> ReadAction? {
        guard let (phrase, keys) = PhraseParser(diagnostics: diagnostics, kind: .action).parse(tree) else { return nil }
        let reading = ActionReading(phrase)
        if case .wrong(let problems) = reading {
            for problem in problems {
                diagnostics.add(
                    keys[problem.key] ?? tree.position, problem.message,
                    hint: problem.misspelt.flatMap { Suggestion.hint(for: $0, among: problem.candidates) })
            }
        }
        if let agent = phrase.qualifiers["agent"], !agents.contains(agent) {
            diagnostics.add(
                keys["agent"] ?? tree.position, "no agent `\(agent)`", misspelt: agent, among: agents)
            return nil
        }
        switch reading {
        case .wrong: return nil
        case .failWithEach: return ReadAction(phrase: phrase, action: nil, keys: keys)
        case .each(let choices): return ReadAction(phrase: phrase, action: nil, choices: choices, keys: keys)
        case .action(let action): return ReadAction(phrase: phrase, action: action, keys: keys)
        }
    }
}
