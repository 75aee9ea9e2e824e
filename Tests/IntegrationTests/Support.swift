import Faults
import FoundationEssentials
import Glibc
import Kernel
import Model
import Testing

extension TimeLimitTrait.Duration {
    /// So many minutes of an idle machine of today; longer where `TOCSIN_PATIENCE` says so.
    static func patient(minutes: Double) -> Self { .minutes(Int(minutes * Patience.factor)) }
}

extension Trait where Self == ConditionTrait {
    /// Runs the test only where this process has what a host needs; it is reported as skipped elsewhere.
    static var needsHost: Self {
        .enabled(
            if: [.sysAdmin, .netAdmin, .sysPtrace].allSatisfy { Capabilities.has($0) },
            "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE")
    }
}

/// One command of an agent called `agent`, in a host with a namespace called `pod`.
func plan(_ argv: [String], timeout: Nanoseconds = 10_000_000_000, faults: [Fault] = []) -> Plan {
    var plan = Plan(scenario: "test.yaml", title: "test")
    plan.host.namespaces = ["pod"]
    plan.agents = ["agent": AgentSpecification()]
    plan.steps = [Step(name: "run", body: .run(command(argv, timeout: timeout)))]
    plan.faults = faults
    return plan
}

/// A command with the environment that every agent has.
func command(_ argv: [String], name: String = "run", timeout: Nanoseconds = 10_000_000_000) -> Command {
    Command(
        agent: "agent", name: name, argv: argv,
        environment: [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", "LANG": "C", "PYTHONDONTWRITEBYTECODE": "1",
        ],
        timeout: timeout)
}

/// A Python program; what it prints is its result.
func python(_ text: String) -> [String] { ["/usr/bin/python3", "-c", text] }

/// A shell program.
func shell(_ text: String) -> [String] { ["/bin/sh", "-c", text] }

/// A fault that stands before the n-th operation of a kind.
func before(_ operation: Phrase, nth: Int = 1, _ action: Phrase) -> Fault {
    Fault(name: "fault", point: Point(.before, operation, nth: .these([nth])), actions: [bound(action)])
}

/// A fault that stands after the first operation of a kind.
func after(_ operation: Phrase, _ action: Phrase) -> Fault {
    Fault(name: "fault", point: Point(.after, operation), actions: [bound(action)])
}

/// An action of the format.
func bound(_ phrase: Phrase) -> Action {
    do { return try Action(phrase) } catch { fatalError("\(phrase) is no action: \(error)") }
}

/// Runs a plan once, in a worker of its own.
func record(
    of plan: Plan, role: RunRole = .fault, pinned: Bool = false, stacks: Job.StackReading? = nil
) throws -> Record {
    let folder = "/tmp/tocsin-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var job = Job(plan: plan, role: role, folder: "\(folder)/record")
    job.stacks = stacks
    let report = try report(of: job, in: folder, pinned: pinned)
    if let failure = report.failure { throw WorkerFailure(description: failure) }
    return try RecordFolder(report.folder).read()
}

extension Record {
    /// The operations with this word.
    func operations(_ word: String) -> [Operation] { operations.filter { $0.phrase.word == word } }
    /// The only attempt of the only command.
    var attempt: Attempt? { header.outcomes.first?.attempts.first }
}
