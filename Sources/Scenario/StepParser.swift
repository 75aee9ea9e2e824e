import Faults
import Model

/// Reads `steps`.
struct StepParser {
    let agents: [String: AgentDefinition]
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    /// The steps of the plan, named; those with an `if` that does not hold are not among `items`.
    func parse(_ items: [Tree]) -> StepList {
        var list = StepList()
        var trees: [Tree] = []
        for item in items {
            if let step = step(item) {
                list.steps.append(step)
                trees.append(item)
            } else {
                list.unread.insert(StepParser.nameOfUnread(item))
            }
        }
        var counts: [String: Int] = [:]
        var done: Set<[String]> = []
        for index in list.steps.indices {
            counts[list.steps[index].name, default: 0] += 1
            list.steps[index].occurrence = counts[list.steps[index].name] ?? 1
            guard case .run(let command) = list.steps[index].body else { continue }
            if let undone = command.undoes, agents[command.agent]?.commands[undone] != nil,
                !done.contains([command.agent, undone]), !list.unread.contains(undone)
            {
                diagnostics.add(trees[index].position, "undoes `\(undone)`, which no step before it runs")
            }
            done.insert([command.agent, command.name])
        }
        for index in list.steps.indices { list.steps[index].siblings = counts[list.steps[index].name] ?? 1 }
        return list
    }

    /// The name that a step would have borne, so that lines which mean it are not called wrong too.
    private static func nameOfUnread(_ item: Tree) -> String {
        if let name = item["name"]?.text { return name }
        if let run = item["run"]?.text { return run.split(separator: ".").last.map(String.init) ?? run }
        for kind in ["start", "stop"] {
            if let agent = item[kind]?.text { return "\(kind)-\(agent)" }
        }
        return Schema.stepKinds.first { item[$0] != nil } ?? ""
    }

    private func step(_ item: Tree) -> Step? {
        guard item.entries != nil else { return nil }
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
}

/// The steps of a plan.
struct StepList {
    var steps: [Step] = []
    /// The names of those that could not be read.
    var unread: Set<String> = []

    /// Whether a text means a step; says so at `position` where it does not.
    func check(_ text: String, at position: Position, _ diagnostics: Diagnostics) -> Bool {
        if steps.contains(where: { $0.isMeant(by: text) }) { return true }
        if unread.contains(where: { text == $0 || text.hasPrefix("\($0).") }) { return true }
        diagnostics.add(
            position, "no step `\(text)`", misspelt: text,
            among: steps.flatMap { [$0.name, "\($0.name).\($0.occurrence)"] })
        return false
    }
}
