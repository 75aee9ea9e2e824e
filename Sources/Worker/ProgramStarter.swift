import Host
import Interception
import Kernel

/// What starts programs in the host.
protocol ProgramStarter: AnyObject {
    /// Starts a program.
    ///
    /// - Parameter begun: Called when it runs, or cannot be begun: then the loop was told, and the run is no evidence.
    /// - Throws: when pid 1 cannot be asked.
    func start(_ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void) throws
}

/// What starts a process up to its gate: pid 1 of the host.
protocol Spawner: AnyObject {
    func spawn(
        _ request: SpawnRequest, exited: @escaping (WaitStatus) -> Void,
        started: @escaping (Result<any StartedProcess, any Error>) -> Void
    ) throws
}

extension Host: Spawner {
    func spawn(
        _ request: SpawnRequest, exited: @escaping (WaitStatus) -> Void,
        started: @escaping (Result<any StartedProcess, any Error>) -> Void
    ) throws {
        try spawn(request, exited: exited) { (result: Result<SpawnedProcess, any Error>) in
            started(result.map { $0 })
        }
    }
}

/// A warm driver, as far as it can be asked for a child in one host.
protocol ForkingDriver: AnyObject {
    /// Asks for a child; `completion` is called later with its process, standing in the host.
    func fork(_ request: SpawnRequest, completion: @escaping (Result<Int32, any Error>) -> Void) throws
}

/// Starts programs by pid 1 of the host, and drivers by a fork of one that is warm; traced where the job's agents are.
final class HostStarter: ProgramStarter {
    private let spawner: any Spawner
    private let tracer: any Tracer
    private let loop: EventLoop
    private let recorder: Recorder
    private let traced: Bool
    /// The warm drivers of this run's agents.
    private let warm: [String: any ForkingDriver]

    init(
        _ spawner: any Spawner, tracer: any Tracer, loop: EventLoop, recorder: Recorder, traced: Bool,
        warm: [String: any ForkingDriver]
    ) {
        self.spawner = spawner
        self.tracer = tracer
        self.loop = loop
        self.recorder = recorder
        self.traced = traced
        self.warm = warm
    }

    func start(_ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void) throws {
        // A driver alone has further descriptors: those of requests and replies.
        if traced, let driver = warm[program.agent], request.further.count == 2, request.privileges == nil {
            try fork(driver, request, as: program, begun: begun)
        } else {
            try spawn(request, as: program, begun: begun)
        }
    }

    private func spawn(_ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void) throws {
        try spawner.spawn(request) { [unowned self] status in
            // The tracer tells the end of a traced one.
            guard !traced, status.isEnd else { return }
            do { try program.ended(status.end) } catch { loop.fail(with: RunFailure(error)) }
        } started: { [unowned self] result in
            do {
                let process = try result.get()
                program.process = process
                if traced { try tracer.adopt(process.pid, agent: program.agent, spawn: program.spawn) }
                try process.go()
            } catch {
                loop.fail(with: .notBegun(program: request.arguments.first ?? "", why: "\(error)"))
            }
            program.closeGiven()
            begun()
        }
    }

    /// Begins a driver by a fork, or starts it in the host when that comes to nothing.
    private func fork(
        _ driver: any ForkingDriver, _ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void
    ) throws {
        do {
            try driver.fork(request) { [unowned self] result in
                do {
                    try tracer.adopt(born: try result.get(), agent: program.agent, spawn: program.spawn)
                    program.closeGiven()
                    begun()
                } catch {
                    recorder.note("\(program.agent) was started cold: \(error)")
                    startCold(request, as: program, begun: begun)
                }
            }
        } catch {
            recorder.note("\(program.agent) was started cold: \(error)")
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
            loop.fail(with: .notBegun(program: request.arguments.first ?? "", why: "\(error)"))
            begun()
        }
    }
}
