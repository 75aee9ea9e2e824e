import FoundationEssentials
import Glibc
import Kernel
import Model
import Worker

/// One worker: its process, its end of the socket, and the job that it has.
final class WorkerProcess {
    /// What came of asking for its answer.
    enum Answer {
        /// It ended its job.
        case report(JobReport)
        /// Its run stands still, and waits to be told to go on.
        case pause(PauseReport)
        /// It died; how.
        case dead(String)
    }

    /// Its process id, which cannot be another's: it is not reaped before this object says so.
    let process: Int32
    private let handle: ProcessDescriptor
    private let socket: Descriptor
    /// Its hosts end when this is closed, be it by our own death, and also where the worker cannot end.
    private var life: Descriptor?
    private let log: String
    private var received: [UInt8] = []
    private var end: String?
    /// The job that it has.
    private(set) var job: Job?
    /// The plan of the job that it had last, which it keeps.
    private var plan: Plan?
    /// When its job should have ended.
    private(set) var deadline = Monotonic(nanoseconds: .max)
    /// How many jobs it was given.
    private(set) var jobs = 0

    /// Starts a worker by executing this program again.
    ///
    /// - Parameters:
    ///   - executable: What to execute: `/proc/self/exe`.
    ///   - cpu: The CPU on which it and its hosts run; nil for all.
    ///   - turn: The turn on that CPU, where other workers are there too.
    ///   - log: Where its standard error goes, added to.
    /// - Throws: `SystemError` of the call that failed.
    init(executable: String, cpu: Int?, turn: SharedTurn? = nil, log: String) throws {
        self.log = log
        var ends: [Int32] = [-1, -1]
        // Sockets, not a pipe: a closed end is seen at once on both sides.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw SystemError(call: "socketpair", stage: "worker", errno: .init(rawValue: errno))
        }
        socket = Descriptor(owning: ends[0])
        let other = Descriptor(owning: ends[1])
        // A plan may be larger than what the socket holds.
        var limit = timeval(tv_sec: Int(Duration.seconds(30).patient.components.seconds), tv_usec: 0)
        setsockopt(socket.raw, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // Numbers that stand in nobody's way in the new process.
        let control = try Self.aside(other)
        let pipe = try Descriptor.pipe()
        let end = try Self.aside(pipe.first)
        life = .some(pipe.second)
        let words = ["tocsin", "__worker"] + (cpu.map { ["--cpu", String($0)] } ?? [])
        let handed = [(control.raw, WorkerCommand.control), (end.raw, WorkerCommand.life)]
        if let turn {
            let lock = try Self.aside(try turn.opened())
            process = try Spawn.run(
                executable, words + ["--sharers", String(turn.sharers)],
                handed: handed + [(lock.raw, WorkerCommand.turn)], log: log)
        } else {
            process = try Spawn.run(executable, words, handed: handed, log: log)
        }
        do { handle = try ProcessDescriptor(process) } catch {
            // Nobody else knows of it.
            _ = Glibc.kill(process, SIGKILL)
            _ = try? waitBlocking(for: process)  // the first error says more
            WorkerMain.sweep(after: [process])
            throw error
        }
    }

    private static func aside(_ descriptor: borrowing Descriptor) throws -> Descriptor {
        let number = fcntl(descriptor.raw, F_DUPFD_CLOEXEC, WorkerCommand.turn + 1)
        guard number >= 0 else {
            throw SystemError(call: "fcntl", stage: "worker", errno: .init(rawValue: errno))
        }
        return Descriptor(owning: number)
    }

    /// What to poll on: its answers, and its end.
    ///
    /// Its end is not read off the socket alone, for a process that it left behind may hold the other end.
    var items: [PollItem] { [PollItem(socket.raw, .readable), PollItem(handle.descriptor.raw, .readable)] }

    /// Whether one of these descriptors is its own.
    func owns(_ item: PollItem) -> Bool { items.contains { $0.descriptor == item.descriptor } }

    /// Gives it a job.
    ///
    /// - Throws: what making the record's folder and sending throw; a dead worker is no error here, its end is seen by polling.
    func give(_ job: Job, guardTime: Duration) throws {
        try Files.makeFolder(job.folder)
        var line = try JSONEncoder().encode(JobLine(job, after: plan))
        line.append(UInt8(ascii: "\n"))
        self.job = job
        plan = job.plan
        jobs += 1
        deadline = .now() + guardTime
        var sent = 0
        while sent < line.count {
            let count = line.withUnsafeBytes {
                send(socket.raw, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EPIPE, ECONNRESET: return
            // Whoever does not read in that time never will.
            case EAGAIN: return kill(SIGKILL)
            default: throw SystemError(call: "send", stage: "job to worker \(process)", errno: .init(rawValue: errno))
            }
        }
    }

    /// What it says, after one of its descriptors had something to tell; nil when that was half a line.
    func answer() throws -> Answer? {
        try receive()
        if let line = takeLine() {
            // A line that is none is a report.
            if let pause = try? JSONDecoder().decode(PauseLine.self, from: Data(line)).pause { return .pause(pause) }
            job = nil
            deadline = Monotonic(nanoseconds: .max)
            do {
                return .report(try JSONDecoder().decode(JobReport.self, from: Data(line)))
            } catch {
                kill(SIGKILL)
                return .dead("the worker answered what is no report: \(String(decoding: line, as: UTF8.self))")
            }
        }
        return try ended().map { .dead("the worker died by \($0)\(lastWords)") }
    }

    /// Tells its run, which stands still, what to do.
    ///
    /// - Parameter guardTime: How long it may then take.
    func tell(_ answer: PauseAnswer, guardTime: Duration) throws {
        var line = try JSONEncoder().encode(answer)
        line.append(UInt8(ascii: "\n"))
        deadline = .now() + guardTime
        // A dead worker is no error here: its end is seen by polling.
        _ = line.withUnsafeBytes { send(socket.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// How it ended, nil while it lives.
    func ended() throws -> String? {
        if end == nil, let result = try Kernel.wait(for: process) {
            switch result.status {
            case .exited(let code): end = "exit \(code)"
            case .killed(let signal, _): end = "signal \(signal)"
            case .stopped, .continued: break
            }
        }
        return end
    }

    /// Sends a signal, to nobody when it has ended; SIGKILL ends its hosts too.
    ///
    /// A worker that waits for a file system which a process of its host serves dies only with that process.
    func kill(_ signal: Int32) {
        guard end == nil else { return }
        if signal == SIGKILL { life = nil }
        _ = Glibc.kill(process, signal)
    }

    /// Kills whatever it has below itself: where pid 1 of a host hangs too, nothing else ends them.
    ///
    /// - Returns: The processes that were found.
    @discardableResult func killAllBelow() -> [Int32] {
        let found = descendants(of: process)
        for process in found { _ = Glibc.kill(process, SIGKILL) }
        return found
    }

    /// Tells it that there are no more jobs: it ends by itself.
    func dismiss() { _ = shutdown(socket.raw, Int32(SHUT_WR)) }

    private func receive() throws {
        var space = [UInt8](repeating: 0, count: 4096)
        while true {
            let got = recv(socket.raw, &space, space.count, Int32(MSG_DONTWAIT))
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { return }
            received += space[..<got]
        }
    }

    private func takeLine() -> ArraySlice<UInt8>? {
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { received.removeFirst(end + 1) }
        return received[..<end]
    }

    /// The last line that it wrote to its log, for the message.
    private var lastWords: String {
        // Without a log there are none to tell.
        guard let text = try? readFile(log), let last = text.split(separator: "\n").last
        else { return "" }
        return "; its last words: \(last)"
    }
}
