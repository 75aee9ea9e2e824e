import Glibc
import Kernel
import Model

@testable import Interception
@testable import Worker

/// A tracer whose processes live and die as the test says.
final class PlayTracer: Tracer {
    private let clock: PlayClock
    private let deeds: Deeds
    var held: Nanoseconds = 0
    var processes: [TracedProcess] = []
    /// What a signal does at once; nil where nothing is known of it yet.
    var outcome: (Int32, TracedProcess) -> SignalOutcome? = { _, _ in nil }
    /// Who waits to be told of a signal.
    var waiting: [(SignalOutcome) -> Void] = []
    /// Adopting fails with this.
    var refusal: (any Error)?

    init(_ clock: PlayClock, _ deeds: Deeds) {
        self.clock = clock
        self.deeds = deeds
    }

    var now: Nanoseconds { Nanoseconds(clock.passed.nanoseconds) }

    func adopt(_ id: Int32, agent: String, spawn: Int) throws {
        if let refusal { throw refusal }
        deeds.add("adopt \(agent)")
    }

    func adopt(born id: Int32, agent: String, spawn: Int) throws {
        if let refusal { throw refusal }
        deeds.add("adopt born \(agent)")
    }

    func send(_ signal: Int32, to process: TracedProcess, told: @escaping (SignalOutcome) -> Void) {
        deeds.add("signal \(signal) to \(process.lineagePath)")
        if signal == SIGKILL { process.killedByTocsin = true }
        if let outcome = outcome(signal, process) { told(outcome) } else { waiting.append(told) }
    }

    func limit(descriptors count: UInt64, of process: TracedProcess) throws(SystemError) -> UInt64 {
        deeds.add("limit \(process.lineagePath) to \(count)")
        return 1024
    }

    func release(_ stop: any AgentStop) { deeds.add("release \((stop as? PlayStop)?.name ?? "?")") }

    /// A process of an agent.
    func process(_ agent: String, spawn: Int, isFirst: Bool = true, program: String) -> TracedProcess {
        // Above every id that the kernel gives (PID_MAX_LIMIT).
        let process = TracedProcess(
            id: 5_000_000 + Int32(processes.count), agent: agent, spawn: spawn, isFirst: isFirst,
            lineage: Lineage(root: program))
        processes.append(process)
        return process
    }
}

/// A stop of a thread at one operation or several.
final class PlayStop: AgentStop {
    let name: String
    let side: Point.Side
    let operations: [Operation]
    let process: TracedProcess
    var isLate = false
    var position = 0
    /// Whether results are known.
    var hasResults = true
    private(set) var failed: [(Int, ErrorNumber, String?)] = []

    init(_ name: String, _ side: Point.Side, _ operations: [Operation], of process: TracedProcess) {
        self.name = name
        self.side = side
        self.operations = operations
        self.process = process
    }

    func counts(_ position: Int, namingResult: Bool) -> Bool {
        if side == .before { return true }
        return isLate ? namingResult : hasResults || !namingResult
    }

    /// Whether the operations are dumps, and which of them was interrupted.
    var isDump = true
    private(set) var interrupted: [Int] = []

    func interrupt(_ position: Int, _ fate: Action.DumpFate) -> Bool {
        if isDump { interrupted.append(position) }
        return isDump
    }

    func fail(_ position: Int, with errno: ErrorNumber, message: String?) { failed.append((position, errno, message)) }
}
