import Kernel
import Model

/// Steps that start and stop services.
extension StepRunner {
    /// Starts the service of an agent unless it runs, and waits until it is ready.
    ///
    /// - Returns: Its program; nil where it ran already.
    func start(_ agent: String, of step: Step, into outcome: inout StepOutcome) throws -> RunningProgram? {
        let (specification, service) = try programs.service(of: agent)
        guard let program = try programs.startService(of: agent, step: step) else { return nil }
        let began = loop.now
        let deadline = began + Duration.nanoseconds(Int64(clamping: specification.timeout)).patient
        var missing: String?
        repeat {
            missing = try conditions.failure(of: service.ready, since: program)
            if missing == nil || program.end != nil { break }
            try loop.run(until: min(deadline, loop.now + StepRunner.pause)) { program.end != nil }
        } while loop.now < deadline
        // It is there as long as its first process, whatever that has said.
        if let end = program.end { missing = "\(end)" }
        try program.output.advance()
        try program.errorOutput.advance()
        outcome.attempts.append(
            Attempt(
                end: program.end ?? .exited(0), timedOut: missing != nil && program.end == nil,
                duration: Nanoseconds(clamping: (loop.now - began).nanoseconds), output: program.output.text(),
                errorOutput: program.errorOutput.text(), deaths: program.deaths))
        if let missing {
            outcome.failure = "\(agent) is not ready: \(missing)"
            // Its words are those of that failure.
            program.tell()
        }
        // That it ended is said here.
        program.isEndKnown = program.end != nil
        return program
    }

    /// Stops the service of an agent, and waits until nothing of it is left.
    func stop(_ agent: String, into outcome: inout StepOutcome) throws {
        let (specification, _) = try programs.service(of: agent)
        guard let program = try programs.stopService(of: agent) else { return }
        let began = loop.now
        let deadline = began + Duration.nanoseconds(Int64(clamping: specification.timeout)).patient
        if try loop.run(until: deadline, { program.end != nil }) {
            try program.output.advance()
            try program.errorOutput.advance()
            outcome.attempts.append(
                Attempt(
                    end: program.end ?? .exited(0), duration: Nanoseconds(clamping: (loop.now - began).nanoseconds),
                    output: program.output.text(), errorOutput: program.errorOutput.text(), deaths: program.deaths))
            return
        }
        outcome.failure = "\(agent) does not stop"
        outcome.attempts.append(
            Attempt(
                end: .exited(0), timedOut: true, duration: Nanoseconds(clamping: (loop.now - began).nanoseconds),
                output: program.output.text(), errorOutput: program.errorOutput.text(),
                stuck: programs.stuck(program)))
        programs.kill(program)
        // What lives on after SIGKILL would be in the states of all steps that follow.
        guard try loop.run(until: loop.now + Commands.patience, { program.end != nil }) else {
            throw RunFailure.immortal("the service \(agent)")
        }
    }
}
