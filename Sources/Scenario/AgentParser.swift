import Model

/// What `agents` says of one, bound.
struct AgentDefinition {
    struct Command {
        var argv: [String]
        var stdin: FileContent?
        var environment: [String: String]
        var timeout: Nanoseconds?
        /// The name of the command, and the place where it is said.
        var undoes: String?
        var undoesPosition: Position?
    }

    /// All the environment there is besides what the scenario says.
    static let baseEnvironment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LANG": "C",
        "PYTHONHASHSEED": "0",
    ]

    var specification = AgentSpecification()
    var environment: [String: String] = [:]
    var directory = "/"
    var timeout: Nanoseconds = 10_000_000_000
    var commands: [String: Command] = [:]
}

/// Reads `agents`, whose shapes were checked.
struct AgentParser {
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    func parse(_ tree: Tree?) -> [String: AgentDefinition] {
        var agents: [String: AgentDefinition] = [:]
        for entry in tree?.entries ?? [] {
            checkName(entry)
            agents[entry.key] = agent(entry.value)
        }
        return agents
    }

    private func agent(_ tree: Tree) -> AgentDefinition {
        var agent = AgentDefinition()
        agent.specification.version = tree["version"]?.text
        agent.specification.state = tree["state"]?.texts ?? []
        agent.specification.logs = tree["logs"]?.texts ?? []
        agent.environment = AgentParser.environment(tree["environment"], diagnostics)
        agent.directory = tree["directory"]?.text ?? "/"
        agent.timeout = tree["timeout"]?.duration ?? agent.timeout
        // A driver or a service runs its commands itself: they are not built, which the checker has said.
        let isProcess = tree["driver"] == nil && tree["service"] == nil
        let commands = tree["commands"]?.entries ?? []
        for entry in commands {
            checkName(entry)
            agent.commands[entry.key] = command(entry, isProcess: isProcess, among: commands.map(\.key))
        }
        return agent
    }

    private func command(_ entry: Tree.Entry, isProcess: Bool, among names: [String]) -> AgentDefinition.Command {
        let tree = entry.value
        if isProcess, tree["run"] == nil {
            diagnostics.add(
                entry.keyPosition, "a command needs `run`", hint: "a request to a `driver` is not built yet")
        }
        if let run = tree["run"], let words = run.list {
            if words.first?.text?.isEmpty ?? true { diagnostics.add(run.position, "`run` begins with a program") }
        }
        if let undoes = tree["undoes"], let name = undoes.text, !names.contains(name) {
            diagnostics.add(undoes.position, "no command `\(name)`", misspelt: name, among: names)
        }
        return AgentDefinition.Command(
            argv: tree["run"]?.texts ?? [],
            stdin: tree["stdin"].flatMap {
                ContentParser(environment: environment, diagnostics: diagnostics).parse($0)
            },
            environment: AgentParser.environment(tree["environment"], diagnostics), timeout: tree["timeout"]?.duration,
            undoes: tree["undoes"]?.text, undoesPosition: tree["undoes"]?.position)
    }

    private func checkName(_ entry: Tree.Entry) {
        if !Text.isName(entry.key) {
            diagnostics.add(entry.keyPosition, "`\(entry.key)` is no name: letters, digits, - and _")
        }
    }

    /// The variables of an `environment`.
    static func environment(_ tree: Tree?, _ diagnostics: Diagnostics) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in tree?.entries ?? [] {
            if entry.key.isEmpty || entry.key.contains("=") {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is no name of an environment variable")
            }
            guard let text = entry.value.text else {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is a text")
                continue
            }
            variables[entry.key] = text
        }
        return variables
    }
}
