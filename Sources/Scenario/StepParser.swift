import Faults
import Model

/// A step as it was read, with the place where it stands.
struct ReadStep {
    var step: Step
    var tree: Tree
    /// The steps of a `together`.
    var parts: [ReadStep] = []
}

/// Reads `steps`.
struct StepParser {
    let agents: [String: AgentDefinition]
    let environment: LoadEnvironment
    let diagnostics: Diagnostics
    /// The agents that have a command of a name, in the order of their names.
    private let owners: [String: [String]]

    init(agents: [String: AgentDefinition], environment: LoadEnvironment, diagnostics: Diagnostics) {
        self.agents = agents
        self.environment = environment
        self.diagnostics = diagnostics
        var owners: [String: [String]] = [:]
        for (name, agent) in agents.sorted(by: { $0.key < $1.key }) {
            for command in agent.commands.keys { owners[command, default: []].append(name) }
        }
        self.owners = owners
    }

    /// The steps of the plan, named; those with an `if` that does not hold are not among `items`.
    func parse(_ items: [Tree]) -> StepList {
        var list = StepList()
        list.name(read(items, into: &list))
        StoryCheck(agents: agents, diagnostics: diagnostics).check(&list)
        return list
    }

    private func read(_ items: [Tree], into list: inout StepList) -> [ReadStep] {
        var steps: [ReadStep] = []
        for item in items {
            if let step = step(item, into: &list) {
                steps.append(step)
            } else {
                list.unread.insert(StepParser.nameOfUnread(item))
            }
        }
        return steps
    }

    /// The name that a step would have borne, so that lines which mean it are not called wrong too.
    private static func nameOfUnread(_ item: Tree) -> String {
        if let name = item["name"]?.text { return name }
        if let run = item["run"]?.text { return run.split(separator: ".").last.map(String.init) ?? run }
        for kind in ["start", "stop", "signal"] {
            if let agent = item[kind]?.text { return "\(kind)-\(agent)" }
        }
        return Schema.stepKinds.first { item[$0] != nil } ?? ""
    }

    private func step(_ item: Tree, into list: inout StepList) -> ReadStep? {
        guard item.entries != nil else { return nil }
        let kinds = Schema.stepKinds.filter { item[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first, let tree = item[kind] else {
            let both = kinds.prefix(2).map { "`\($0)`" }.joined(separator: " or ")
            let all = Schema.stepKinds.dropLast().map { "`\($0)`" }.joined(separator: ", ")
            diagnostics.add(
                item.position,
                kinds.isEmpty ? "a step is one of \(all) and `\(Schema.stepKinds.last ?? "")`" : "\(both), not both")
            return nil
        }
        if let table = Schema.stepTables[kind] { checkKeys(item, table) }
        var read =
            kind == "together"
            ? together(tree, item, into: &list)
            : body(kind, tree, item).map { name, body in
                ReadStep(step: Step(name: item["name"]?.text ?? name, body: body), tree: item)
            }
        if item["setup"]?.truth == true { read?.step.setup = true }
        read?.step.keeps = item["keeps"].flatMap { conditions(.keeps).parse($0) }
        return read
    }

    private func conditions(_ place: ConditionParser.Place) -> ConditionParser {
        ConditionParser(agents: agents.keys.sorted(), place: place, diagnostics: diagnostics)
    }

    private func body(_ kind: String, _ tree: Tree, _ item: Tree) -> (name: String, body: Step.Body)? {
        switch kind {
        case "run":
            return CommandParser(agents: agents, owners: owners, environment: environment, diagnostics: diagnostics)
                .parse(item)
                .map { ($0.name, .run($0)) }
        case "do": return action(tree).map { ("do", .act($0)) }
        case "check":
            return conditions(.check).parse(tree).map { ("check", .check($0, within: item["within"]?.duration ?? 0)) }
        case "start": return service(tree).map { ("start-\($0)", .start(agent: $0)) }
        case "stop": return service(tree).map { ("stop-\($0)", .stop(agent: $0, exit: item["exit"]?.exitStatuses)) }
        case "signal":
            guard let agent = service(tree), let signal = signal(to: agent, item) else { return nil }
            return ("signal-\(agent)", .signal(agent: agent, signal))
        default: return nil
        }
    }

    /// The signal that a service is to answer and live on.
    private func signal(to agent: String, _ item: Tree) -> Signal? {
        let name = item["send"]?.text ?? "SIGHUP"
        let position = (item["send"] ?? item).position
        guard let signal = Signal(name: name) else {
            diagnostics.add(position, "no signal `\(name)`", misspelt: name, among: Signal.candidates(for: name))
            return nil
        }
        if case .service(let service)? = agents[agent]?.specification.kind, service.stop == signal.number {
            diagnostics.add(position, "\(signal) stops `\(agent)`: that is a step `stop: \(agent)`")
            return nil
        }
        guard !["SIGKILL", "SIGSTOP"].contains(signal.name) else {
            diagnostics.add(position, "no service can answer \(signal): `kill` is a fault")
            return nil
        }
        return signal
    }

    /// A key of another kind of step says nothing here.
    private func checkKeys(_ item: Tree, _ table: Table) {
        for entry in item.entries ?? [] where table.key(entry.key) == nil && Schema.step.key(entry.key) != nil {
            diagnostics.add(entry.keyPosition, "`\(entry.key)` says nothing in \(table.what)")
        }
    }

    private func together(_ tree: Tree, _ item: Tree, into list: inout StepList) -> ReadStep? {
        guard let items = tree.list else { return nil }
        for inner in items {
            if let nested = inner["together"] {
                diagnostics.add(nested.position, "a `together` holds no other `together`")
                return nil
            }
            if let kind = Schema.stepKinds.first(where: { $0 != "run" && inner[$0] != nil }), let tree = inner[kind] {
                diagnostics.add(
                    tree.position,
                    "only commands run at the same time: `\(kind)` stands before or behind the `together`")
                return nil
            }
            if let retry = inner["retry"] {
                diagnostics.add(
                    retry.position, "`retry` says nothing inside a `together`: the state is compared after all of it")
            }
        }
        let parts = read(items, into: &list)
        let step = Step(name: item["name"]?.text ?? "together", body: .together(parts.map(\.step)))
        return ReadStep(step: step, tree: item, parts: parts)
    }

    private func service(_ tree: Tree) -> String? {
        guard let name = tree.text, !tree.isUnbound else { return nil }
        guard let agent = agents[name] else {
            diagnostics.add(tree.position, "no agent `\(name)`", misspelt: name, among: Array(agents.keys))
            return nil
        }
        guard agent.isService else {
            diagnostics.add(
                tree.position,
                agent.isDriver
                    ? "`\(name)` is a driver: its first request starts it" : "`\(name)` is no service")
            return nil
        }
        return name
    }

    private func action(_ tree: Tree) -> Action? {
        guard let read = ActionParser(agents: Array(agents.keys), diagnostics: diagnostics).parse(tree) else {
            return nil
        }
        let word = read.phrase.word
        let kind = ActionWords.kind(word)
        if kind?.mayBeStep != true {
            diagnostics.add(
                read.keys[word] ?? tree.position, "`\(word)` is for faults: a step is what the world does")
            return nil
        }
        if kind?.argument != .arguments, !Pattern(read.phrase.argument).isLiteral {
            diagnostics.add(read.keys[word] ?? tree.position, "a step of the world names one object, not a pattern")
        }
        return read.action
    }
}
