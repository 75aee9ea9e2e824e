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

    /// The longest line that is read, in bytes; whoever writes more breaks the protocol.
    private static let limit = 1 << 20
    /// How much of an error is kept, in bytes: it goes into each report.
    private static let errorLimit = 16 << 10

    let program: RunningProgram
    private let expectedVersion: String?
    private let pipes: DriverPipes
    private var buffer: [UInt8] = []
    private var isReady = false
    private var waiting: (request: String, answered: (Bool, String) -> Void)?
    private let fail: (String) -> Void

    /// - Parameters:
    ///   - program: The process, already asked for.
    ///   - fail: Told when the driver breaks the protocol: the run is then no evidence.
    init(
        program: RunningProgram, expectedVersion: String?, pipes: DriverPipes, fail: @escaping (String) -> Void
    ) {
        self.program = program
        self.expectedVersion = expectedVersion
        self.pipes = pipes
        self.fail = fail
    }

    /// Sends a request as soon as the driver is ready; `answered` gets its `ok` and `error`.
    func ask(_ request: DriverRequest, answered: @escaping (Bool, String) -> Void) throws {
        let name = String(decoding: try JSONEncoder().encode(request.name), as: UTF8.self)
        waiting = ("{\"request\": \(name), \"with\": \(request.with)}\n", answered)
        if isReady { try send() }
    }

    private func send() throws {
        guard let request = waiting?.request else { return }
        // What it has written by now cannot be meant for what it is asked now.
        try fill()
        guard buffer.isEmpty else { return fail(early) }
        // EPIPE: it has died, which its process tells.
        do { try pipes.requests.writeAll(Array(request.utf8)) } catch let error where error.errno == .brokenPipe {}
    }

    var descriptors: [PollItem] { program.end == nil ? [PollItem(pipes.replies.raw, .readable)] : [] }
    var deadline: Monotonic? { nil }

    func advance() throws {
        try fill()
        while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Data(buffer[..<end])
            buffer.removeFirst(end + 1)
            try take(line)
        }
        if buffer.count > DriverSession.limit {
            buffer = []
            fail("the driver of \(program.agent) wrote a line of more than \(DriverSession.limit) bytes")
        }
    }

    private var early: String {
        let line = buffer.firstIndex(of: UInt8(ascii: "\n")).map { Data(buffer[..<$0]) } ?? Data(buffer)
        return "the driver of \(program.agent) replied before it was asked: \(DriverSession.excerpt(line))"
    }

    /// Reads what it has written by now, but no more than a line may be long.
    private func fill() throws {
        while buffer.count <= DriverSession.limit {
            guard let piece = try next(), !piece.isEmpty else { return }
            buffer += piece
        }
    }

    private func next() throws -> [UInt8]? {
        do { return try pipes.replies.read(upTo: 4096) } catch  where error.errno == .resourceTemporarilyUnavailable {
            return nil
        }
    }

    /// What it wrote as it can be printed: the first 200 bytes, control characters as escapes.
    private static func excerpt(_ data: Data) -> String {
        let text = String(decoding: data.prefix(200), as: UTF8.self).unicodeScalars.map {
            $0.value < 0x20 || $0.value == 0x7f ? $0.escaped(asASCII: true) : String($0)
        }.joined()
        return data.count > 200 ? "\(text)… (\(data.count) bytes)" : text
    }

    /// The beginning of an error, and how long it was.
    private static func kept(_ error: String) -> String {
        guard error.utf8.count > errorLimit else { return error }
        return "\(String(decoding: error.utf8.prefix(errorLimit), as: UTF8.self))… (\(error.utf8.count) bytes)"
    }

    private func take(_ data: Data) throws {
        let line: Line
        do { line = try JSONDecoder().decode(Line.self, from: data) } catch {
            return fail("the driver of \(program.agent) wrote what is no reply: \(DriverSession.excerpt(data))")
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
            return fail("the driver of \(program.agent) replied to nothing: \(DriverSession.excerpt(data))")
        }
        waiting = nil
        asked.answered(ok, DriverSession.kept(line.error ?? ""))
    }
}

/// The two pipes of a driver: our ends, and its own, which we hold until it has them.
final class DriverPipes {
    let requests: Descriptor
    let replies: Descriptor
    let theirs: DriverEnds

    init() throws {
        let requests = try Descriptor.pipe()
        let replies = try Descriptor.pipe()
        try replies.first.setNonblocking(true)
        self.requests = try requests.second.duplicate()
        self.replies = try replies.first.duplicate()
        theirs = DriverEnds(try requests.first.duplicate(), try replies.second.duplicate())
    }
}

/// The driver's ends of its pipes.
final class DriverEnds {
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
