import FoundationEssentials
import Glibc
import Kernel
import Model

/// A driver that runs: one process, which answers one request after another.
///
/// Requests go to its descriptor 3, replies come from 4, one JSON object a line (docs/driver.md).
final class DriverSession: EventSource {
    /// One line that the driver writes.
    private struct Line: Decodable {
        var ready: Bool?
        var version: String?
        var ok: Bool?
        var error: String?
    }

    let program: RunningProgram
    private let expectedVersion: String?
    private let requests: Descriptor
    private let replies: Descriptor
    private var buffer: [UInt8] = []
    private var isReady = false
    private var waiting: (request: String, answered: (Bool, String) -> Void)?
    private let fail: (String) -> Void

    /// - Parameters:
    ///   - program: The process, already asked for.
    ///   - fail: Told when the driver breaks the protocol: the run is then no evidence.
    init(
        program: RunningProgram, expectedVersion: String?, requests: consuming Descriptor,
        replies: consuming Descriptor, fail: @escaping (String) -> Void
    ) {
        self.program = program
        self.expectedVersion = expectedVersion
        self.requests = requests
        self.replies = replies
        self.fail = fail
    }

    /// Sends a request as soon as the driver is ready; `answered` gets its `ok` and `error`.
    func ask(_ request: DriverRequest, answered: @escaping (Bool, String) -> Void) throws {
        let name = String(decoding: try JSONEncoder().encode(request.name), as: UTF8.self)
        waiting = ("{\"request\": \(name), \"with\": \(request.with)}\n", answered)
        if isReady { try send() }
    }

    private func send() throws {
        guard let waiting else { return }
        // EPIPE: it has died, which its process tells.
        do { try requests.writeAll(Array(waiting.request.utf8)) } catch let error where error.errno == .brokenPipe {}
    }

    var descriptors: [PollItem] { program.end == nil ? [PollItem(replies.raw, .readable)] : [] }
    var deadline: Monotonic? { nil }

    func advance() throws {
        while let piece = try next(), !piece.isEmpty { buffer += piece }
        while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Data(buffer[..<end])
            buffer.removeFirst(end + 1)
            try take(line)
        }
    }

    private func next() throws -> [UInt8]? {
        do { return try replies.read(upTo: 4096) } catch let error where error.errno == .resourceTemporarilyUnavailable
        {
            return nil
        }
    }

    private func take(_ data: Data) throws {
        let line: Line
        do { line = try JSONDecoder().decode(Line.self, from: data) } catch {
            return fail(
                "the driver of \(program.agent) wrote what is no reply: \(String(decoding: data, as: UTF8.self))")
        }
        if !isReady {
            guard line.ready == true else {
                return fail("the driver of \(program.agent) did not begin with {\"ready\": true}")
            }
            if let expectedVersion, let version = line.version, version != expectedVersion {
                return fail(
                    "the driver of \(program.agent) is version \(version), the scenario says \(expectedVersion)")
            }
            isReady = true
            return try send()
        }
        guard let ok = line.ok, let asked = waiting else {
            return fail("the driver of \(program.agent) replied to nothing: \(String(decoding: data, as: UTF8.self))")
        }
        waiting = nil
        asked.answered(ok, line.error ?? "")
    }
}

/// A command that is a request to the agent's driver.
///
/// `{"ok": true}` counts as exit 0, `{"ok": false}` as exit 1 with the error as standard error; a driver that dies
/// ends it as a process ends.
final class RequestExecution: Execution {
    private var reply: (ok: Bool, error: String)?
    /// How much the driver had written before.
    private var marks = (output: 0, errorOutput: 0)

    override var isOver: Bool { reply != nil || super.isOver }

    override var end: ProcessEnd { reply.map { .exited($0.ok ? 0 : 1) } ?? super.end }

    override func start() throws {
        guard let request = command.request else { return }
        let session = try run.driver(of: command.agent, step: step)
        session.program.step = step
        program = session.program
        try session.program.output.advance()
        try session.program.errorOutput.advance()
        marks = (session.program.output.bytes.count, session.program.errorOutput.bytes.count)
        session.program.deaths = []
        try session.ask(request) { [unowned self] ok, error in reply = (ok, error) }
    }

    override func written() throws -> (String, String) {
        guard let program else { return ("", "") }
        try program.output.advance()
        try program.errorOutput.advance()
        // What a driver writes is its log: standard error of the command is the error alone.
        return (
            program.output.text(after: marks.output) + program.errorOutput.text(after: marks.errorOutput),
            reply?.error ?? ""
        )
    }
}

extension PlanRun {
    /// The driver of an agent: begun by its first request, and again by the next after it died.
    func driver(of agent: String, step: Step) throws -> DriverSession {
        if let session = drivers[agent], session.program.end == nil { return session }
        guard let specification = job.plan.agents[agent], case .driver(let argv) = specification.kind else {
            throw RunProblem(description: "agent \(agent) has no driver")
        }
        let requests = try Descriptor.pipe()
        let replies = try Descriptor.pipe()
        try replies.first.setNonblocking(true)
        let theirs = DriverEnds(try requests.first.duplicate(), try replies.second.duplicate())
        let program = try begin(
            argv, agent: agent, environment: specification.environment, directory: specification.directory, stdin: nil,
            further: theirs.numbers, step: step, begun: { theirs.close() })
        let session = DriverSession(
            program: program, expectedVersion: specification.version, requests: try requests.second.duplicate(),
            replies: try replies.first.duplicate(), fail: { [unowned self] in problem = problem ?? $0 })
        if let former = drivers.updateValue(session, forKey: agent) { loop.remove(former) }
        loop.add(session)
        return session
    }
}

/// The driver's ends of its pipes, which we hold until it has them.
private final class DriverEnds {
    private(set) var numbers: [Int32]

    init(_ requests: consuming Descriptor, _ replies: consuming Descriptor) {
        numbers = [requests.release(), replies.release()]
    }

    deinit { close() }

    func close() {
        numbers.forEach { Glibc.close($0) }
        numbers = []
    }
}
