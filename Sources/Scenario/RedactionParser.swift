import Faults
import Model
import Oracles

/// Reads `redact`: what is taken out of all that is kept.
struct RedactionParser {
    /// The plan with its agents and steps.
    let plan: Plan
    let agents: [String: AgentDefinition]
    let diagnostics: Diagnostics

    /// The patterns; nil where there is none.
    func parse(_ tree: Tree?) -> [LogPattern]? {
        let patterns = (tree?.list ?? []).compactMap { tree -> LogPattern? in
            guard !tree.isUnbound, let text = tree.text,
                let pattern = ConditionParser.pattern(text, at: tree.position, diagnostics)
            else { return nil }
            if case .text(let text) = pattern, text.count < Redactor.least {
                diagnostics.add(
                    tree.position, "`\(text)` is too short to be taken out: it stands in words by chance",
                    hint: "\(Redactor.least) characters, or a `/regex/`")
                return nil
            }
            // An expression that cannot be tried was told.
            if let word = words.first(where: { (try? pattern.isFound(in: $0)) ?? false }) {
                diagnostics.add(
                    tree.position, "`\(text)` would take out `\(word)` too, by which a record is read",
                    hint: "say more of what is to be hidden")
                return nil
            }
            return pattern
        }
        return patterns.isEmpty ? nil : patterns
    }

    /// The names of the scenario, and the words of records; an empty one for expressions that mean nothing at all.
    private var words: [String] {
        [""] + plan.agents.keys.sorted() + agents.values.flatMap(\.commands.keys).sorted() + plan.allSteps.map(\.id)
            + plan.bindings.keys.sorted() + OperationTable.words + ObjectTable.nouns + ActionWords.all
            + OracleCatalogue.names.map(\.rawValue) + Redactor.words
    }
}
