import Faults
import FoundationEssentials
import Glibc
import Host
import Interception
import Kernel
import Model
import Observation

/// One run of one plan in one host: the story is told step by step, and everything is written into the record.
final class PlanRun {
    let job: Job
    let folder: RecordFolder
    let began = Monotonic.now()
    var header: RecordHeader
    let log: OperationLogWriter
    let host: Host
    let registry: NamespaceRegistry
    let directory: Directory
    let interceptor: Interceptor
    let loop: EventLoop
    let snapshotter: Snapshotter
    var placement: FaultPlacement
    var step: Step
    /// What has been asked of the kernel or the world and is not done.
    var deliveriesUnderWay: [FaultDelivery] = []
    /// Failures that the agent has not read, by the index of their operation.
    var unreadFailures: [Int: Delivery] = [:]
    /// The commands that run, by the number of their spawn.
    var commands: [Int: RunningCommand] = [:]
    var spawns = 0
    /// Lives as long as our last look holds on to namespaces.
    private var canary: Canary?
    /// Why the run is no evidence.
    var problem: String?

    /// Makes the host, its topology and the tracer.
    ///
    /// - Throws: what building the host throws; nothing of it is then left.
    init(_ job: Job, home: Home) throws {
        self.job = job
        folder = RecordFolder(job.folder)
        try folder.create()
        log = try OperationLogWriter(path: folder.operationsPath)
        header = RecordHeader(plan: job.plan, role: job.role, run: job.run)
        header.versions = ["tocsin": Version.current, "kernel": Version.kernel]
        header.cpus = job.pinned ? "one" : "all"
        header.began = Date().timeIntervalSince1970
        placement = FaultPlacement(job.plan.faults)
        step = Step(name: "start", body: .act(Phrase("start", "")))

        var options = HostOptions()
        options.readOnlySysfs = !job.plan.host.sysfsWritable
        options.stateDirectories = job.plan.agents.values.flatMap(\.state)
        host = try Host(options)
        do {
            try host.perform(.setFilter(PlanRun.filter(for: job.plan)))
            registry = NamespaceRegistry(host: try NamespaceHandle.ofThread(host.initPID))
            var topology = Topology(host: host)
            for (name, handle) in try topology.build(job.plan.host) { registry.named(handle, name) }
            directory = Directory(registry: registry, initPID: host.initPID)
            interceptor = Interceptor(
                directory: directory,
                watched: ["/run/", "/tmp/"] + options.stateDirectories + job.plan.host.files.keys,
                began: began)
            loop = try EventLoop(host: host, interceptor: interceptor)
            snapshotter = Snapshotter(
                registry: registry, initPID: host.initPID, upper: try host.upperDirectory.duplicate())
        } catch {
            try? host.destroy()
            throw error
        }
        interceptor.delegate = self
        for link in job.plan.host.links {
            snapshotter.setMACs.formUnion([link.end.mac, link.peer?.mac].compactMap { $0 })
        }
    }

    /// Runs the plan, destroys the host, and finishes the record.
    ///
    /// - Throws: when the record cannot be written, or something of the host is left.
    func run() throws {
        do {
            header.startSnapshot = try folder.write(try settled().snapshot)
            for step in job.plan.steps where problem == nil { try tell(step) }
        } catch {
            problem = problem ?? "\(error)"
        }
        do { try host.destroy() } catch { problem = problem ?? "\(error)" }
        interceptor.recordRest()
        header.deliveries += unreadFailures.sorted { $0.key < $1.key }.map { unread in
            var delivery = unread.value
            delivery.failure = "the agent never read the answer"
            return delivery
        }
        header.undelivered = job.plan.faults.isEmpty ? [] : placement.undelivered()
        for entry in registry.entries { header.namespacesMade[entry.role] = entry.madeBy }
        header.error = problem
        header.operations = log.count
        header.duration = Monotonic.now().nanoseconds - began.nanoseconds
        try log.finish()
        try folder.write(header)
    }

    // MARK: - The story

    /// Waits until our own looks at the host hold nothing of it any more.
    private func letGo() throws {
        guard let canary else { return }
        loop.add(canary)
        defer { loop.remove(canary) }
        try loop.run { canary.isDead || problem != nil }
        self.canary = nil
    }

    private func tell(_ step: Step) throws {
        self.step = step
        interceptor.step = step.id
        try letGo()
        try fire(placement.turns(.before, of: step))
        var outcome = StepOutcome(step: step.id)
        switch step.body {
        case .run(let command): try tell(command, of: step, into: &outcome)
        case .act(let action):
            let delivery = FaultDelivery(action: action, fault: "", run: self, stop: nil)
            deliver(delivery)
            try loop.run { delivery.isDone || problem != nil }
            outcome.failure = delivery.failure
            try settle(into: &outcome)
        case .check(let condition, let within): try check(condition, within: within, into: &outcome)
        case .start, .stop, .together: throw RunProblem(description: "this version cannot run `\(step.id)`")
        }
        header.outcomes.append(outcome)
        try fire(placement.turns(.after, of: step))
    }

    private func tell(_ command: Command, of step: Step, into outcome: inout StepOutcome) throws {
        while problem == nil {
            try letGo()
            outcome.attempts.append(try attempt(command))
            let state = try settle(into: &outcome)
            guard outcome.attempts.count <= command.retry, let reference = job.reference,
                !reference.differences(of: state, namesMade: header.namesMade, after: step.id).isEmpty
            else { return }
        }
    }

    private func check(_ condition: Condition, within: Nanoseconds, into outcome: inout StepOutcome) throws {
        let deadline = Monotonic.now() + .nanoseconds(Int64(clamping: within))
        while true {
            let state = try settle(into: &outcome)
            outcome.failure = try condition.failure(in: state)
            guard outcome.failure != nil, Monotonic.now() < deadline else { return }
            try loop.run(until: min(deadline, Monotonic.now() + .milliseconds(20))) { false }
        }
    }

    @discardableResult
    private func settle(into outcome: inout StepOutcome) throws -> Snapshot {
        let (snapshot, unsettled) = try settled()
        outcome.snapshot = try folder.write(snapshot)
        outcome.unsettled = unsettled
        return snapshot
    }

    /// The state once nothing moves any more, or as it is with the reason why it does.
    private func settled() throws -> (snapshot: Snapshot, unsettled: String?) {
        let settler = Settler(snapshotter)
        let source = SettlerSource(settler)
        loop.add(source)
        defer { loop.remove(source) }
        settler.start()
        try loop.run { source.outcome != nil || problem != nil }
        canary = try Canary()
        switch source.outcome {
        case .settled(let snapshot)?: return (snapshot, nil)
        case .unsettled(let reason)?: return (try snapshotter.take(), reason)
        case nil: throw RunProblem(description: problem ?? "the state was not taken")
        }
    }

    /// Fires faults at the edge of a step, and waits until they are delivered.
    private func fire(_ turns: [FaultPlacement.Turn]) throws {
        for turn in turns {
            for action in turn.fault.actions {
                let delivery = FaultDelivery(action: action, fault: turn.fault.name, run: self, stop: nil)
                deliver(delivery)
                try loop.run { delivery.isDone || problem != nil }
            }
        }
    }

    func deliver(_ delivery: FaultDelivery) {
        deliveriesUnderWay.append(delivery)
        delivery.begin()
    }
}

/// A run that is no evidence.
struct RunProblem: Error, CustomStringConvertible {
    let description: String
}

extension PlanRun {
    /// The seccomp program of the plan's agents, as bytes of `struct sock_filter[]`.
    static func filter(for plan: Plan) -> [UInt8] {
        let receives = plan.faults.contains { $0.actions.contains { $0.word == "fail" } }
        return FilterProgram.standard(receives: receives).bytes
    }
}
