import FoundationEssentials
import Glibc
import Kernel
import Model

/// The stack of a process that runs Python, by `py-spy dump --nonblocking`, which reads its memory and stops nobody.
struct PythonStack {
    private let pySpy: String

    init?(pySpy: String?) {
        guard let pySpy else { return nil }
        self.pySpy = pySpy
    }

    /// - Parameter held: The thread that is meant; nil for the one that waits for a program that it has started.
    func frames(of process: Int32, held: HeldThread?) -> [SourceFrame] {
        // What cannot be read is not known, and a report is good without it.
        guard let output = try? Output.of([pySpy, "dump", "--nonblocking", "--json", "--pid", "\(process)"]),
            // The same.
            let threads = try? JSONDecoder().decode([PythonThread].self, from: Data(output))
        else { return [] }
        return PythonThread.meant(threads, process: process, held: held)?.frames.map(\.source) ?? []
    }
}

/// One thread in the output of py-spy.
struct PythonThread: Decodable {
    struct Frame: Decodable {
        var name: String
        var filename: String
        var line: Int

        var source: SourceFrame { SourceFrame(file: filename, line: line, function: name) }
    }

    /// What pthread_self(3) returns in it.
    var thread_id: UInt64
    /// Its id as it is seen in its own pid namespace, which Python knows from 3.11 on.
    var os_thread_id: Int32?
    var frames: [Frame]

    /// The thread that is meant; where none is held, the one that waits for a program.
    static func meant(_ threads: [PythonThread], process: Int32, held: HeldThread?) -> PythonThread? {
        guard threads.count > 1 else { return threads.first }
        guard let held else {
            return threads.first { $0.frames.contains { $0.filename.hasSuffix("/subprocess.py") } }
                ?? threads.first { $0.os_thread_id == process } ?? threads.last
        }
        if let found = threads.first(where: { $0.thread_id == held.threadPointer }) { return found }
        // A thread that has ended is none of these.
        let inside = try? ProcessStatus.of(held.thread).namespacePIDs.last
        return threads.first { $0.os_thread_id != nil && $0.os_thread_id == inside }
    }
}

/// What a short program of this machine writes.
private enum Output {
    /// - Throws: `SystemError` where it cannot be started, or takes more than two seconds.
    static func of(_ argv: [String]) throws -> [UInt8] {
        let pipe = try Descriptor.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe.second.raw, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process: Int32 = 0
        let result = posix_spawn(&process, argv[0], &actions, nil, &arguments, environ)
        guard result == 0 else {
            throw SystemError(call: "posix_spawn", stage: argv[0], errno: .init(rawValue: result))
        }
        // Only its own copies are left, so its end closes the pipe.
        let writer = pipe.second.release()
        close(writer)
        defer {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        var bytes: [UInt8] = []
        let end = Monotonic.now() + .seconds(2)
        while true {
            let left = end - Monotonic.now()
            guard left > .zero, try !poll([PollItem(pipe.first.raw, .readable)], timeout: left).isEmpty else {
                throw SystemError(call: "poll", stage: argv[0], errno: .timedOut)
            }
            let piece = try pipe.first.read(upTo: 65536)
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }
}
