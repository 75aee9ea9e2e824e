import Kernel
import Model

/// One run of a step's command, from its beginning to what came of it.
class Execution {
    let programs: Programs
    let step: Step
    let command: Command
    /// The program that does it, once there is one.
    var program: RunningProgram?
    private let tracer: any Tracer
    private var timedOut = false
    private var stuck: [String] = []
    private var began: Monotonic
    private var heldBefore: Nanoseconds = 0
    /// When it began, since the record did.
    private var beganInRecord: Nanoseconds = 0

    init(_ command: Command, of step: Step, _ programs: Programs, _ tracer: any Tracer) {
        self.command = command
        self.step = step
        self.programs = programs
        self.tracer = tracer
        began = programs.loop.now
    }

    /// Begins it; it goes on while the loop runs.
    final func begin() throws {
        began = programs.loop.now
        heldBefore = tracer.held
        beganInRecord = tracer.now
        try start()
    }

    /// Whether the command has ended.
    var isOver: Bool { program?.end != nil }

    /// How the command ended.
    var end: ProcessEnd { program?.end ?? .notStarted("it was never begun") }

    /// What makes it go.
    func start() throws {}

    /// What it wrote since it began: standard output, standard error.
    func written() throws -> (String, String) { ("", "") }

    /// The time it has had, without that in which an agent stood still because of us.
    private var worked: Duration {
        (programs.loop.now - began) - .nanoseconds(Int64(clamping: tracer.held - heldBefore))
    }

    /// How much time it has left.
    final var left: Duration { Duration.nanoseconds(Int64(clamping: command.timeout)).patient - worked }

    /// Ends it by force when its time is over; once.
    final func expire() {
        guard !timedOut, left <= .zero, let program else { return }
        timedOut = true
        stuck = programs.stuck(program)
        programs.kill(program)
    }

    /// What came of it.
    final func attempt() throws -> Attempt {
        let (output, errorOutput) = try written()
        program?.tell()
        return Attempt(
            end: end, timedOut: timedOut, duration: Nanoseconds(clamping: worked.nanoseconds),
            held: tracer.held - heldBefore, output: output, errorOutput: errorOutput,
            deaths: program?.deaths ?? [], stuck: stuck, began: beganInRecord)
    }
}

/// A command that is a process of its own.
final class ProcessExecution: Execution {
    override func start() throws {
        program = try programs.begin(
            command.argv, agent: command.agent, environment: command.environment, directory: command.directory,
            stdin: command.stdin, step: step)
    }

    override func written() throws -> (String, String) {
        guard let program else { return ("", "") }
        // What was written before the end is in the pipes already.
        try program.output.advance()
        try program.errorOutput.advance()
        return (program.output.text(), program.errorOutput.text())
    }
}

/// A command that is a request to the agent's driver.
///
/// `{"ok": true}` counts as exit 0, `{"ok": false}` as exit 1 with the error as standard error; a driver that dies
/// ends it as a process ends, but an exit without an answer is no success.
final class RequestExecution: Execution {
    private var reply: (ok: Bool, error: String)?
    /// How much the driver had written before.
    private var marks = (output: 0, errorOutput: 0)

    override var isOver: Bool { reply != nil || super.isOver }

    override var end: ProcessEnd {
        if let reply { return .exited(reply.ok ? 0 : 1) }
        if case .exited(let status) = super.end { return .unanswered(status) }
        return super.end
    }

    override func start() throws {
        guard let request = command.request else { return }
        let session = try programs.driver(of: command.agent, step: step)
        session.program.step = step
        program = session.program
        try session.program.output.advance()
        try session.program.errorOutput.advance()
        marks = (session.program.output.written, session.program.errorOutput.written)
        session.program.deaths = []
        // A child of the driver may reply when the driver has ended, and the request with it.
        try session.ask(request) { [weak self] ok, error in self?.reply = (ok, error) }
    }

    override func written() throws -> (String, String) {
        guard let program else { return ("", "") }
        // A driver that ends in a request ends the command, which says so; one that had done it before says nothing of its end.
        program.isEndKnown = program.end != nil && reply?.ok != true
        try program.output.advance()
        try program.errorOutput.advance()
        // What a driver writes is its log: standard error of the command is the error alone.
        return (
            program.output.text(after: marks.output) + program.errorOutput.text(after: marks.errorOutput),
            reply?.error ?? ""
        )
    }
}
