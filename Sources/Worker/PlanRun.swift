import FoundationEssentials
import Host
import Interception
import Kernel
import Model
import Stacks

/// One run of one plan in one host: puts the parts of a run together, and ends them in their order.
final class PlanRun {
    private let began = Monotonic.now()
    private let group: WorkerGroup?
    private let recorder: Recorder
    private let host: RunHost
    private let faults: Faults
    private let steps: StepRunner
    private let events: TracerEvents
    private let turn: CPUTurn

    /// Makes the host, and all who have to do with it.
    ///
    /// - Parameters:
    ///   - inside: The namespace in which the worker stands, so that it is in none of the machine's.
    ///   - turn: Whose turn it is to let agents run.
    ///   - references: What the references of plans came to, as far as it was read for runs before.
    /// - Throws: what building the host throws; nothing of it is then left.
    ///   - talk: By whom it is told to go on where it stands still.
    init(
        _ job: Job, inside: WorkerNamespace, warmDrivers: WarmDrivers, turn: CPUTurn,
        references: ReferenceFiles, talk: @escaping FaultPause.Talk
    ) throws {
        self.turn = turn
        let plan = job.plan
        var group = WorkerGroup.current
        group?.begin()
        self.group = group
        let redactor = Redactor(plan)
        let recorder = Recorder(RecordHeader(of: job), in: try DiskStore(job.folder, states: job.states, redactor))
        self.recorder = recorder
        let warm = warmDrivers.drivers(of: plan, note: recorder.note)
        let host = try RunHost(plan, warmDrivers: warmDrivers, began: began)
        self.host = host
        host.remarks.forEach(recorder.note)
        let tracer = host.interceptor
        let loop = host.loop
        for name in warm.keys.sorted() { if let driver = warm[name] { loop.add(driver) } }
        let steps = PlanSteps(plan)
        let starter = HostStarter(
            host.host, tracer: tracer, loop: loop, recorder: recorder, traced: job.traced,
            warm: warm.mapValues { WarmChildren(of: $0, in: host.host, filter: host.filter) })
        let privileges = AgentPrivileges(
            of: plan.agents, available: host.capabilities.subtracting(plan.host.heldBack.map(\.description)),
            recorder: recorder
        ) { try host.text(ofFile: $0) }
        let programs = Programs(
            of: plan.agents, starter: starter, privileges: privileges, steps: steps, tracer: tracer, loop: loop,
            traced: job.traced,
            patterns: plan.logPatterns)
        let conditions = Conditions(host, programs: programs, recorder: recorder, steps: steps, tracer: tracer)
        let watch = StateWatch(conditions: conditions, programs: programs, recorder: recorder, tracer: tracer)
        faults = Faults(
            plan.faults, steps: steps, world: WorldEditor(of: host), tracer: tracer, loop: loop,
            conditions: conditions, privileges: privileges, recorder: recorder)
        if let pause = job.pause { faults.pause = FaultPause(pause, in: plan, host, recorder, talk) }
        if let stacks = job.stacks {
            let reader = StackReader(pySpy: stacks.pySpy)
            faults.stacks = FaultStacks(of: plan.faults) {
                if stacks.endsThere { loop.fail(with: .sourceRead) }
            } read: {
                reader.frames(at: $0, of: tracer)
            }
        }
        self.steps = StepRunner(
            plan, steps: steps, state: host, faults: faults, programs: programs, conditions: conditions,
            watch: watch, tracer: tracer, recorder: recorder, turn: turn, endsAtFailure: job.role == .reference,
            differs: job.reference.map { PlanRun.comparison(with: $0, references, recorder, redactor) })
        faults.pause?.waiters = { [unowned faults] in faults.order?.waiters ?? [] }
        events = TracerEvents(host, programs: programs, faults: faults, recorder: recorder, watch: watch)
        tracer.delegate = events
        tracer.stepOf = { [unowned programs, unowned steps] process in
            programs.program(of: process)?.operationStep ?? steps.current.id
        }
    }

    /// Whether a state differs from the one that the references came to after a step.
    private static func comparison(
        with file: String, _ references: ReferenceFiles, _ recorder: Recorder, _ redactor: Redactor
    ) -> (Snapshot, _ step: String) throws -> Bool {
        { state, step in
            !(try references.reference(file)).differences(
                of: try redactor.value(state), namesMade: recorder.namesMade, automatic: recorder.automaticPriorities,
                after: step
            ).isEmpty
        }
    }

    /// Runs the plan, destroys the host, and finishes the record.
    ///
    /// - Throws: when the record cannot be written.
    func run() throws {
        var failure: RunFailure?
        do { try steps.run() } catch { failure = host.loop.failure ?? RunFailure(error) }
        let undelivered = faults.end()
        steps.programs.cutOutputs.forEach(recorder.note)
        if let moment = recorder.firstFault { recorder.said(steps.programs.said(around: moment)) }
        // It says more than what came of it.
        if let met = group?.met, !met.isEmpty { failure = .boundMet(met.joined(separator: "; ")) }
        if let full = host.fullFiles { recorder.note(full) }
        do { try turn.giveBack() } catch { failure = failure ?? RunFailure(error) }
        do { try host.destroy() } catch { failure = failure ?? RunFailure(error) }
        host.interceptor.recordRest()
        try recorder.end(
            failure ?? host.loop.failure, undelivered: undelivered, namespacesMade: host.namespacesMade,
            duration: Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds))
    }
}

extension RecordHeader {
    /// The header of a job's run that begins now.
    init(of job: Job) {
        self.init(plan: job.plan, role: job.role, run: job.run)
        origin = job.origin
        versions = ["tocsin": Version.current, "kernel": Version.kernel]
        cpus = job.pinned ? "one" : "all"
        began = Date().timeIntervalSince1970
    }
}
