import Faults
import Model

/// Reads an ACTION and says what is wrong with it wherever it happens.
struct ActionParser {
    let agents: [String]
    let diagnostics: Diagnostics

    func parse(_ tree: Tree) -> (phrase: Phrase, keys: [String: Position])? {
        guard let (phrase, keys) = PhraseParser(diagnostics: diagnostics, kind: .action).parse(tree) else { return nil }
        let problems = FaultProblem.all(in: phrase)
        for problem in problems {
            diagnostics.add(
                keys[problem.key] ?? tree.position, problem.message,
                hint: problem.misspelt.flatMap { Suggestion.hint(for: $0, among: problem.candidates) })
        }
        if let agent = phrase.qualifiers["agent"], !agents.contains(agent) {
            diagnostics.add(
                keys["agent"] ?? tree.position, "no agent `\(agent)`", misspelt: agent, among: agents)
            return nil
        }
        return problems.isEmpty ? (phrase, keys) : nil
    }
}
