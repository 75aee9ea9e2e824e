import Host
import Interception
import Kernel

extension PlanRun {
    /// Starts a program in the host, traced from its first instruction where the job's agents are.
    ///
    /// - Parameter begun: Called when it runs, or cannot be begun: then the run is no evidence.
    /// - Throws: when pid 1 cannot be asked.
    func spawn(_ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void) throws {
        try host.spawn(request) { [unowned self] status in
            // The tracer tells the end of a traced one.
            if !job.traced { endedUntraced(program, status) }
        } completion: { [unowned self] result in
            do {
                let process = try result.get()
                program.process = process
                if job.traced { try interceptor.adopt(process.pid, agent: program.agent, spawn: program.spawn) }
                try process.go()
            } catch {
                problem = problem ?? "`\(request.arguments.first ?? "")` could not be begun: \(error)"
            }
            program.output.closeWriter()
            program.errorOutput.closeWriter()
            begun()
        }
    }

    /// Begins a driver by a fork of one that is warm, or starts it in the host when that comes to nothing.
    ///
    /// - Parameters:
    ///   - zygote: The warm driver.
    ///   - request: How the driver is started otherwise; its further descriptors are those of requests and replies.
    ///   - refused: Told why there was no fork.
    ///   - begun: As in ``spawn(_:as:begun:)``.
    /// - Throws: when pid 1 cannot be asked.
    func fork(
        _ zygote: Zygote, _ request: SpawnRequest, as program: RunningProgram,
        refused: @escaping (any Error) -> Void, begun: @escaping () -> Void
    ) throws {
        let given = WarmDescriptors(
            standard: request.standard, requests: request.further[0], replies: request.further[1])
        do {
            try zygote.fork(
                into: host, filter: PlanRun.filter(for: job.plan), directory: request.directory ?? "/",
                descriptors: given
            ) { [unowned self] result in
                do {
                    let child = try result.get()
                    try interceptor.adopt(born: child.process, agent: program.agent, spawn: program.spawn)
                    program.output.closeWriter()
                    program.errorOutput.closeWriter()
                    begun()
                } catch {
                    refused(error)
                    startCold(request, as: program, begun: begun)
                }
            }
        } catch {
            refused(error)
            try spawn(request, as: program, begun: begun)
        }
    }

    private func startCold(_ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void) {
        do {
            // The first one is closed by now; those of output, requests and replies are not before `begun`.
            let input = try Descriptor.open("/dev/null")
            var request = request
            request.standard.input = input.raw
            try spawn(request, as: program, begun: begun)
        } catch {
            problem = problem ?? "`\(request.arguments.first ?? "")` could not be begun: \(error)"
            begun()
        }
    }
}
