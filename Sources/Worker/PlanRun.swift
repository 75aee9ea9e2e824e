import FoundationEssentials
import Host
import Interception
import Kernel
import Model
import Observation

/// One run of one plan in one host: the story is told step by step, and everything is written into the record.
final class PlanRun {
    let job: Job
    let folder: RecordFolder
    private let began = Monotonic.now()
    var header: RecordHeader
    let log: OperationLogWriter
    let host: Host
    let registry: NamespaceRegistry
    let directory: Directory
    let interceptor: Interceptor
    let loop: EventLoop
    let snapshotter: Snapshotter
    /// The steps by id, those of a `together` included.
    let steps: [String: Step]
    var placement: FaultPlacement
    /// The step that is being told.
    var step: Step
    /// Lives as long as our last look holds on to namespaces.
    var canary: Canary?
    /// What has been asked of the kernel or the world and is not done.
    var deliveriesUnderWay: [FaultDelivery] = []
    /// Failures that the agent has not read, by the index of their operation.
    var unreadFailures: [Int: Delivery] = [:]
    /// Edits the host as the world does.
    lazy var world = WorldEditor(run: self)
    /// How much programs and log files had said when a step began, by the step's id.
    var logMarks: [String: LogMark] = [:]
    /// What will be taken back, and when.
    var reversals: [Reversal] = []
    /// Every program that was begun, by the number of its spawn.
    var programs: [Int: RunningProgram] = [:]
    var spawns = 0
    /// The drivers that were begun, by agent.
    var drivers: [String: DriverSession] = [:]
    /// The drivers that live longer than this run.
    let zygotes: Zygotes
    /// Those of this run's agents.
    var warm: [String: Zygote] = [:]
    /// The services that were started and not stopped, by agent.
    var services: [String: RunningProgram] = [:]
    /// The order that agents keep, while steps run at the same time.
    var order: OrderKeeper?
    /// The mounts that were made read-only while they had no place, by their numbers.
    var detachedMounts: Set<Int> = []
    /// Why the run is no evidence.
    var problem: String?

    /// Makes the host, its topology and the tracer.
    ///
    /// - Throws: what building the host throws; nothing of it is then left.
    init(_ job: Job, home: Home, zygotes: Zygotes) throws {
        self.job = job
        self.zygotes = zygotes
        folder = RecordFolder(job.folder)
        try folder.create()
        log = try OperationLogWriter(path: folder.operationsPath)
        header = RecordHeader(plan: job.plan, role: job.role, run: job.run)
        header.versions = ["tocsin": Version.current, "kernel": Version.kernel]
        header.cpus = job.pinned ? "one" : "all"
        header.began = Date().timeIntervalSince1970
        placement = FaultPlacement(job.plan.faults)
        let all = job.plan.steps.flatMap { [$0] + $0.parts }
        steps = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        step = Step(name: "start", body: .together([]))

        // Before the host: starting them waits.
        for (name, agent) in job.plan.agents.sorted(by: { $0.key < $1.key }) {
            guard agent.warm, case .driver(let argv) = agent.kind else { continue }
            do {
                warm[name] = try zygotes.zygote(
                    of: name, argv, environment: agent.environment, directory: agent.directory,
                    held: job.plan.host.heldBack, timeout: .nanoseconds(Int64(clamping: agent.timeout)))
            } catch { header.notes.append("\(name) was started cold: \(error)") }
        }
        var options = HostOptions()
        options.readOnlySysfs = !job.plan.host.sysfsWritable
        options.duplicateAddressDetection = job.plan.host.duplicateAddressDetection
        options.heldCapabilities = job.plan.host.heldBack
        // One may lie in another: they are mounted in the same order in every process.
        options.stateDirectories = job.plan.agents.values.flatMap(\.state).sorted()
        options.visibleMounts = job.plan.foldersToShow
        host = try Host(options)
        if host.root == .copied {
            header.notes.append("no overlay could be mounted: /usr, /opt and other large directories are read-only")
        }
        if !host.hasGroup { header.notes.append("no cgroup of its own could be made: /sys/fs/cgroup is read-only") }
        do {
            try host.perform(.setFilter(PlanRun.filter(for: job.plan)))
            registry = NamespaceRegistry(host: try NamespaceHandle.ofThread(host.initPID))
            var topology = Topology(host: host)
            for (name, handle) in try topology.build(job.plan.host) { registry.named(handle, name) }
            directory = Directory(
                registry: registry, initPID: host.initPID,
                duplicateAddressDetection: job.plan.host.duplicateAddressDetection)
            interceptor = Interceptor(
                directory: directory,
                watched: ["/run/", "/tmp/"] + options.stateDirectories + job.plan.host.files.keys,
                began: began)
            loop = try EventLoop(host: host, interceptor: interceptor)
            snapshotter = Snapshotter(
                registry: registry, initPID: host.initPID, upper: try host.upperDirectory.duplicate())
        } catch {
            try? host.destroy(foreign: { zygotes.take($0) })
            throw error
        }
        interceptor.delegate = self
        interceptor.trapsReceives = PlanRun.trapsReceives(job.plan)
        interceptor.foreignStop = { zygotes.take($0) }
        for zygote in warm.values { loop.add(zygote) }
        interceptor.stepOf = { [unowned self] process in
            let own = programs[process.spawn]?.step
            // A service does what it does while the story goes on.
            guard let own, case .start = own.body else { return own?.id ?? step.id }
            return step.id
        }
        for link in job.plan.host.links {
            snapshotter.setMACs.formUnion(ObjectRequests.hardwareAddresses(of: link))
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
        zygotes.endRun()
        do { try host.destroy(foreign: { zygotes.take($0) }) } catch { problem = problem ?? "\(error)" }
        interceptor.recordRest()
        header.deliveries += unreadFailures.sorted { $0.key < $1.key }.map { unread in
            var delivery = unread.value
            delivery.failure = "the agent never read the answer"
            return delivery
        }
        header.undelivered = placement.undelivered() + reversals.map(\.failure)
        for entry in registry.entries { header.namespacesMade[entry.role] = entry.madeBy }
        header.error = problem
        header.operations = log.count
        header.duration = Monotonic.now().nanoseconds - began.nanoseconds
        try log.finish()
        try folder.write(header)
    }

    /// The seccomp program of the plan's agents, as bytes of `struct sock_filter[]`.
    static func filter(for plan: Plan) -> [UInt8] {
        FilterProgram.standard(receives: trapsReceives(plan)).bytes
    }

    /// Whether receive calls are trapped from the start: where a request is to fail, any thread may read its answer.
    private static func trapsReceives(_ plan: Plan) -> Bool {
        plan.faults.contains { $0.actions.contains { if case .fail = $0 { true } else { false } } }
    }
}
