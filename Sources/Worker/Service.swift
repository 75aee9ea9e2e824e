import Glibc
import Kernel
import Model

extension PlanRun {
    /// Starts the service of an agent unless it runs, and waits until it is ready.
    func start(_ agent: String, of step: Step, into outcome: inout StepOutcome) throws {
        guard let specification = job.plan.agents[agent], case .service(let service) = specification.kind else {
            throw RunProblem(description: "agent \(agent) is no service")
        }
        if let running = services[agent], running.end == nil { return }
        let program = try begin(
            service.argv, agent: agent, environment: specification.environment, directory: specification.directory,
            stdin: nil, step: step)
        services[agent] = program
        let began = Monotonic.now()
        let deadline = began + .nanoseconds(Int64(clamping: specification.timeout))
        var missing: String?
        repeat {
            missing = try failure(of: service.ready, since: program)
            if missing == nil || program.end != nil || problem != nil { break }
            try loop.run(until: min(deadline, Monotonic.now() + .milliseconds(20))) { program.end != nil }
        } while Monotonic.now() < deadline
        // What it said before it ended may be what was waited for.
        if program.end != nil { missing = try failure(of: service.ready, since: program) ?? "it is gone" }
        outcome.attempts.append(
            Attempt(
                end: program.end ?? .exited(0), timedOut: missing != nil && program.end == nil,
                duration: Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds), output: program.output.text(),
                errorOutput: program.errorOutput.text(), deaths: program.deaths))
        if let missing { outcome.failure = "\(agent) is not ready: \(program.end.map { "\($0)" } ?? missing)" }
    }

    /// Stops the service of an agent, and waits until nothing of it is left.
    func stop(_ agent: String, into outcome: inout StepOutcome) throws {
        guard let specification = job.plan.agents[agent], case .service(let service) = specification.kind else {
            throw RunProblem(description: "agent \(agent) is no service")
        }
        guard let program = services.removeValue(forKey: agent) else { return }
        let deadline = Monotonic.now() + .nanoseconds(Int64(clamping: specification.timeout))
        for process in processes(of: program) where process.isFirst { interceptor.kill(process, signal: service.stop) }
        // Its other processes are ended by itself, or by nobody.
        guard try !loop.run(until: deadline, { program.end != nil || problem != nil }) else { return }
        outcome.failure = "\(agent) does not stop"
        outcome.attempts.append(
            Attempt(
                end: .exited(0), timedOut: true, output: program.output.text(), errorOutput: program.errorOutput.text(),
                stuck: stuck(program)))
        kill(program)
        try loop.run(until: Monotonic.now() + .seconds(5)) { program.end != nil || problem != nil }
    }
}
