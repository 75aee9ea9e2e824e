/// A scenario with every variable bound and every fault placed: a value, the unit of replay.
public struct Plan: Hashable, Codable, Sendable {
    /// The path of the scenario file, which is its id.
    public var scenario: String
    /// What the scenario is about, in one sentence.
    public var title: String
    /// The weaknesses it is about: `CWE-367`.
    public var cwe: [String] = []
    /// Where more is said: addresses, bug numbers.
    public var see: [String] = []
    /// The matrix values of this plan by name, each as reports name it.
    public var bindings: [String: String] = [:]
    /// What must be there, else the plan is skipped.
    public var requirements = Requirements()
    /// The machine as the agents find it.
    public var host = HostSpecification()
    /// The agents by name.
    public var agents: [String: AgentSpecification] = [:]
    /// The story.
    public var steps: [Step] = []
    /// What disturbs it; empty in a reference.
    public var faults: [Fault] = []
    /// The order in which these operations come while a `together` runs: who is early waits.
    public var order: [Point] = []
    /// What is not wrong.
    public var allow: [Expectation] = []
    /// What is wrong, and known.
    public var known: [Expectation] = []
    /// How often the plan is run.
    public var runs = 1
    /// How often its steps are gone through, which stand in ``steps`` as often; absent where once.
    public var cycles: Cycles?
    /// The values that stand in place of variables to be looked for; absent where none do.
    public var planted: [Planted]?
    /// What is taken out of all that is kept; absent where nothing but canaries is.
    public var redact: [LogPattern]?
    /// What is said of its exploration, on which no run depends; absent where nothing is.
    public var explore: ExploreSpecification?

    /// Makes a plan with no steps.
    public init(scenario: String, title: String) {
        self.scenario = scenario
        self.title = title
    }

    /// The plan without its faults and its order, which is the one that its references run.
    public var withoutFaults: Plan {
        var plan = self
        plan.faults = []
        plan.order = []
        plan.known = []
        return plan
    }

    /// The plan with any exit status of the steps of which a line of `allow` says so: they go on without faults too.
    public var withAllowedExits: Plan {
        let lines = allow.filter { $0.oracle == OracleName(rawValue: "exit") }
        guard !lines.isEmpty else { return self }
        var plan = self
        plan.steps = steps.map { step in
            step.allowingAnyExit { step in
                lines.contains { line in
                    if case .step(let text) = line.subject { step.isMeant(by: text) } else { false }
                }
            }
        }
        return plan
    }

    /// The name of the plan in reports: the scenario's path and, in brackets, its matrix values.
    public var name: String {
        guard !bindings.isEmpty else { return scenario }
        return
            "\(scenario) [\(bindings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))]"
    }
}

/// What a plan needs of the machine.
public struct Requirements: Hashable, Codable, Sendable {
    /// The oldest kernel that will do: `6.1`.
    public var kernel: String?
    /// Programs by name (searched in PATH) or path.
    public var programs: [String] = []

    /// Makes requirements that are always met.
    public init() {}
}

/// A span of time in nanoseconds.
public typealias Nanoseconds = UInt64

/// One command of an agent, bound.
public struct Command: Hashable, Codable, Sendable {
    /// The agent's name.
    public var agent: String
    /// The command's name.
    public var name: String
    /// The program and its arguments; empty for a request.
    public var argv: [String]
    /// What is asked of the agent's driver, nil where the command is a process of its own.
    public var request: DriverRequest?
    /// All the environment there is.
    public var environment: [String: String]
    /// What it reads; nothing where absent.
    public var stdin: FileContent?
    /// The folder it starts in.
    public var directory: String
    /// How long it may take, without the time in which Tocsin holds it.
    public var timeout: Nanoseconds
    /// The command whose work this one takes back.
    public var undoes: String?
    /// The exit statuses that it has without faults.
    public var exit: [Int32]
    /// How often it is run again while the state is not the reference's.
    public var retry: Int
    /// Whether a line of `allow` says that any status is right; absent where none does.
    public var anyExit: Bool?

    /// Makes a command.
    public init(
        agent: String, name: String, argv: [String], environment: [String: String] = [:], stdin: FileContent? = nil,
        directory: String = "/", timeout: Nanoseconds = 10_000_000_000, undoes: String? = nil, exit: [Int32] = [0],
        retry: Int = 0, request: DriverRequest? = nil
    ) {
        self.agent = agent
        self.name = name
        self.argv = argv
        self.environment = environment
        self.stdin = stdin
        self.directory = directory
        self.timeout = timeout
        self.undoes = undoes
        self.exit = exit
        self.retry = retry
        self.request = request
    }
}
