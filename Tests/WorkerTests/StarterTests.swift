import Glibc
import Host
import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Programs are started by pid 1, or by a fork of a warm driver: what is done when either fails.
@Suite struct StarterTests {
    private let clock = PlayClock()
    private let deeds = Deeds()
    private let store = MemoryStore()

    /// A process at its gate.
    private final class Process: StartedProcess {
        var pid: Int32 { 5_000_000 }
        var state: Result<ExecState, any Error> = .success(.started)
        func go() throws {}
        func send(signal: Int32) throws {}
        func execState() throws -> ExecState { try state.get() }
    }

    private final class Pid1: Spawner {
        var answer: Result<any StartedProcess, any Error> = .success(Process())
        var exited: [(WaitStatus) -> Void] = []
        var inputs: [Int32] = []
        func spawn(
            _ request: SpawnRequest, exited: @escaping (WaitStatus) -> Void,
            started: @escaping (Result<any StartedProcess, any Error>) -> Void
        ) throws {
            self.exited.append(exited)
            inputs.append(request.standard.input)
            started(answer)
        }
    }

    private final class Warm: ForkingDriver {
        var refusal: (any Error)?
        var completion: ((Result<Int32, any Error>) -> Void)?
        func fork(_ request: SpawnRequest, completion: @escaping (Result<Int32, any Error>) -> Void) throws {
            if let refusal { throw refusal }
            self.completion = completion
        }
    }

    /// Starts a driver, and says how often it was said that it has begun.
    private func start(
        _ pid1: Pid1, traced: Bool = true, warm: Warm? = nil, refusal: (any Error)? = nil,
        then: (EventLoop, RunningProgram) throws -> Void
    ) throws -> (begun: Int, loop: EventLoop) {
        let loop = EventLoop(first: [], waiter: clock)
        let tracer = PlayTracer(clock, deeds)
        tracer.refusal = refusal
        let recorder = Recorder(RecordHeader(plan: plan(), role: .fault), in: store)
        let starter = HostStarter(
            pid1, tracer: tracer, loop: loop, recorder: recorder, traced: traced,
            warm: warm.map { ["agent": $0] } ?? [:])
        let program = try RunningProgram(spawn: 1, agent: "agent", step: run("add"))
        var request = SpawnRequest(["driver"], standard: (0, 1, 2))
        request.further = [3, 4]
        var begun = 0
        try starter.start(request, as: program) { begun += 1 }
        try then(loop, program)
        try recorder.end(nil, undelivered: [], namespacesMade: [:], duration: 0)
        return (begun, loop)
    }

    private var notes: [String] { store.header?.notes ?? [] }

    @Test func itIsAdoptedBeforeItGoes() throws {
        let (begun, loop) = try start(Pid1()) { _, _ in }
        #expect(begun == 1 && loop.failure == nil && deeds.all == ["adopt agent"])
    }

    @Test func whatPid1CannotStartIsNoEvidence() throws {
        let pid1 = Pid1()
        pid1.answer = .failure(WorldError.impossible("no"))
        let (begun, loop) = try start(pid1) { _, _ in }
        #expect(begun == 1 && loop.failure == .notBegun(program: "driver", why: "no"))
    }

    @Test func whatCannotBeTracedIsNoEvidence() throws {
        let (begun, loop) = try start(Pid1(), refusal: WorldError.impossible("EPERM")) { _, _ in }
        #expect(begun == 1 && loop.failure == .notBegun(program: "driver", why: "EPERM"))
    }

    @Test func aProgramThatIsNotTracedEndsAsPid1Says() throws {
        let pid1 = Pid1()
        _ = try start(pid1, traced: false) { _, program in
            pid1.exited.first?(.exited(3))
            #expect(program.end == .exited(3))
        }
        #expect(deeds.all == [])
    }

    @Test func aProgramThatNeverBeganSaysWhy() throws {
        let pid1 = Pid1()
        let process = Process()
        let error = SystemError(call: "execve", stage: "driver", errno: .noSuchFileOrDirectory)
        process.state = .success(.failed(error))
        pid1.answer = .success(process)
        _ = try start(pid1, traced: false) { _, program in
            pid1.exited.first?(.exited(127))
            #expect(program.end == .notStarted("\(error)"))
        }
    }

    /// 127 might be the program's own status.
    @Test func whetherItBeganMustBeKnown() throws {
        let pid1 = Pid1()
        let process = Process()
        process.state = .failure(WorldError.impossible("no"))
        pid1.answer = .success(process)
        let (_, loop) = try start(pid1, traced: false) { _, _ in pid1.exited.first?(.exited(127)) }
        #expect(loop.failure == .refused("no"))
    }

    @Test func aWarmDriverIsForkedAndPid1StartsNothing() throws {
        let pid1 = Pid1()
        let warm = Warm()
        let (begun, _) = try start(pid1, warm: warm) { _, _ in warm.completion?(.success(5_000_001)) }
        #expect(begun == 1 && pid1.inputs == [] && deeds.all == ["adopt born agent"] && notes == [])
    }

    @Test func oneThatCannotBeAskedIsStartedColdAndThatIsSaid() throws {
        let pid1 = Pid1()
        let warm = Warm()
        warm.refusal = WarmDriverError.threads(2)
        let (begun, _) = try start(pid1, warm: warm) { _, _ in }
        #expect(begun == 1 && pid1.inputs == [0] && deeds.all == ["adopt agent"])
        #expect(notes == ["agent was started cold: \(WarmDriverError.threads(2))"])
    }

    /// Its standard input is closed by then: it gets another one.
    @Test func oneThatDoesNotForkIsStartedColdAndThatIsSaid() throws {
        let pid1 = Pid1()
        let warm = Warm()
        let (begun, loop) = try start(pid1, warm: warm) { _, _ in
            warm.completion?(.failure(WarmDriverError.late(.seconds(5))))
        }
        #expect(begun == 1 && loop.failure == nil && pid1.inputs.count == 1 && pid1.inputs != [0])
        #expect(notes == ["agent was started cold: \(WarmDriverError.late(.seconds(5)))"])
    }
}
