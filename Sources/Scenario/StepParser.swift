import Faults
import Model

/// Reads `steps`.
struct StepParser {
    let agents: [String: AgentDefinition]
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    /// The steps of the plan, named; those with an `if` that does not hold are not among `items`.
    func parse(_ items: [Tree]) -> [Step] {
        var steps: [(step: Step, tree: Tree)] = []
        for item in items {
            guard let step = step(item) else { continue }
            steps.append((step, item))
        }
        for index in steps.indices {
            let name = steps[index].step.name
            steps[index].step.occurrence = steps[...index].count { $0.step.name == name }
            steps[index].step.siblings = steps.count { $0.step.name == name }
            checkUndo(steps[index].step, steps[index].tree, before: steps[..<index].map(\.step))
        }
        return steps.map(\.step)
    }

    private func step(_ item: Tree) -> Step? {
        let kinds = Schema.stepKinds.filter { item[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first else {
            let both = kinds.prefix(2).map { "`\($0)`" }.joined(separator: " or ")
            diagnostics.add(
                item.position, kinds.isEmpty ? "a step is one of `run`, `do` and `check`" : "\(both), not both")
            return nil
        }
        let name = item["name"]?.text
        switch kind {
        case "run":
            checkKeys(item, Schema.runStep)
            guard let command = command(item) else { return nil }
            return Step(name: name ?? command.name, body: .run(command))
        case "do":
            checkKeys(item, Schema.doStep)
            guard let tree = item["do"], let action = action(tree) else { return nil }
            return Step(name: name ?? "do", body: .act(action))
        case "check":
            checkKeys(item, Schema.checkStep)
            guard let tree = item["check"], let condition = ConditionParser(diagnostics: diagnostics).parse(tree) else {
                return nil
            }
            return Step(name: name ?? "check", body: .check(condition, within: item["within"]?.duration ?? 0))
        default: return nil
        }
    }

    /// A key of another kind of step says nothing here.
    private func checkKeys(_ item: Tree, _ table: Table) {
        for entry in item.entries ?? [] where table.key(entry.key) == nil && Schema.step.key(entry.key) != nil {
            diagnostics.add(entry.keyPosition, "`\(entry.key)` says nothing in \(table.what)")
        }
    }

    private func action(_ tree: Tree) -> Phrase? {
        guard let (phrase, keys) = ActionParser(agents: Array(agents.keys), diagnostics: diagnostics).parse(tree) else {
            return nil
        }
        if ActionWords.kind(phrase.word)?.hasControls != true {
            diagnostics.add(
                keys[phrase.word] ?? tree.position, "`\(phrase.word)` is for faults: a step is what the world does")
            return nil
        }
        if !Pattern(phrase.which).isLiteral {
            diagnostics.add(keys[phrase.word] ?? tree.position, "a step of the world names one object, not a pattern")
        }
        return phrase
    }

    private func command(_ item: Tree) -> Command? {
        guard let tree = item["run"], let text = tree.text, let (agent, name) = find(text, at: tree.position),
            let definition = agents[agent], let command = definition.commands[name]
        else { return nil }
        let variables = [
            definition.environment, command.environment, AgentParser.environment(item["environment"], diagnostics),
        ].reduce(AgentDefinition.baseEnvironment) { $0.merging($1) { $1 } }
        let stdin = item["stdin"].flatMap {
            ContentParser(environment: environment, diagnostics: diagnostics).parse($0)
        }
        let exits = item["exit"].map { tree in
            (tree.list ?? [tree]).compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
        }
        return Command(
            agent: agent, name: name, argv: command.argv, environment: variables, stdin: stdin ?? command.stdin,
            directory: definition.directory,
            timeout: item["timeout"]?.duration ?? command.timeout ?? definition.timeout, undoes: command.undoes,
            exit: exits ?? [0], retry: item["retry"]?.integer ?? 0)
    }

    /// The agent and the command that `COMMAND` or `AGENT.COMMAND` means.
    private func find(_ text: String, at position: Position) -> (agent: String, command: String)? {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        let owners = agents.keys.sorted()
        if parts.count == 2 {
            guard let agent = agents[parts[0]] else {
                diagnostics.add(position, "no agent `\(parts[0])`", misspelt: parts[0], among: owners)
                return nil
            }
            if agent.commands[parts[1]] != nil { return (parts[0], parts[1]) }
            let names = agent.commands.keys.map { "\(parts[0]).\($0)" }
            diagnostics.add(position, "no command `\(text)`", misspelt: text, among: names)
            return nil
        }
        let found = owners.filter { agents[$0]?.commands[text] != nil }
        if found.count > 1 {
            let names = found.map { "`\($0).\(text)`" }.joined(separator: " or ")
            diagnostics.add(position, "several agents have a command `\(text)`", hint: "write \(names)")
        } else if found.isEmpty {
            diagnostics.add(
                position, "no command `\(text)`", misspelt: text, among: agents.values.flatMap(\.commands.keys))
        }
        return found.count == 1 ? (found[0], text) : nil
    }

    private func checkUndo(_ step: Step, _ tree: Tree, before: [Step]) {
        guard case .run(let command) = step.body, let undone = command.undoes,
            agents[command.agent]?.commands[undone] != nil
        else { return }
        let isDone = before.contains { earlier in
            if case .run(let other) = earlier.body { return other.agent == command.agent && other.name == undone }
            return false
        }
        if !isDone { diagnostics.add(tree.position, "undoes `\(undone)`, which no step before it runs") }
    }
}
