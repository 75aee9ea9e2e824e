import Campaign
import Model

/// A runner that makes records in memory, one job after another.
final class FakeRunner: Runner {
    /// The jobs in the order in which they were run.
    private(set) var jobs: [Job] = []
    /// The records by folder.
    private(set) var records: [String: Record] = [:]
    /// What references came to, by file.
    private(set) var kept: [String: Reference] = [:]
    private let behaviour: (Job) throws -> Behaviour

    /// What a run comes to.
    enum Behaviour {
        /// A record, changed by this.
        case record((inout RecordHeader) -> Void)
        /// No record.
        case failure(String)
    }

    init(_ behaviour: @escaping (Job) throws -> Behaviour = { _ in .record { _ in } }) { self.behaviour = behaviour }

    func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws {
        var waiting: [Job] = []
        while true {
            if waiting.isEmpty { waiting = more().reversed() }
            guard let job = waiting.popLast() else { break }
            self.jobs.append(job)
            var report = JobReport(folder: job.folder)
            switch try behaviour(job) {
            case .failure(let failure): report.failure = failure
            case .record(let change):
                var header = RecordHeader.whole(job)
                change(&header)
                records[job.folder] = Record(
                    header: header, snapshots: [Snapshot.empty.digest: .empty], operations: OperationLog([]))
            }
            waiting += finished(job, report).reversed()
        }
    }

    /// What was run, as `plan-0001/reference-1`.
    var names: [String] {
        jobs.map { job in
            job.folder.split(separator: "/").suffix(2).map { $0.hasPrefix("plan-") ? $0.prefix(9) : $0 }
                .joined(separator: "/")
        }
    }

    /// An archive in which its records are, and nothing is written.
    var archive: Archive {
        Archive(
            create: { _, _ in }, share: { _, _, _ in }, keep: { [self] in kept[$1] = $0 },
            read: { [self] folder in
                guard let record = records[folder] else { throw RecordError.truncated(folder) }
                return record
            })
    }
}

extension Snapshot {
    static let empty = Snapshot(facts: [])
}

extension RecordHeader {
    /// A run in which every step did what it should and every fault was delivered.
    static func whole(_ job: Job) -> RecordHeader {
        var header = RecordHeader(plan: job.plan, role: job.role, run: job.run)
        header.startSnapshot = Snapshot.empty.digest
        header.outcomes = job.plan.steps.map {
            StepOutcome(step: $0.id, attempts: [Attempt(end: .exited(0))], snapshot: Snapshot.empty.digest)
        }
        header.deliveries = job.plan.faults.map { fault in
            Delivery(
                fault: fault.name, key: "add.2 / ip / netns.name(demo) @ host # 1", operation: 1, step: "add.2",
                action: fault.actions.first ?? .kill(victims: .process), time: 5)
        }
        return header
    }

    /// The same with a namespace left at the end.
    mutating func leave(_ digest: String) {
        if let last = outcomes.indices.last { outcomes[last].snapshot = digest }
    }
}

extension Plan {
    /// `ip netns add` and `del`, twice, with a fault of that action at the naming.
    static func demo(_ action: Action? = nil, bindings: [String: String] = [:]) -> Plan {
        var plan = Plan(scenario: "Scenarios/demo.yaml", title: "demo")
        let commands = ["add", "del"].map { Command(agent: "ip", name: $0, argv: ["ip", "netns", $0, "demo"]) }
        plan.steps = (1...2).flatMap { occurrence in
            commands.map { Step(name: $0.name, occurrence: occurrence, siblings: 2, body: .run($0)) }
        }
        plan.bindings = bindings
        if let action {
            plan.faults = [
                Fault(name: "fault-1", point: Point(.before, Phrase("netns.name", "demo")), actions: [action])
            ]
        }
        return plan
    }

    static var killed: Plan { demo(.kill(victims: .process)) }
    static var deleted: Plan { demo(.netnsDelete(name: "demo")) }
}
