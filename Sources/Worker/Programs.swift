import Glibc
import Host
import Interception
import Kernel
import Model

/// Every program of a run: commands, drivers and services, with what they write and how they end.
final class Programs {
    /// The agents of the plan, by name.
    let agents: [String: AgentSpecification]
    let loop: EventLoop
    private let starter: any ProgramStarter
    private let privileges: AgentPrivileges
    private let steps: PlanSteps
    let tracer: any Tracer
    let traced: Bool
    /// What the plan looks for in logs.
    private let patterns: Set<LogPattern>
    /// Every program that was begun, by the number of its spawn.
    private var bySpawn: [Int: RunningProgram] = [:]
    /// The drivers that were begun, by agent.
    private var drivers: [String: DriverSession] = [:]
    /// The services that were started and not stopped, by agent.
    private var services: [String: RunningProgram] = [:]
    /// The drivers and services that had ended before others took their place, or they were stopped.
    private var replaced: [RunningProgram] = []

    init(
        of agents: [String: AgentSpecification], starter: any ProgramStarter, privileges: AgentPrivileges,
        steps: PlanSteps, tracer: any Tracer, loop: EventLoop, traced: Bool, patterns: Set<LogPattern> = []
    ) {
        self.agents = agents
        self.starter = starter
        self.privileges = privileges
        self.steps = steps
        self.tracer = tracer
        self.loop = loop
        self.traced = traced
        self.patterns = patterns
    }

    /// All of them, in the order in which they were begun.
    var all: [RunningProgram] { bySpawn.values.sorted { $0.spawn < $1.spawn } }

    /// The spawns whose processes are there by design: no part of the state.
    var residents: Set<Int> { Set((drivers.values.map(\.program) + services.values).map(\.spawn)) }

    /// The program to which a process belongs.
    func program(of process: TracedProcess) -> RunningProgram? { bySpawn[process.spawn] }

    // MARK: - Beginning

    /// Begins a program of an agent: traced from its first instruction, unless the job's agents are not.
    ///
    /// - Parameters:
    ///   - argv: The program and its arguments.
    ///   - keepsInput: Whether its standard input stays open, and says nothing; else it is what `stdin` holds.
    ///   - further: What becomes its descriptors 3, 4 and so on; closed by the caller when `begun` was called.
    ///   - begun: Called when it runs, or cannot be begun.
    /// - Throws: when pid 1 cannot be asked.
    func begin(
        _ argv: [String], agent: String, environment: [String: String], directory: String, stdin: FileContent? = nil,
        keepsInput: Bool = false, further: [Int32] = [], step: Step, begun: @escaping () -> Void = {}
    ) throws -> RunningProgram {
        let program = try RunningProgram(
            spawn: bySpawn.count + 1, agent: agent, step: step, patterns: patterns, now: { [tracer] in tracer.now })
        bySpawn[program.spawn] = program
        // They stay in the loop: a child in the background may write later, and must not meet a closed pipe.
        loop.add(program.output)
        loop.add(program.errorOutput)
        let input = try keepsInput ? Programs.input(keptBy: program) : Programs.input(stdin)
        var request = SpawnRequest(
            argv, environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            directory: directory, filtered: traced,
            standard: (input.raw, program.output.end, program.errorOutput.end))
        request.further = further
        request.privileges = try privileges.ofProgram(of: agent, in: step, of: steps.current)
        try starter.start(request, as: program, begun: begun)
        return program
    }

    private static func input(_ content: FileContent?) throws -> Descriptor {
        guard let content else { return try Descriptor.open("/dev/null") }
        let file = try Descriptor.memory(name: "stdin", content: content.bytes)
        // Opened anew, or it would be read from where we stopped writing.
        return try Descriptor.open("/proc/self/fd/\(file.raw)")
    }

    /// An input that stays open, and empty, while the program runs.
    private static func input(keptBy program: RunningProgram) throws -> Descriptor {
        let pipe = try Descriptor.pipe()
        program.input = try pipe.second.duplicate()
        return try pipe.first.duplicate()
    }

    /// The driver of an agent: begun by its first request, and again by the next after it died.
    ///
    /// - Throws: `RunFailure.impossible` where the agent has none, and when pid 1 cannot be asked.
    func driver(of agent: String, step: Step) throws -> DriverSession {
        if let session = drivers[agent], session.program.end == nil { return session }
        keepEnd(of: drivers[agent]?.program)
        guard let specification = agents[agent], case .driver(let argv) = specification.kind else {
            throw RunFailure.impossible("agent \(agent) has no driver")
        }
        let pipes = try DriverPipes()
        let program = try begin(
            argv, agent: agent, environment: specification.environment, directory: specification.directory,
            further: pipes.theirs.numbers, step: step, begun: { pipes.theirs.close() })
        let session = DriverSession(
            program: program, expectedVersion: specification.version, pipes: pipes,
            fail: { [unowned loop] in loop.fail(with: .driverMisbehaved($0)) })
        if let former = drivers.updateValue(session, forKey: agent) { loop.remove(former) }
        loop.add(session)
        return session
    }

    // MARK: - Services

    /// How the service of an agent is started and stopped.
    ///
    /// - Throws: `RunFailure.impossible` where it is none.
    func service(of agent: String) throws(RunFailure) -> (AgentSpecification, ServiceSpecification) {
        guard let specification = agents[agent], case .service(let service) = specification.kind else {
            throw .impossible("agent \(agent) is no service")
        }
        return (specification, service)
    }

    /// Starts the service of an agent; nil where it runs.
    func startService(of agent: String, step: Step) throws -> RunningProgram? {
        guard runningService(of: agent) == nil else { return nil }
        keepEnd(of: services[agent])
        let (specification, service) = try service(of: agent)
        let program = try begin(
            service.argv, agent: agent, environment: specification.environment, directory: specification.directory,
            keepsInput: service.keepsInput == true, step: step)
        services[agent] = program
        return program
    }

    /// The service of an agent; nil where it does not run.
    func runningService(of agent: String) -> RunningProgram? { services[agent].flatMap { $0.end == nil ? $0 : nil } }

    /// Whether the service or the driver of an agent lives; of an agent of commands, any process that it began.
    func isRunning(_ agent: String) -> Bool {
        switch agents[agent]?.kind {
        case .service?: runningService(of: agent) != nil
        case .driver?: drivers[agent].map { $0.program.end == nil } ?? false
        case .commands?, nil: tracer.processes.contains { $0.agent == agent }
        }
    }

    /// Asks the service of an agent to end; nil where it was not started.
    func stopService(of agent: String) throws -> RunningProgram? {
        let (_, service) = try service(of: agent)
        guard let program = services.removeValue(forKey: agent) else { return nil }
        keepEnd(of: program)
        // Its other processes are ended by itself, or by nobody.
        for process in processes(of: program) where process.isFirst { send(service.stop, to: process) }
        if !traced, program.end == nil { try program.process?.send(signal: service.stop) }
        return program
    }

    /// So long before and behind a fault what agents say is kept with its moment, and so many lines of each output.
    private static let nearby: Nanoseconds = 2_000_000_000
    private static let mostLines = 40

    /// What agents wrote around a moment, in the order of time.
    func said(around moment: Nanoseconds) -> [SaidLine] {
        let span = moment - min(moment, Programs.nearby)...moment + Programs.nearby
        return all.flatMap { program in
            [program.output, program.errorOutput].flatMap { $0.lines(in: span, most: Programs.mostLines) }
                .map { SaidLine(time: $0.time, agent: program.agent, text: $0.text) }
        }.sorted { $0.time < $1.time }
    }

    // MARK: - Ends

    /// Somebody takes the place of a program, which may have ended since that was asked before: that it is revived hides nothing.
    private func keepEnd(of program: RunningProgram?) {
        if let program, program.end != nil, !replaced.contains(where: { $0 === program }) { replaced.append(program) }
    }

    /// What is to be said of outputs that are longer than a record takes.
    var cutOutputs: [String] {
        all.filter { $0.output.isCut || $0.errorOutput.isCut }.map { program in
            "what \(program.agent) wrote since \(program.step.id) is cut: \(program.output.written) bytes to its standard "
                + "output, \(program.errorOutput.written) to its standard error; a record keeps the first "
                + "\(OutputCapture.shown) of each"
        }
    }

    /// The services and drivers that have ended by themselves since this was asked before.
    ///
    /// - Throws: when what they wrote cannot be read.
    func unexpectedEnds() throws -> [UnexpectedEnd] {
        let residents = drivers.values.map(\.program) + services.values + replaced
        replaced = []
        return try residents.sorted { $0.spawn < $1.spawn }.compactMap { program in
            guard let end = program.end, !program.isEndKnown, !program.isEndedByTocsin else { return nil }
            program.isEndKnown = true
            try program.output.advance()
            try program.errorOutput.advance()
            let lines = (program.output.text() + "\n" + program.errorOutput.text()).split(separator: "\n")
            return UnexpectedEnd(agent: program.agent, end: end, said: lines.suffix(5).map(String.init))
        }
    }

    /// The tracebacks that programs wrote since this was asked before, but for what is a command's own.
    ///
    /// - Throws: when what they wrote cannot be read.
    func newTracebacks() throws -> [LateTraceback] { try all.compactMap { try $0.newTraceback() } }

    /// A process is gone: perhaps a program's first, perhaps one that a fault killed.
    ///
    /// - Throws: as `RunningProgram.ended`.
    func ended(_ process: TracedProcess, status: Int32, signal: Int32?) throws {
        guard let program = bySpawn[process.spawn] else { return }
        if process.isFirst {
            program.noteEnd(
                killedByTocsin: process.killedByTocsin, sent: process.sent, status: status, signal: signal)
            try program.ended(signal.map { .signalled($0) } ?? .exited(status))
        }
        guard let signal else { return }
        program.deaths.append(
            ProcessDeath(lineage: process.lineagePath, signal: signal, byTocsin: process.killedByTocsin))
    }
}
