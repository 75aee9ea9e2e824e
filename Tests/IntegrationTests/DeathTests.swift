import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

@testable import tocsin

/// Whoever of ours is killed, at whatever moment, nothing stays on the machine, and no other plan suffers.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 3))) struct DeathTests {
    /// Who is killed.
    enum Victim: String, CaseIterable, Sendable {
        case tocsin
        case worker
        case pid1
    }

    @Test func twentyKillsAtRandomMomentsLeaveNothing() throws {
        var generator = SystemRandomNumberGenerator()
        let before = try Machine.now()
        for round in 0..<20 {
            let victim = Victim.allCases[round % Victim.allCases.count]
            let run = try Campaign(scenario: Campaign.slow)
            let patience = Monotonic.now() + .seconds(10).patient
            while run.find(victim) == nil, Monotonic.now() < patience { usleep(500) }
            usleep(UInt32.random(in: 0..<60_000, using: &generator))
            let spaces = run.spaces
            if let process = run.find(victim) { kill(process, SIGKILL) }
            let status = try run.end()
            // Those of other tests, which run at the same time, do not count.
            let left = try Machine.left(before) { process in
                run.owns(process) || readLink("/proc/\(process)/ns/pid").map(spaces.contains) ?? false
            }
            #expect(left == nil, "\(left ?? "") after killing \(victim) in round \(round)")
            if victim == .tocsin { #expect(status == nil) }
        }
    }

    /// The worker reads a path out of a page that only the server of a file system can fill, which waits for the worker: it
    /// sleeps where no signal wakes it.
    @Test(
        .needsCompiler, .enabled(if: access("/dev/fuse", R_OK | W_OK) == 0, "needs /dev/fuse"),
        arguments: [SIGTERM, SIGKILL])
    func aFileSystemThatAnAgentServesKeepsNobody(signal: Int32) throws {
        let before = try Machine.now()
        let run = try Campaign(
            scenario: """
                tocsin: 1
                title: a path in a file that the agent serves
                agents: { a: { commands: { go: { run: [\(try TestProgram.built("served")), map] } } } }
                steps: [ { run: go } ]
                """, "--jobs", "1")
        let patience = Monotonic.now() + .seconds(20).patient
        func waits() throws -> Bool { try run.find(.worker).map(waitChannel) == "request_wait_answer" }
        while try !waits(), Monotonic.now() < patience { usleep(1000) }
        #expect(try waits())
        let spaces = run.spaces
        let began = Monotonic.now()
        kill(try #require(run.find(.tocsin)), signal)
        #expect(try run.end() == (signal == SIGTERM ? 143 : nil))
        #expect(Monotonic.now() - began < .seconds(8).patient)
        let left = try Machine.left(before) { process in
            run.owns(process) || readLink("/proc/\(process)/ns/pid").map(spaces.contains) ?? false
        }
        #expect(left == nil)
        if signal == SIGTERM { #expect(run.output.contains("the same command runs all of them anew")) }
    }

    /// Whoever does that, an administrator say, has nothing to do with the agent.
    @Test(arguments: [SIGSEGV, SIGSTOP, SIGTERM])
    func aSignalFromOutsideOfTheHostIsNoFinding(signal: Int32) throws {
        let run = try Campaign(scenario: Campaign.twoPlans)
        let patience = Monotonic.now() + .seconds(20).patient
        var agent: Int32?
        while agent == nil, Monotonic.now() < patience {
            agent = run.process("sleep", "2")
            usleep(1000)
        }
        kill(try #require(agent), signal)
        #expect(try run.end() == 3, "\(run.output)")
        #expect(run.output.contains("a process outside of the host sent \(Signal(signal).name) to sleep"))
        #expect(run.output.contains("1 pass") && run.output.contains("1 error"))
    }

    @Test func aDeadWorkerIsTheErrorOfOnePlan() throws {
        let run = try Campaign(scenario: Campaign.twoPlans)
        let patience = Monotonic.now() + .seconds(10).patient
        var killed = false
        while !killed, Monotonic.now() < patience {
            if let process = run.process("sleep", "2"), let worker = run.worker(of: process) {
                kill(worker, SIGKILL)
                killed = true
            }
            usleep(1000)
        }
        #expect(killed)
        let status = try run.end()
        #expect(status == 3)
        #expect(run.output.contains("the worker died by signal 9"))
        #expect(run.output.contains("1 pass"))
        #expect(run.output.contains("1 error"))
    }
}

/// What must be as it was.
struct Machine: Equatable {
    var mounts: [String]
    var links: [String]
    var names: [String]

    static func now() throws -> Machine {
        Machine(
            mounts: try readFile("/proc/self/mountinfo").split(separator: "\n").map(String.init),
            links: try listDirectory("/sys/class/net").sorted(),
            names: ((try? listDirectory("/run/netns")) ?? []).sorted())
    }

    /// What is not as it was after ten seconds, nil where all is: deaths take their time.
    static func left(_ before: Machine, isOurs: (Int32) -> Bool = { _ in false }) throws -> String? {
        let patience = Monotonic.now() + .seconds(10).patient
        var left = ""
        while Monotonic.now() < patience {
            let alive = try listProcesses().filter(isOurs)
            let now = try Machine.now()
            if alive.isEmpty, now == before { return nil }
            left = alive.isEmpty ? "\(now) is not \(before)" : "processes \(alive) are left"
            usleep(2000)
        }
        return left
    }
}

/// `tocsin run` of a scenario, as somebody types it.
final class Campaign {
    private let folder = "/tmp/tocsin-death-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    private let id: pid_t
    private(set) var output = ""

    static let slow = """
        tocsin: 1
        title: takes its time
        agents: { sh: { commands: { go: { run: [sh, -c, "for i in 1 2 3; do ip netns add n$i; ip netns del n$i; done"] } } } }
        steps: [ { run: go }, { run: go } ]
        faults: [ { before: { netns.name: n2 }, do: { kill: process } } ]
        """

    static let twoPlans = """
        tocsin: 1
        title: one of the two plans sleeps
        matrix: { nap: [0, 2] }
        agents: { sh: { commands: { go: { run: [sleep, $(nap)] } } } }
        steps: [ { run: go } ]
        """

    init(scenario: String, _ options: String...) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(scenario.utf8).write(to: URL(filePath: "\(folder)/scenario.yaml"))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/output", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = [try builtProgram(), "run", "\(folder)/scenario.yaml", "--results", "\(folder)/results"] + options
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { word in strdup(word) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child: pid_t = 0
        let variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TOCSIN_TEST_MARK=\(folder)"]
        let environment: [UnsafeMutablePointer<CChar>?] = variables.map { text in strdup(text) } + [nil]
        defer { environment.forEach { free($0) } }
        let result = posix_spawn(&child, words[0], &actions, nil, arguments, environment)
        guard result == 0 else { throw WorkerFailure(description: "posix_spawn: \(result)") }
        id = child
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Waits for its end: its exit status, nil where a signal ended it.
    func end() throws -> Int32? {
        let status = try waitBlocking(for: id).status
        output = (try? readFile("\(folder)/output")) ?? ""
        if case .exited(let code) = status { return code }
        return nil
    }

    func find(_ victim: DeathTests.Victim) -> Int32? {
        switch victim {
        case .tocsin: id
        case .worker: children(of: id).first
        case .pid1: children(of: id).flatMap { children(of: $0) }.first { isPid1($0) }
        }
    }

    /// Whether a process is of this campaign: `tocsin`, a worker, or pid 1 of a host, which all have its environment.
    func owns(_ process: Int32) -> Bool {
        (try? readFile("/proc/\(process)/environ").contains(folder)) ?? false
    }

    /// The pid namespaces that it has made and that live.
    var spaces: Set<String> {
        let own = readLink("/proc/self/ns/pid")
        return Set(descendants(of: id).compactMap { readLink("/proc/\($0)/ns/pid") }.filter { $0 != own })
    }

    /// A process below ours that runs this command.
    func process(_ command: String...) -> Int32? {
        descendants(of: id).first { (try? commandLine(of: $0)) == command }
    }

    /// The worker above a process.
    func worker(of process: Int32) -> Int32? {
        children(of: id).first { descendants(of: $0).contains(process) }
    }

    private func isPid1(_ process: Int32) -> Bool {
        guard let status = try? ProcessStatus.of(process) else { return false }
        return status.namespacePIDs.count > 1 && status.namespacePIDs.last == 1
    }

    private func descendants(of process: Int32) -> [Int32] {
        children(of: process).flatMap { [$0] + descendants(of: $0) }
    }

    private func children(of process: Int32) -> [Int32] {
        ((try? listThreads(of: process)) ?? []).flatMap { thread in
            ((try? readFile("/proc/\(process)/task/\(thread)/children")) ?? "").split(separator: " ").compactMap {
                Int32($0)
            }
        }
    }
}
