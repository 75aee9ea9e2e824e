import Faults
import Model

/// What `agents` says of one, bound.
struct AgentDefinition {
    struct Command {
        var argv: [String]
        var stdin: FileContent?
        var environment: [String: String]
        var timeout: Nanoseconds?
        /// The name of the command whose work it takes back.
        var undoes: String?
        /// Whether it is asked of a driver.
        var isRequest = false
    }

    /// All the environment there is besides what the scenario says.
    static let baseEnvironment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LANG": "C",
        "PYTHONHASHSEED": "0",
    ]

    var specification = AgentSpecification()
    /// What it says it is, also where something in that is wrong.
    var isDriver = false
    var isService = false
    var commands: [String: Command] = [:]
    /// The command that repairs all that the agent finds.
    var resync: String?

    /// A command as a step runs it that says no more than its name; nil where there is none.
    func command(_ name: String, of agent: String) -> Model.Command? {
        guard let command = commands[name] else { return nil }
        return Model.Command(
            agent: agent, name: name, argv: command.argv,
            environment: specification.environment.merging(command.environment) { $1 }, stdin: command.stdin,
            directory: specification.directory, timeout: command.timeout ?? specification.timeout,
            undoes: command.undoes, request: command.isRequest ? DriverRequest(name: name) : nil)
    }
}

/// Reads `agents`, whose shapes were checked.
struct AgentParser {
    let environment: LoadEnvironment
    let diagnostics: Diagnostics

    func parse(_ tree: Tree?) -> [String: AgentDefinition] {
        var agents: [String: AgentDefinition] = [:]
        let names = (tree?.entries ?? []).map(\.key)
        for entry in tree?.entries ?? [] {
            checkName(entry)
            agents[entry.key] = agent(entry.value, among: names)
        }
        return agents
    }

    private func agent(_ tree: Tree, among names: [String]) -> AgentDefinition {
        var agent = AgentDefinition()
        agent.isDriver = tree["driver"] != nil
        agent.isService = tree["service"] != nil
        let own = AgentParser.environment(tree["environment"], diagnostics)
        agent.specification.version = tree["version"]?.text
        agent.specification.state = tree["state"]?.texts ?? []
        agent.specification.logs = tree["logs"]?.texts ?? []
        agent.specification.environment = AgentDefinition.baseEnvironment.merging(own) { $1 }
        agent.specification.directory = tree["directory"]?.text ?? "/"
        agent.specification.timeout = tree["timeout"]?.duration ?? agent.specification.timeout
        agent.specification.warm = tree["warm"]?.truth ?? false
        agent.specification.privileges = privileges(tree)
        agent.specification.provision = tree["provision"].flatMap {
            AgentParser.arguments($0, called: "provision", diagnostics)
        }
        agent.specification.saysError = tree["says-error"].flatMap { tree in
            tree.isUnbound ? nil : tree.text.flatMap { ConditionParser.pattern($0, at: tree.position, diagnostics) }
        }
        let conditions = ConditionParser(agents: names, place: .means, diagnostics: diagnostics)
        let claims = (tree["claims"]?.list ?? []).compactMap { claim -> Claim? in
            guard let log = claim["log"], let text = log.text, !log.isUnbound, let means = claim["means"] else {
                return nil
            }
            let pattern = ConditionParser.pattern(text, at: log.position, diagnostics)
            guard let pattern, let condition = conditions.parse(means) else { return nil }
            return Claim(log: pattern, means: condition)
        }
        agent.specification.claims = claims.isEmpty ? nil : claims
        agent.specification.kind = kind(tree, among: names) ?? .commands
        let commands = tree["commands"]?.entries ?? []
        let commandNames = commands.map(\.key)
        for entry in commands {
            checkName(entry)
            agent.commands[entry.key] = command(entry, of: agent, among: commandNames)
        }
        if let resync = tree["resync"], let name = resync.text, !resync.isUnbound {
            agent.resync = name
            if !commandNames.contains(name) {
                diagnostics.add(resync.position, "no command `\(name)`", misspelt: name, among: commandNames)
            }
        }
        return agent
    }

    /// What it may do less than root; nil where that is nothing.
    private func privileges(_ tree: Tree) -> Privileges? {
        var privileges = Privileges()
        privileges.user = tree["user"]?.text
        privileges.capabilities = tree["capabilities"]?.texts
        if let user = tree["user"], let name = user.text, !name.isEmpty, !user.isUnbound, !Privileges.isUser(name) {
            diagnostics.add(user.position, "`\(name)` is no user: a name of /etc/passwd, or a number")
        }
        guard !privileges.isRoot else { return nil }
        if let warm = tree["warm"], warm.truth == true {
            diagnostics.add(
                warm.position, "`warm` forks a driver that began as root, with all capabilities: leave it out")
        }
        return privileges
    }

    /// What of the agent runs besides its commands; nil where what it says is wrong.
    private func kind(_ tree: Tree, among names: [String]) -> AgentSpecification.Kind? {
        let driver = tree["driver"].map { AgentParser.arguments($0, called: "driver", diagnostics) }
        let service = tree["service"].map { AgentParser.arguments($0, called: "service", diagnostics) }
        if driver != nil, service != nil {
            diagnostics.add(tree.position, "`driver` or `service`, not both: two of them are two agents")
            return nil
        }
        if driver == nil, let warm = tree["warm"] {
            diagnostics.add(warm.position, "`warm` says nothing without `driver`")
        }
        guard let service else {
            for key in ["ready", "stop", "stdin"] {
                if let tree = tree[key] { diagnostics.add(tree.position, "`\(key)` says nothing without `service`") }
            }
            return driver.map { argv in argv.map(AgentSpecification.Kind.driver) } ?? .commands
        }
        let keepsInput = tree["stdin"] == nil ? nil : true
        guard let tree = readiness(tree) else { return nil }
        let parser = ConditionParser(agents: names, place: .ready, diagnostics: diagnostics)
        let number = signal(tree.stop)
        guard let ready = parser.parse(tree.ready), let service, let number else { return nil }
        return .service(ServiceSpecification(argv: service, ready: ready, stop: number, keepsInput: keepsInput))
    }

    private func readiness(_ tree: Tree) -> (ready: Tree, stop: Tree?)? {
        guard let ready = tree["ready"] else {
            diagnostics.add(tree.position, "a service needs `ready`")
            return nil
        }
        return ready.isUnbound || ready.isEmpty ? nil : (ready, tree["stop"])
    }

    private func signal(_ tree: Tree?) -> Int32? {
        let name = tree?.text ?? "SIGTERM"
        if let signal = Signal(name: name) { return signal.number }
        if let tree {
            let names = Signal.candidates(for: name)
            diagnostics.add(tree.position, "no signal `\(name)`", misspelt: name, among: names)
        }
        return nil
    }

    private func command(
        _ entry: Tree.Entry, of agent: AgentDefinition, among names: [String]
    ) -> AgentDefinition.Command {
        let tree = entry.value
        let isRequest = tree["run"] == nil
        if isRequest, !agent.isDriver {
            diagnostics.add(
                entry.keyPosition, "a command needs `run`",
                hint: agent.isService ? "a service answers no requests" : "without it, it is a request to a `driver`")
        } else if isRequest {
            AgentParser.checkRequest(tree, diagnostics)
        }
        if let undoes = tree["undoes"], let name = undoes.text, !names.contains(name) {
            diagnostics.add(undoes.position, "no command `\(name)`", misspelt: name, among: names)
        }
        return AgentDefinition.Command(
            argv: tree["run"].flatMap { AgentParser.arguments($0, called: "run", diagnostics) } ?? [],
            stdin: tree["stdin"].flatMap {
                ContentParser(environment: environment, diagnostics: diagnostics, isFile: false).parse($0)
            },
            environment: AgentParser.environment(tree["environment"], diagnostics), timeout: tree["timeout"]?.duration,
            undoes: tree["undoes"]?.text, isRequest: isRequest)
    }

    private func checkName(_ entry: Tree.Entry) {
        if !Text.isName(entry.key) {
            diagnostics.add(entry.keyPosition, "`\(entry.key)` is no name: letters, digits, - and _")
        }
    }
}

extension AgentParser {
    /// A request has no process of its own to give these to.
    static func checkRequest(_ tree: Tree, _ diagnostics: Diagnostics) {
        for key in ["stdin", "environment"] {
            if let given = tree[key] {
                diagnostics.add(given.position, "`\(key)` says nothing to a request: its arguments are `with`")
            }
        }
    }

    /// A program and its arguments; nil where there is none, which is said unless the shape has said it.
    static func arguments(_ tree: Tree, called name: String, _ diagnostics: Diagnostics) -> [String]? {
        guard !tree.isUnbound else { return nil }
        guard let words = tree.list else { return nil }
        let texts = words.compactMap(\.text)
        if words.first?.text?.isEmpty ?? true { diagnostics.add(tree.position, "`\(name)` begins with a program") }
        return texts.count == words.count && !texts.isEmpty ? texts : nil
    }

    /// The same where no shape was checked.
    static func anyArguments(_ tree: Tree, called name: String, _ diagnostics: Diagnostics) -> [String]? {
        guard !tree.isUnbound else { return nil }
        guard let words = tree.list, words.allSatisfy({ $0.text != nil }) else {
            diagnostics.add(tree.position, "`\(name)` is a list: a program and its arguments")
            return nil
        }
        return arguments(tree, called: name, diagnostics)
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
