/// One line of the story.
public struct Step: Hashable, Codable, Sendable {
    /// The name as it was given or made: `add`.
    public var name: String
    /// Which of the steps of that name it is, from 1.
    public var occurrence: Int
    /// How many steps bear that name.
    public var siblings: Int
    /// What it does.
    public var body: Body
    /// Whether it only prepares, so that what it leaves is no leftover; absent is false.
    public var setup: Bool?

    /// What must be so all the time from its beginning to its end; absent where nothing must.
    public var keeps: Condition?

    /// What a step does.
    public enum Body: Hashable, Codable, Sendable {
        /// Runs a command of an agent.
        case run(Command)
        /// The world does something, in the reference too.
        case act(Action)
        /// Something must be so.
        case check(Condition, within: Nanoseconds)
        /// Starts the service of an agent unless it runs, and waits until it is ready.
        case start(agent: String)
        /// Stops the service of an agent, and waits until it is gone.
        ///
        /// `exit` holds the statuses with which it may end without faults; nil where it may end in any way.
        case stop(agent: String, exit: [Int32]? = nil)
        /// Sends a signal to the first process of an agent's service, which lives on.
        case signal(agent: String, Signal)
        /// Steps at the same time; a reference has them one after the other.
        case together([Step])
    }

    /// Makes a step.
    public init(name: String, occurrence: Int = 1, siblings: Int = 1, body: Body) {
        self.name = name
        self.occurrence = occurrence
        self.siblings = siblings
        self.body = body
    }

    /// The steps of a `together`; none of any other step.
    public var parts: [Step] {
        if case .together(let steps) = body { steps } else { [] }
    }

    /// What names the step in its plan: `add`, or `add.2` where several bear that name.
    public var id: String { siblings > 1 ? "\(name).\(occurrence)" : name }

    /// Whether it only prepares.
    public var isSetup: Bool { setup ?? false }

    /// Whether `text` means this step: `add` means every step of that name, `add.2` the second one.
    public func isMeant(by text: String) -> Bool { text == name || text == "\(name).\(occurrence)" }
}

// What a kind of step is to the others of its plan, and to those who judge it: all that there is to say of a new one.

extension Step {
    /// What it has to do with a service.
    public struct ServiceUse: Hashable, Sendable {
        /// Whose service.
        public var agent: String
        /// What it does to it, for a sentence: `stops`.
        public var verb: String
        /// Whether a step before it must have started it.
        public var needsIt = true
        /// Whether it runs afterwards.
        public var leavesIt = true
    }

    /// The agent whose command it runs, or whose service it starts or stops.
    public var agent: String? {
        switch body {
        case .run(let command): command.agent
        case .start(let agent), .stop(let agent, _), .signal(let agent, _): agent
        case .act, .check, .together: nil
        }
    }

    /// What it does to a service; nil where it does nothing to one.
    public var serviceUse: ServiceUse? {
        switch body {
        case .start(let agent): ServiceUse(agent: agent, verb: "starts", needsIt: false)
        case .stop(let agent, _): ServiceUse(agent: agent, verb: "stops", leavesIt: false)
        case .signal(let agent, _): ServiceUse(agent: agent, verb: "signals")
        case .run, .act, .check, .together: nil
        }
    }

    /// With which statuses its program ends without faults; nil where any end will do.
    public var exits: [Int32]? {
        switch body {
        case .run(let command): command.anyExit == true ? nil : command.exit
        case .stop(_, let exit): exit
        case .start, .act, .check, .signal, .together: nil
        }
    }

    /// The step, and those of a `together`, with any exit status where an allowance says so.
    func allowingAnyExit(of isAllowed: (Step) -> Bool) -> Step {
        var step = self
        switch body {
        case .run(var command) where isAllowed(self):
            command.anyExit = true
            step.body = .run(command)
        case .stop(let agent, _) where isAllowed(self): step.body = .stop(agent: agent, exit: nil)
        case .together(let parts): step.body = .together(parts.map { $0.allowingAnyExit(of: isAllowed) })
        default: break
        }
        return step
    }

    /// Whether what it fails with is for the oracles in a run with faults; else such a run is no evidence.
    public var failureIsJudged: Bool {
        switch body {
        case .run, .check, .start, .stop, .signal: true
        case .act, .together: false
        }
    }

    /// How long it may take, as far as the scenario limits it; a command with all that it may be run again.
    ///
    /// - Parameter agents: Those of the plan; one that is not there takes as long as is usual.
    private func limit(_ agents: [String: AgentSpecification]) -> Nanoseconds {
        switch body {
        case .run(let command):
            let (time, overflow) = command.timeout.multipliedReportingOverflow(
                by: Nanoseconds(clamping: command.retry) + 1)
            return overflow ? .max : time
        case .act(.delay(let time)): return time
        case .act, .signal: return 0
        case .check(_, let within): return within
        case .start(let agent), .stop(let agent, _): return agents[agent, default: AgentSpecification()].timeout
        case .together(let parts): return parts.map { $0.limit(agents) }.max() ?? 0
        }
    }

    /// How long steps may take one after the other.
    public static func limit(of steps: [Step], _ agents: [String: AgentSpecification] = [:]) -> Nanoseconds {
        steps.reduce(0) { time, step in
            let (sum, overflow) = time.addingReportingOverflow(step.limit(agents))
            return overflow ? .max : sum
        }
    }
}
