import Faults
import Model

/// Reads `explore`, and what else explorations alone need: the commands that no step runs, and what repairs all.
struct ExploreParser {
    let steps: StepList
    let agents: [String: AgentDefinition]
    let diagnostics: Diagnostics

    /// What is said; nil where nothing is.
    func parse(_ tree: Tree?) -> ExploreSpecification? {
        var explore = ExploreSpecification()
        if let tree, tree.entries != nil { read(tree, into: &explore) }
        let run = Set(
            steps.all.compactMap { step -> [String]? in
                if case .run(let command) = step.body { [command.agent, command.name] } else { nil }
            })
        for (agent, definition) in agents.sorted(by: { $0.key < $1.key }) {
            explore.resync[agent] = definition.resync
            explore.commands += definition.commands.keys.sorted().filter { !run.contains([agent, $0]) }
                .compactMap { definition.command($0, of: agent) }
        }
        return explore == ExploreSpecification() ? nil : explore
    }

    private func read(_ tree: Tree, into explore: inout ExploreSpecification) {
        explore.during = texts(tree["during"], called: "during") { text, position in
            guard steps.check(text, at: position, diagnostics), !steps.isUnread(text) else { return }
            if !steps.read.contains(where: { $0.step.isMeant(by: text) && $0.step.agent != nil }) {
                diagnostics.add(
                    position, "`\(text)` is no step of an agent by itself, of which operations could be explored")
            }
        }
        let words = OperationTable.rows.filter(\.hasResult).map(\.word)
        explore.at = texts(tree["at"], called: "at") { text, position in
            guard !words.contains(where: Pattern(text).matches) else { return }
            diagnostics.add(position, "no operation is called `\(text)`", misspelt: text, among: words)
        }
        let faults = ActionWords.all.filter { ActionWords.notExplored[$0] == nil }
        explore.faults = texts(tree["faults"], called: "faults") { text, position in
            if let reason = ActionWords.notExplored[text] {
                return diagnostics.add(position, "`\(text)` is placed nowhere: \(reason)")
            }
            var meant = ExploreSpecification()
            meant.faults = [text]
            guard !faults.contains(where: meant.counts(fault:)) else { return }
            diagnostics.add(position, "no fault is called `\(text)`", misspelt: text, among: faults)
        }
        explore.depth = tree["depth"]?.integer
        explore.seed = tree["seed"]?.integer.flatMap { UInt64(exactly: $0) }
        if let audit = tree["audit"], let text = audit.text, !text.isEmpty, !audit.isUnbound {
            explore.audit = ExploreSpecification.Share(text)
            if explore.audit == nil {
                diagnostics.add(audit.position, "`\(text)` is neither a number of plans nor a part of them, as `1%`")
            }
        }
        if let budget = tree["budget"], let text = budget.text, !text.isEmpty, !budget.isUnbound {
            explore.budget = ExploreSpecification.Budget(text)
            if explore.budget == nil {
                diagnostics.add(budget.position, "`\(text)` is neither a duration nor `N plans`")
            }
        }
    }

    /// The texts of a list, each looked at; an empty list would mean nothing.
    private func texts(_ tree: Tree?, called name: String, _ look: (String, Position) -> Void) -> [String] {
        guard let tree, let items = tree.list else { return [] }
        if items.isEmpty { diagnostics.add(tree.position, "`\(name)` is an empty list: nothing would be explored") }
        return items.compactMap { item in
            guard let text = item.text, !text.isEmpty, !item.isUnbound else { return nil }
            look(text, item.position)
            return text
        }
    }
}
