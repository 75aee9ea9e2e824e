import FoundationEssentials
import Glibc
import Host
import Interception
import Kernel
import Model

/// A command that runs: its first process, what it writes, and what became of its others.
final class RunningCommand {
    let spawn: Int
    let output: OutputCapture
    let errorOutput: OutputCapture
    var process: SpawnedProcess?
    var end: ProcessEnd?
    var deaths: [ProcessDeath] = []
    var startFailure: String?

    init(spawn: Int) throws {
        self.spawn = spawn
        output = try OutputCapture()
        errorOutput = try OutputCapture()
    }
}

extension PlanRun {
    /// Runs a command to its end, or until its time is over.
    ///
    /// - Throws: when the harness cannot run it; that the command fails is no error.
    func attempt(_ command: Command) throws -> Attempt {
        spawns += 1
        let running = try RunningCommand(spawn: spawns)
        commands[running.spawn] = running
        loop.add(running.output)
        loop.add(running.errorOutput)
        // Both stay in the loop: a child in the background may write later, and must not meet a closed pipe.
        defer { commands[running.spawn] = nil }
        let heldBefore = interceptor.held
        let started = Monotonic.now()
        try start(command, running)
        // The limit does not count the time in which the agent stands still because of us.
        func worked() -> Duration {
            (Monotonic.now() - started) - .nanoseconds(Int64(clamping: interceptor.held - heldBefore))
        }
        let limit = Duration.nanoseconds(Int64(clamping: command.timeout))
        var attempt = Attempt(end: .exited(0))
        while try !loop.run(until: Monotonic.now() + max(.milliseconds(1), limit - worked()), { ended(running) }) {
            guard worked() >= limit, deliveriesUnderWay.isEmpty else { continue }
            attempt.timedOut = true
            attempt.stuck = stuck(running)
            end(running)
            let patience = Monotonic.now() + .seconds(5)
            guard try loop.run(until: patience, { ended(running) }) else {
                throw RunProblem(description: "`\(command.name)` does not die of SIGKILL")
            }
        }
        if let problem { throw RunProblem(description: problem) }
        attempt.duration = Nanoseconds(clamping: worked().nanoseconds)
        attempt.held = interceptor.held - heldBefore
        attempt.end = running.startFailure.map { .notStarted($0) } ?? running.end ?? .exited(0)
        // What was written before the end is in the pipes already.
        try running.output.advance()
        try running.errorOutput.advance()
        attempt.output = running.output.text
        attempt.errorOutput = running.errorOutput.text
        attempt.deaths = running.deaths
        return attempt
    }

    private func ended(_ running: RunningCommand) -> Bool {
        problem != nil || (running.end != nil && deliveriesUnderWay.isEmpty)
    }

    private func start(_ command: Command, _ running: RunningCommand) throws {
        let input = try input(command.stdin)
        let request = SpawnRequest(
            command.argv, environment: command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            directory: command.directory, filtered: true,
            standard: (input.raw, running.output.end, running.errorOutput.end))
        try host.spawn(request) { _ in
        } completion: { [unowned self] result in
            do {
                let process = try result.get()
                running.process = process
                try interceptor.adopt(process.pid, agent: command.agent, spawn: running.spawn)
                try process.go()
            } catch {
                problem = "`\(command.name)` could not be begun: \(error)"
            }
            running.output.closeWriter()
            running.errorOutput.closeWriter()
        }
    }

    private func input(_ content: FileContent?) throws -> Descriptor {
        guard let content else { return try Descriptor.open("/dev/null") }
        let file = try Descriptor.memory(name: "stdin", content: content.bytes)
        // Opened anew, or it would be read from where we stopped writing.
        return try Descriptor.open("/proc/self/fd/\(file.raw)")
    }

    /// Where the threads of a command are, before anybody is stopped.
    private func stuck(_ running: RunningCommand) -> [String] {
        interceptor.processes.filter { $0.spawn == running.spawn }.flatMap { process in
            ((try? listThreads(of: process.id)) ?? []).map { thread in
                let call = (try? ThreadCall.of(thread)).map { "\($0)" } ?? "gone"
                let channel = (try? waitChannel(of: thread)) ?? ""
                return "\(process.lineagePath) thread \(thread): \(call) \(channel)"
            }
        }
    }

    private func end(_ running: RunningCommand) {
        for process in interceptor.processes where process.spawn == running.spawn {
            interceptor.kill(process, signal: SIGKILL)
        }
    }
}

extension PlanRun: InterceptorDelegate {
    /// Fires the faults whose point is before these operations.
    func interceptor(_ interceptor: Interceptor, mayPerform stop: Stop) -> Bool { fire(.before, at: stop) }

    /// Fires the faults whose point is after these operations.
    func interceptor(_ interceptor: Interceptor, mayGoOnAfter stop: Stop) -> Bool { fire(.after, at: stop) }

    private func fire(_ side: Point.Side, at stop: Stop) -> Bool {
        let turns = placement.turns(side, stop.operations, in: step)
        guard !turns.isEmpty else { return true }
        let chain = turns.flatMap { turn in
            turn.fault.actions.map {
                FaultDelivery(action: $0, fault: turn.fault.name, run: self, stop: stop, position: turn.position ?? 0)
            }
        }
        for (delivery, next) in zip(chain, chain.dropFirst()) { delivery.next = next }
        if let first = chain.first { deliver(first) }
        // All were answered at once, as a failure is: nobody need wait.
        guard chain.contains(where: { !$0.isDone }) else { return true }
        chain.last?.releases = true
        return false
    }

    /// Keeps the operation, and the names that it gave.
    func interceptor(_ interceptor: Interceptor, recorded operation: Operation) {
        do { try log.append(operation) } catch { problem = problem ?? "\(error)" }
        guard operation.result != .unknown else { return }
        let phrase = operation.phrase
        if phrase.noun == "link", let mac = phrase.qualifiers["mac"] { snapshotter.setMACs.insert(mac) }
        switch phrase.word {
        case "link.create": header.namesMade += [phrase.which, phrase.qualifiers["peer"]].compactMap { $0 }
        case "link.set": header.namesMade += [phrase.qualifiers["name"]].compactMap { $0 }
        case "file.create": header.namesMade.append(phrase.which)
        case "file.rename": header.namesMade += [phrase.qualifiers["to"]].compactMap { $0 }
        default: break
        }
    }

    /// The agent has read the errno: that failure is delivered.
    func interceptor(_ interceptor: Interceptor, deliveredFailureOf operation: Operation) {
        if let delivery = unreadFailures.removeValue(forKey: operation.index) { header.deliveries.append(delivery) }
    }

    /// A process is gone: perhaps a command's first, perhaps one that a fault killed.
    func interceptor(_ interceptor: Interceptor, ended process: TracedProcess, status: Int32, signal: Int32?) {
        if let running = commands[process.spawn] {
            if process.isFirst {
                running.end = signal.map { .signalled($0) } ?? .exited(status)
                if case .failed(let error)? = try? running.process?.execState() { running.startFailure = "\(error)" }
            }
            if let signal {
                running.deaths.append(
                    ProcessDeath(lineage: process.lineagePath, signal: signal, byTocsin: process.killedByTocsin))
            }
        }
        for delivery in deliveriesUnderWay { delivery.ended(process) }
    }

    /// Pid 1 of the host must not end before the plan does.
    func interceptor(_ interceptor: Interceptor, untracedEnded process: Int32, signal: Int32?) {
        if process == host.initPID {
            problem = "pid 1 of the host ended" + (signal.map { " by signal \($0)" } ?? "")
        }
    }

    /// Notes what the agent could have noticed.
    func interceptor(_ interceptor: Interceptor, disturbed what: String) { header.disturbed.append(what) }

    /// Ends the run as an error.
    func interceptor(_ interceptor: Interceptor, cannotTrace why: String) { problem = problem ?? why }
}
