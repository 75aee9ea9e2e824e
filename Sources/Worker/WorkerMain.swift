import CLinux
import FoundationEssentials
import Glibc
import Host
import Kernel
import Model
import Observation

/// The life of a worker: a single thread that turns one job after another into records.
public enum WorkerMain {
    /// Serves jobs from `control` until it is closed.
    ///
    /// One line of JSON each way: a `JobLine` asks for the run of a job, a `JobReport` answers.
    ///
    /// - Parameters:
    ///   - control: A stream socket, whose other end is the manager's.
    ///   - life: The end of a pipe: hosts end when its other end is closed; nil where nobody holds one.
    ///   - cpu: The CPU that worker and hosts share; nil leaves them where they are.
    ///   - turn: A file, opened for this worker alone, whose lock says who of the workers on that CPU may let agents run; nil
    ///     where it is alone.
    ///   - sharers: How many workers are on that CPU.
    /// - Throws: `SystemError` when the worker cannot be made ready.
    public static func run(control: Int32, life: Int32? = nil, cpu: Int?, turn: Int32? = nil, sharers: Int = 1) throws {
        // Whoever kills the manager kills the workers, and by the same rule their hosts.
        try systemCall("prctl", stage: "PR_SET_PDEATHSIG") { cl_parent_death_signal(SIGKILL) }
        if let life { Host.endWithPipe(life) }
        HostBounds.sharers = UInt64(clamping: max(1, sharers))
        WorkerGroup.enter()
        if let cpu { try Placement.confine(to: [cpu]) }
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // In a container the settings may be shown read-only, those of namespaces that are ours too.
        try systemCall("mount", stage: "a /proc of its own") { cl_own_settings() }
        let namespace = try WorkerNamespace()
        let warmDrivers = WarmDrivers()
        let references = ReferenceFiles()
        let turn = CPUTurn(lock: turn)
        var lines = LineSocket(descriptor: Descriptor(owning: control))
        var former: Plan?
        while let line = try lines.next() {
            let report = answer(line, &former) { job in
                if let second = job.laterThan { waitForSecond(after: second) }
                try PlanRun(
                    job, inside: namespace, warmDrivers: warmDrivers, turn: turn, references: references
                ) { try talk($0, over: control) }.run()
            }
            var bytes = try JSONEncoder().encode(report)
            bytes.append(UInt8(ascii: "\n"))
            try lines.write(Array(bytes))
        }
    }

    /// Waits until the clock shows a later second than this one, since 1970; of a clock that is set back, only for as long as
    /// that takes otherwise.
    private static func waitForSecond(after second: Int) {
        let left = Double(second + 1) - Date().timeIntervalSince1970
        if left > 0 { usleep(UInt32(min(1, left) * 1_000_000) + 1000) }
    }

    /// Says where a run stands still, and waits for the answer; one that never comes ends it.
    private static func talk(_ report: PauseReport, over control: Int32) throws -> PauseAnswer {
        var bytes = try JSONEncoder().encode(PauseLine(report))
        bytes.append(UInt8(ascii: "\n"))
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(control, $0.baseAddress?.advanced(by: sent), $0.count - sent) }
            guard count > 0 else { return .end }
            sent += count
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(control, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return try JSONDecoder().decode(PauseAnswer.self, from: Data(line)) }
            line.append(byte)
        }
        return .end
    }

    /// Removes what workers that were killed left on the machine.
    public static func sweep(after workers: [Int32]) { Host.sweep(after: workers) }

    /// Runs the job of a line, and says what came of it.
    ///
    /// - Parameter former: The plan of the job before; nil where nobody knows it, as behind a line that could not be read.
    static func answer(_ line: [UInt8], _ former: inout Plan?, run: (Job) throws -> Void) -> JobReport {
        var folder = ""
        let kept = former
        former = nil
        do {
            guard let job = try JSONDecoder().decode(JobLine.self, from: Data(line)).job(after: kept) else {
                return JobReport(folder: folder, failure: "the plan of a job is missing")
            }
            former = job.plan
            folder = job.folder
            try run(job)
            return JobReport(folder: folder)
        } catch {
            return JobReport(folder: folder, failure: explained(error))
        }
    }
}

/// A stream of lines.
struct LineSocket: ~Copyable {
    private let descriptor: Descriptor
    private var buffer: [UInt8] = []

    init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Writes bytes that end with a line feed.
    func write(_ bytes: [UInt8]) throws { try descriptor.writeAll(bytes) }

    /// The next line without its line feed; nil at the end.
    mutating func next() throws -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeFirst(end + 1) }
                return Array(buffer[..<end])
            }
            let piece = try descriptor.read(upTo: 4096)
            if piece.isEmpty { return nil }
            buffer += piece
        }
    }
}
