import Kernel
import Model

/// Runs commands, several at the same time, each to its end or until its time is over.
final class Commands {
    private let programs: Programs
    private let tracer: any Tracer
    private let faults: Faults
    private var loop: EventLoop { programs.loop }

    /// How long a program may live on after SIGKILL.
    static let patience = Duration.seconds(5).patient

    init(_ programs: Programs, tracer: any Tracer, faults: Faults) {
        self.programs = programs
        self.tracer = tracer
        self.faults = faults
    }

    /// Runs each command of a step to what comes of it.
    ///
    /// - Parameter order: The order that their agents keep.
    /// - Throws: when the harness cannot run them; that a command fails is no error.
    func run(_ commands: [(Command, Step)], order: OrderKeeper? = nil) throws -> [Attempt] {
        let executions = commands.map { command, step in
            command.request == nil
                ? ProcessExecution(command, of: step, programs, tracer)
                : RequestExecution(command, of: step, programs, tracer)
        }
        faults.order = order
        defer { faults.order = nil }
        for execution in executions { try execution.begin() }
        try finish(executions, order)
        try order?.end()
        return try executions.map { try $0.attempt() }
    }

    private func finish(_ executions: [Execution], _ order: OrderKeeper?) throws {
        var patience: Monotonic?
        while true {
            let left = executions.filter { !$0.isOver }.map(\.left).min() ?? .milliseconds(1)
            // A command whose time is over, but that is held, or dies: looked at again shortly.
            let next = loop.now + max(.milliseconds(1), order == nil ? left : min(left, OrderKeeper.pause))
            if try loop.run(until: next, { executions.allSatisfy(\.isOver) && faults.areIdle }) { return }
            try order?.checkProgress()
            guard faults.areIdle else { continue }
            executions.filter { !$0.isOver }.forEach { $0.expire() }
            guard executions.contains(where: { !$0.isOver && $0.left <= .zero }) else { continue }
            let end = patience ?? loop.now + Commands.patience
            patience = end
            if loop.now > end { throw RunFailure.immortal("a command") }
        }
    }
}
