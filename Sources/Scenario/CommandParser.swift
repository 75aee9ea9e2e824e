import Model

/// Reads a step that runs a command.
struct CommandParser {
    let agents: [String: AgentDefinition]
    /// The agents that have a command of a name.
    let owners: [String: [String]]
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    func parse(_ item: Tree) -> Command? {
        guard let tree = item["run"], let text = tree.text, let (agent, name) = find(text, at: tree.position),
            let definition = agents[agent], let command = definition.commands[name]
        else { return nil }
        let specification = definition.specification
        let variables = [command.environment, AgentParser.environment(item["environment"], diagnostics)]
            .reduce(specification.environment) { $0.merging($1) { $1 } }
        let stdin = item["stdin"].flatMap {
            ContentParser(environment: environment, diagnostics: diagnostics, isFile: false).parse($0)
        }
        guard let request = request(item, name, command) else { return nil }
        return Command(
            agent: agent, name: name, argv: command.argv, environment: variables, stdin: stdin ?? command.stdin,
            directory: specification.directory,
            timeout: item["timeout"]?.duration ?? command.timeout ?? specification.timeout, undoes: command.undoes,
            exit: item["exit"]?.exitStatuses ?? [0], retry: item["retry"]?.integer ?? 0,
            request: command.isRequest ? request : nil)
    }

    /// The request that the step makes, where its command is one; nil where what it says of it is wrong.
    private func request(_ item: Tree, _ name: String, _ command: AgentDefinition.Command) -> DriverRequest? {
        guard command.isRequest else {
            if let with = item["with"] {
                diagnostics.add(with.position, "`with` is for a request to a driver: `\(name)` is a process")
            }
            return DriverRequest(name: name)
        }
        AgentParser.checkRequest(item, diagnostics)
        guard let with = item["with"] else { return DriverRequest(name: name) }
        guard with.entries != nil else { return nil }
        do {
            return DriverRequest(name: name, with: try JSONText.write(with))
        } catch {
            diagnostics.add(error.position, error.message)
            return nil
        }
    }

    /// The agent and the command that `COMMAND` or `AGENT.COMMAND` means.
    private func find(_ text: String, at position: Position) -> (agent: String, command: String)? {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            guard let agent = agents[parts[0]] else {
                diagnostics.add(position, "no agent `\(parts[0])`", misspelt: parts[0], among: agents.keys)
                return nil
            }
            if agent.commands[parts[1]] != nil { return (parts[0], parts[1]) }
            let names = agent.commands.keys.map { "\(parts[0]).\($0)" }
            diagnostics.add(position, "no command `\(text)`", misspelt: text, among: names)
            return nil
        }
        let found = owners[text] ?? []
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

extension Tree {
    /// The exit statuses behind `exit`: one, or a list of them.
    var exitStatuses: [Int32] { (list ?? [self]).compactMap { $0.integer.flatMap { Int32(exactly: $0) } } }
}
