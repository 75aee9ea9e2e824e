import Glibc
import Kernel
import Model

/// One run of a step's command, from its beginning to what came of it.
class Execution {
    let run: PlanRun
    let step: Step
    let command: Command
    /// The program that does it, once there is one.
    var program: RunningProgram?
    private var timedOut = false
    private var stuck: [String] = []
    private var began = Monotonic.now()
    private var heldBefore: UInt64 = 0

    init(_ command: Command, of step: Step, in run: PlanRun) {
        self.command = command
        self.step = step
        self.run = run
    }

    /// Begins it; it goes on while the loop runs.
    final func begin() throws {
        began = .now()
        heldBefore = run.interceptor.held
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
    var worked: Duration {
        (Monotonic.now() - began) - .nanoseconds(Int64(clamping: run.interceptor.held - heldBefore))
    }

    /// How much time it has left.
    var left: Duration { .nanoseconds(Int64(clamping: command.timeout)) - worked }

    /// Ends it by force when its time is over; once.
    final func expire() {
        guard !timedOut, left <= .zero, let program else { return }
        timedOut = true
        stuck = run.stuck(program)
        run.kill(program)
    }

    /// What came of it.
    final func attempt() throws -> Attempt {
        let (output, errorOutput) = try written()
        return Attempt(
            end: end, timedOut: timedOut, duration: Nanoseconds(clamping: worked.nanoseconds),
            held: run.interceptor.held - heldBefore, output: output, errorOutput: errorOutput,
            deaths: program?.deaths ?? [], stuck: stuck)
    }
}

/// A command that is a process of its own.
final class ProcessExecution: Execution {
    override func start() throws {
        program = try run.begin(
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

extension PlanRun {
    /// How a command is run: as a process, or by asking the agent's driver.
    func execution(of command: Command, in step: Step) -> Execution {
        command.request == nil
            ? ProcessExecution(command, of: step, in: self) : RequestExecution(command, of: step, in: self)
    }

    /// Runs commands at the same time, each to its end or until its time is over.
    ///
    /// - Throws: when the harness cannot run them; that a command fails is no error.
    func finish(_ executions: [Execution]) throws {
        for execution in executions { try execution.begin() }
        func isOver() -> Bool { problem != nil || (executions.allSatisfy(\.isOver) && deliveriesUnderWay.isEmpty) }
        var patience: Monotonic?
        while true {
            let left = executions.filter { !$0.isOver }.map(\.left).min() ?? .milliseconds(1)
            // A command whose time is over, but that is held, or dies: looked at again shortly.
            let next = Monotonic.now() + max(.milliseconds(1), left)
            if try loop.run(until: next, isOver) { break }
            try order?.checkProgress()
            guard deliveriesUnderWay.isEmpty else { continue }
            executions.filter { !$0.isOver }.forEach { $0.expire() }
            if executions.contains(where: { !$0.isOver && $0.left <= .zero }) {
                patience = patience ?? Monotonic.now() + .seconds(5)
            }
            if let patience, Monotonic.now() > patience {
                throw RunProblem(description: "a command does not die of SIGKILL")
            }
        }
        if let problem { throw RunProblem(description: problem) }
    }
}
