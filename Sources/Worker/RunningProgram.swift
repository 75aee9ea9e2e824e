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
    var step: Step
    /// What it writes to its standard output.
    let output: OutputCapture
    /// What it writes to its standard error.
    let errorOutput: OutputCapture
    /// Its first process, once that waits at its gate.
    var process: SpawnedProcess?
    /// How its first process ended.
    var end: ProcessEnd?
    /// Processes of it that signals killed.
    var deaths: [ProcessDeath] = []

    init(spawn: Int, agent: String, step: Step) throws {
        self.spawn = spawn
        self.agent = agent
        self.step = step
        output = try OutputCapture()
        errorOutput = try OutputCapture()
    }
}

extension PlanRun {
    /// Begins a program of an agent: traced from its first instruction, unless the job's agents are not.
    ///
    /// - Parameters:
    ///   - argv: The program and its arguments.
    ///   - further: What becomes its descriptors 3, 4 and so on; closed by the caller when `begun` was called.
    ///   - begun: Called when it runs, or with the reason why it cannot be begun by the harness.
    /// - Throws: when pid 1 cannot be asked.
    func begin(
        _ argv: [String], agent: String, environment: [String: String], directory: String, stdin: FileContent?,
        further: [Int32] = [], step: Step, begun: @escaping () -> Void = {}
    ) throws -> RunningProgram {
        spawns += 1
        let program = try RunningProgram(spawn: spawns, agent: agent, step: step)
        programs[program.spawn] = program
        // They stay in the loop: a child in the background may write later, and must not meet a closed pipe.
        loop.add(program.output)
        loop.add(program.errorOutput)
        let input = try PlanRun.input(stdin)
        var request = SpawnRequest(
            argv, environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
            directory: directory, filtered: job.traced,
            standard: (input.raw, program.output.end, program.errorOutput.end))
        request.further = further
        if job.traced, let zygote = warm[agent], further.count == 2 {
            try fork(
                zygote, request, as: program,
                refused: { [unowned self] in header.notes.append("\(agent) was started cold: \($0)") },
                begun: begun)
        } else {
            try spawn(request, as: program, begun: begun)
        }
        return program
    }

    private static func input(_ content: FileContent?) throws -> Descriptor {
        guard let content else { return try Descriptor.open("/dev/null") }
        let file = try Descriptor.memory(name: "stdin", content: content.bytes)
        // Opened anew, or it would be read from where we stopped writing.
        return try Descriptor.open("/proc/self/fd/\(file.raw)")
    }

    /// The living processes of a program.
    func processes(of program: RunningProgram) -> [TracedProcess] {
        interceptor.processes.filter { $0.spawn == program.spawn }
    }

    /// Ends every process of a program.
    func kill(_ program: RunningProgram) {
        for process in processes(of: program) { interceptor.kill(process, signal: SIGKILL) }
        guard !job.traced, program.end == nil else { return }
        do { try program.process?.send(signal: SIGKILL) } catch { problem = problem ?? "\(error)" }
    }

    /// Where the threads of a program are, before anybody is stopped.
    func stuck(_ program: RunningProgram) -> [String] {
        processes(of: program).flatMap { process in
            ((try? listThreads(of: process.id)) ?? []).map { thread in
                let call = (try? ThreadCall.of(thread)).map { "\($0)" } ?? "gone"
                let channel = (try? waitChannel(of: thread)) ?? ""
                return "\(process.lineagePath) thread \(thread): \(call) \(channel)"
            }
        }
    }
}
