import CLinux
import FoundationEssentials
import Glibc
import Host
import Kernel

/// One line that a driver writes to its worker.
struct WarmAnswer: Decodable {
    /// It has imported everything; `version` is the agent's.
    var ready: Bool?
    var version: String?
    /// It has forked: the child as it sees it.
    var pid: Int32?
    /// The child that it has reaped; a driver may leave it unsaid.
    var exited: Int32?
    /// It cannot.
    var error: String?
}

/// A driver's process, the socket to it, and what it writes, up to the line that says that it is ready.
final class WarmStart {
    let process: Int32
    let socket: Descriptor
    private let handle: ProcessDescriptor
    private let log: Descriptor

    /// Starts the program: descriptors 0 to 2 and its socket, and nothing else that is ours.
    init(_ argv: [String], environment: [String: String], directory: String, held: Set<Capability>) throws {
        let log = try Descriptor.memory(name: "warm-driver.log")
        guard let program = argv.first.flatMap({ WarmStart.find($0, path: environment["PATH"]) }) else {
            throw WarmDriverError.notStarted("\(argv.first ?? "(no program)"): not found")
        }
        var numbers: [Int32] = [-1, -1]
        try systemCall("socketpair", stage: "warm driver") { cl_stream_pair(&numbers) }
        socket = Descriptor(owning: numbers[0])
        let theirs = Descriptor(owning: numbers[1])
        let input = try Descriptor.open("/dev/null")
        var variables = environment
        variables[WarmDriver.variable] = String(WarmDriver.socketNumber)
        var pidfd: Int32 = -1
        let result = WarmStart.withStrings(argv) { arguments in
            WarmStart.withStrings(variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { variables in
                program.withCString { path in
                    directory.withCString { directory in
                        var plain = cl_program(
                            path: path, arguments: arguments, variables: variables, directory: directory,
                            input: input.raw, output: log.raw, socket: theirs.raw,
                            socket_number: WarmDriver.socketNumber,
                            dropped: held.reduce(0) { $0 | 1 << UInt64($1.number) }, score: Host.scoreOfPrograms)
                        return cl_start_program(&plain, &pidfd)
                    }
                }
            }
        }
        do { process = try systemCall("execve", stage: program) { result } } catch {
            throw WarmDriverError.notStarted("\(error)")
        }
        handle = ProcessDescriptor(owning: Descriptor(owning: pidfd))
        self.log = log
    }

    /// Waits for its first line; what came after that stays in `buffer`.
    func awaitReady(_ timeout: Duration, _ buffer: inout [UInt8]) throws -> WarmAnswer {
        let end = Monotonic.now() + timeout
        while true {
            while let piece = try receive() {
                if piece.isEmpty { throw ended() }
                buffer += piece
            }
            if let last = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<last])
                buffer.removeFirst(last + 1)
                // What is no answer is said to be none.
                guard let answer = try? JSONDecoder().decode(WarmAnswer.self, from: Data(line)), answer.ready == true
                else {
                    let text = String(decoding: line, as: UTF8.self)
                    throw WarmDriverError.misbehaved("did not begin with {\"ready\": true}: \(text)")
                }
                return answer
            }
            let left = end - Monotonic.now()
            guard left > .zero else { throw WarmDriverError.notReady(within: timeout, log: lastWords) }
            // A child that it left behind may hold its socket: its end is seen by itself.
            let end = PollItem(handle.descriptor.raw, .readable)
            let told = try poll([PollItem(socket.raw, .readable), end], timeout: left)
            if told.map(\.descriptor) == [end.descriptor] { throw ended() }
        }
    }

    // It has ended by itself.
    func kill() { try? handle.send(signal: SIGKILL) }

    /// Kills it and waits for its end.
    func end() {
        kill()
        // A stop that came before the kill may be told first; none at all means that somebody else heard of its end.
        while let result = try? waitBlocking(for: process), !result.status.isEnd {}
    }

    /// The last line that it wrote to its standard output or error.
    var lastWords: String {
        var file = cl_file_id()
        guard cl_fstat(log.raw, &file) == 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let offset = max(0, Int64(file.size) - Int64(bytes.count))
        let count = bytes.withUnsafeMutableBytes { space in
            space.baseAddress.map { cl_pread(log.raw, $0, space.count, offset) } ?? 0
        }
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").last.map(String.init) ?? ""
    }

    private func ended() -> WarmDriverError { .ended("ended before it was ready", log: lastWords) }

    /// What has arrived: nil for nothing yet, empty at the end.
    func receive() throws -> [UInt8]? {
        var space = [UInt8](repeating: 0, count: 4096)
        let count = space.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { cl_receive(socket.raw, $0, bytes.count, CL_MSG_DONTWAIT) } ?? 0
        }
        if count == -Int(EAGAIN) || count == -Int(EINTR) { return nil }
        if count == -Int(ECONNRESET) { return [] }
        try systemCall("recv", stage: "warm driver") { count }
        return Array(space.prefix(count))
    }

    private static func find(_ name: String, path: String?) -> String? {
        if name.contains("/") { return name }
        let folders = (path ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Lends texts as the vector that execve(2) takes.
    private static func withStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let vector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        defer { vector.deallocate() }
        for (position, text) in texts.enumerated() { (vector + position).initialize(to: strdup(text)) }
        (vector + texts.count).initialize(to: nil)
        defer { for position in texts.indices { free(vector[position]) } }
        return body(vector)
    }
}
