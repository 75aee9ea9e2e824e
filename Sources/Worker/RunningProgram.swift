import Glibc
import Host
import Interception
import Kernel
import Model

/// A program that was begun in the host: a command, a driver or a service, with what it writes and what became of it.
final class RunningProgram {
    /// The number by which its processes are told from those of others.
    let spawn: Int
    /// The agent.
    let agent: String
    /// The step to which its operations belong now.
    var step: Step { didSet { operationStep = RunningProgram.operationStep(step) } }
    /// The id of that step; nil for a service, which does what it does while other steps run.
    private(set) var operationStep: String?
    /// What it writes to its standard output.
    let output: OutputCapture
    /// What it writes to its standard error.
    let errorOutput: OutputCapture
    /// Its first process, once that waits at its gate.
    var process: (any StartedProcess)?
    /// The other end of its standard input, where that stays open while it runs.
    var input: Descriptor?
    /// How its first process ended.
    private(set) var end: ProcessEnd?
    /// Processes of it that signals killed.
    var deaths: [ProcessDeath] = []
    /// Whether a fault, or the end of a step's time, ended its first process.
    private(set) var isEndedByTocsin = false
    /// How much of what it writes is in the record as a command's words, or was looked at for tracebacks.
    private var told = (output: 0, errorOutput: 0)
    /// Whether the record says already that it ended, or it was asked to.
    var isEndKnown = false

    /// - Parameters:
    ///   - patterns: What will be looked for in its output.
    ///   - now: Tells the time, since the record began.
    init(
        spawn: Int, agent: String, step: Step, patterns: Set<LogPattern> = [], now: @escaping () -> Nanoseconds = { 0 }
    ) throws {
        self.spawn = spawn
        self.agent = agent
        self.step = step
        operationStep = RunningProgram.operationStep(step)
        output = try OutputCapture(patterns: patterns, now: now)
        errorOutput = try OutputCapture(patterns: patterns, now: now)
    }

    private static func operationStep(_ step: Step) -> String? {
        if case .start = step.body { nil } else { step.id }
    }

    /// Its first process has ended; where its program never began, that is how.
    ///
    /// - Throws: where it cannot be told whether the program began: 127 might be its own status, or that of the start.
    func ended(_ end: ProcessEnd) throws {
        self.end = end
        input = nil
        if case .failed(let error)? = try process?.execState() { self.end = .notStarted("\(error)") }
    }

    /// Its first process is gone: says whether a fault, or the end of a step's time, was the reason.
    ///
    /// Of a signal that tells it to do something it need not end, least of all by another one or with a failure.
    func noteEnd(killedByTocsin: Bool, sent: Set<Int32>, status: Int32, signal: Int32?) {
        if killedByTocsin {
            isEndedByTocsin = true
        } else if let signal {
            isEndedByTocsin = sent.contains(signal)
        } else {
            // A stop is none of these: calls of whoever is continued fail with EINTR, handler or not (signal(7)).
            let tells: Set<Int32> = [SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH]
            isEndedByTocsin = !sent.isEmpty && (status == 0 || !sent.isSubset(of: tells))
        }
    }

    /// What it wrote so far is in the record.
    func tell() { told = (output.written, errorOutput.written) }

    /// The traceback that it wrote since that; nil where it wrote none.
    ///
    /// - Throws: when what it wrote cannot be read.
    func newTraceback() throws -> LateTraceback? {
        try output.advance()
        try errorOutput.advance()
        guard output.written > told.output || errorOutput.written > told.errorOutput else { return nil }
        let texts = [output.text(after: told.output), errorOutput.text(after: told.errorOutput)]
        tell()
        for text in texts {
            guard let line = LateTraceback.lastLine(of: text) else { continue }
            return LateTraceback(
                agent: agent, line: String(line), said: text.split(separator: "\n").suffix(8).map(String.init))
        }
        return nil
    }

    /// It has what it was given, or never will.
    func closeGiven() {
        output.closeWriter()
        errorOutput.closeWriter()
    }
}

/// The first process of a program, as it waits at its gate and runs on.
protocol StartedProcess: AnyObject {
    /// The process, as the worker sees it.
    var pid: Int32 { get }
    /// Lets it go on to its program.
    func go() throws
    /// Sends it a signal.
    func send(signal: Int32) throws
    /// Whether its program began.
    func execState() throws -> ExecState
}

extension SpawnedProcess: StartedProcess {}
