import Glibc
import Host
import Kernel
import Model

@testable import Interception
@testable import Worker

/// Starts programs that do what the test says.
final class PlayStarter: ProgramStarter {
    /// A program that was started.
    struct Start {
        let request: SpawnRequest
        let program: RunningProgram
        let process: TracedProcess
        /// Our copies of the driver's ends: where it reads requests, and where it writes replies.
        var driver: (requests: Int32, replies: Int32)?
    }

    private let deeds: Deeds
    private let tracer: PlayTracer
    /// What each program does when it is started, by its first argument.
    var scripts: [String: (Start) throws -> Void] = [:]
    private(set) var starts: [Start] = []

    init(_ tracer: PlayTracer, _ deeds: Deeds) {
        self.tracer = tracer
        self.deeds = deeds
    }

    deinit { for case let ends? in starts.map(\.driver) { [ends.requests, ends.replies].forEach { close($0) } } }

    func start(_ request: SpawnRequest, as program: RunningProgram, begun: @escaping () -> Void) throws {
        let name = request.arguments[0]
        deeds.add("start \(request.arguments.joined(separator: " "))")
        let process = tracer.process(program.agent, spawn: program.spawn, program: name)
        var start = Start(request: request, program: program, process: process)
        if request.further.count == 2 { start.driver = (dup(request.further[0]), dup(request.further[1])) }
        starts.append(start)
        begun()
        try scripts[name]?(start)
    }
}

extension PlayStarter.Start {
    /// It writes to its standard output.
    func say(_ text: String) { put(text, request.standard.output) }
    /// A driver writes a line.
    func reply(_ line: String, end: String = "\n") { if let driver { put(line + end, driver.replies) } }

    private func put(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        if write(descriptor, bytes, bytes.count) != bytes.count { fatalError("a pipe of a play is full") }
    }
}

/// A record in memory, on a disk that may die.
final class MemoryStore: RecordStore {
    /// What the disk takes no more.
    var dead: Set<String> = []
    private(set) var log: [Operation] = []
    private(set) var states: [String: Snapshot] = [:]
    private(set) var header: RecordHeader?
    private(set) var isFinished = false

    /// What the disk says.
    struct DiskIsDead: Error, CustomStringConvertible {
        var description: String { "No space left on device" }
    }

    private func ask(_ part: String) throws { if dead.contains(part) { throw DiskIsDead() } }

    var operations: Int { log.count }

    func append(_ operation: Operation) throws {
        try ask("log")
        log.append(operation)
    }

    func keepPlace(of index: Int) throws { try ask("log") }

    func write(_ snapshot: Snapshot) throws -> String {
        try ask("states")
        states[snapshot.digest] = snapshot
        return snapshot.digest
    }

    func finish() throws {
        try ask("log")
        isFinished = true
    }

    func write(_ header: RecordHeader) throws {
        try ask("header")
        self.header = header
    }
}
