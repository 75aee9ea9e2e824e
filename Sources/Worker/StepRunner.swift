import Kernel
import Model

/// Runs the steps of a plan, one after the other.
///
/// Of each: what was placed before it, the step, the settled state, what was placed after it.
final class StepRunner {
    let loop: EventLoop
    let programs: Programs
    let conditions: Conditions
    private let steps: PlanSteps
    private let plan: Plan
    private let state: any HostState
    private let faults: Faults
    private let commands: Commands
    private let watch: StateWatch
    private let tracer: any Tracer
    private let recorder: Recorder
    private let canaries: CanarySearch
    private let turn: CPUTurn
    /// Whether the first step that fails is the last, as in a reference.
    private let endsAtFailure: Bool
    /// The state before the first step.
    private var start = Snapshot(facts: [])
    /// Whether the last step runs.
    private var isLast = false
    /// Whether a state after a step is not the reference's; nil where there is none to compare it with.
    private let differs: ((Snapshot, _ step: String) throws -> Bool)?

    /// How long a process that is left at the end is given to go by itself.
    static let linger = Duration.seconds(1).patient

    /// How long to wait between two looks whether something is so.
    static let pause: Duration = .milliseconds(20)

    init(
        _ plan: Plan, steps: PlanSteps, state: any HostState, faults: Faults, programs: Programs,
        conditions: Conditions, watch: StateWatch, tracer: any Tracer, recorder: Recorder, turn: CPUTurn = CPUTurn(),
        endsAtFailure: Bool = false, differs: ((Snapshot, _ step: String) throws -> Bool)?
    ) {
        self.plan = plan
        self.steps = steps
        self.state = state
        self.faults = faults
        self.programs = programs
        self.conditions = conditions
        self.watch = watch
        self.tracer = tracer
        self.recorder = recorder
        self.turn = turn
        self.endsAtFailure = endsAtFailure
        self.differs = differs
        loop = programs.loop
        canaries = CanarySearch(plan, state: state)
        commands = Commands(programs, tracer: tracer, faults: faults)
    }

    /// Runs all of them.
    ///
    /// - Throws: why the run is no evidence; what has come of the steps so far is in the record.
    func run() throws {
        let first = try state.settled(residents: programs.residents).snapshot
        start = first
        canaries.begin(with: first)
        try recorder.start(first)
        for step in steps.all {
            isLast = step == steps.all.last
            try run(step)
            // Of a reference nothing can be learned any more.
            if endsAtFailure, recorder.hasFailed(step) { break }
        }
        try loop.check()
        noteLiving()
    }

    /// What still lives may do more, which is in no state.
    private func noteLiving() {
        let residents = programs.residents
        let living = Dictionary(grouping: tracer.processes.filter { !residents.contains($0.spawn) }, by: \.agent)
        for (agent, processes) in living.sorted(by: { $0.key < $1.key }) {
            let names = Set(processes.map(\.program)).sorted().prefix(5).joined(separator: ", ")
            let count = processes.count == 1 ? "1 process" : "\(processes.count) processes"
            recorder.note("\(count) of \(agent) still lived when the last state was taken: \(names)")
        }
    }

    private func run(_ step: Step) throws {
        steps.current = step
        try conditions.markLogs()
        try awaitRelease()
        let missing = try watch.begin(step)
        if let missing, let condition = step.keeps {
            let text = "what \(step.id) must keep is not so before it, \(condition): \(missing)"
            guard recorder.worldChanges > 0 else { throw RunFailure.impossible(text) }
            recorder.note(text)
        }
        for part in [step] + step.parts { try faults.edge(.before, of: part) }
        var outcome = StepOutcome(step: step.id)
        switch step.body {
        case .run(let command): try run(command, of: step, into: &outcome)
        case .act(let action):
            outcome.failure = try faults.act(action, in: step)
            try settle(into: &outcome)
        case .check(let condition, let within):
            outcome.failure = try wait(for: condition, within: within)
            try settle(into: &outcome)
        case .start(let agent):
            let program = try start(agent, of: step, into: &outcome)
            try faults.awaitBeside()
            try settle(into: &outcome)
            // It may have ended once it was ready.
            if outcome.failure == nil, let end = program?.end, program?.isEndedByTocsin == false {
                outcome.failure = "\(agent) is not ready: \(end)"
                outcome.ended = outcome.ended?.filter { $0.agent != agent }
            }
        case .stop:
            if let agent = step.agent { try stop(agent, into: &outcome) }
            try faults.awaitBeside()
            try settle(into: &outcome)
        case .signal(let agent, let signal):
            // Not by way of the tracer: what ends by it has ended by itself, and is a finding.
            if let service = programs.runningService(of: agent), let process = service.process {
                programs.processes(of: service).forEach { $0.foretold.insert(signal.number) }
                try process.send(signal: signal.number)
            } else {
                outcome.failure = "\(agent) does not run: nobody gets \(signal)"
            }
            try settle(into: &outcome)
        case .together(let parts): try run(parts)
        }
        // The steps of a `together` have an outcome each.
        if step.parts.isEmpty { recorder.outcome(outcome) }
        try turn.take()
        for part in [step] + step.parts { try faults.edge(.after, of: part) }
    }

    /// Waits until our own looks hold nothing, and for the turn on the CPU.
    private func awaitRelease() throws {
        try letOthersRun()
        try state.awaitRelease()
        try turn.take()
    }

    /// Lets the agents of other workers run, unless one of ours lives.
    private func letOthersRun() throws {
        if programs.traced, tracer.processes.isEmpty { try turn.giveBack() }
    }

    /// A command, again while it may be and the state is not the reference's.
    private func run(_ command: Command, of step: Step, into outcome: inout StepOutcome) throws {
        while true {
            try awaitRelease()
            outcome.attempts += try commands.run([(command, step)])
            try faults.awaitBeside()
            var state = try settle(into: &outcome)
            outcome.attempts[outcome.attempts.count - 1].snapshot = outcome.snapshot
            try turn.take()
            if outcome.attempts.count == 1, try faults.edge(.after, of: step, attempt: 1) {
                state = try settle(into: &outcome)
            }
            guard outcome.attempts.count <= command.retry, let differs, try differs(state, step.id) else { return }
        }
    }

    /// Steps at the same time: their commands run together, and one state is taken when all have ended.
    private func run(_ parts: [Step]) throws {
        let all = try parts.map { part in
            guard case .run(let command) = part.body else {
                throw RunFailure.impossible("only commands run at the same time")
            }
            return (command, part)
        }
        let points = plan.order(among: parts)
        let order =
            points.isEmpty
            ? nil
            : OrderKeeper(
                points, steps: steps, conditions: conditions, tracer: tracer, loop: loop, recorder: recorder)
        let attempts = try commands.run(all, order: order)
        var common = StepOutcome(step: "")
        try settle(into: &common)
        for (attempt, part) in zip(attempts, parts) {
            var outcome = common
            outcome.step = part.id
            outcome.attempts = [attempt]
            recorder.outcome(outcome)
            // It is said once.
            common.ended = nil
            common.sightings = nil
            common.tracebacks = nil
            common.gaps = nil
            common.falseClaims = nil
        }
    }

    private func wait(for condition: Condition, within: Nanoseconds) throws -> String? {
        let deadline = loop.now + Duration.nanoseconds(Int64(clamping: within)).patient
        while true {
            guard let failure = try conditions.failure(of: condition) else { return nil }
            guard loop.now < deadline else { return failure }
            try loop.run(until: min(deadline, loop.now + StepRunner.pause)) { false }
        }
    }

    @discardableResult
    private func settle(into outcome: inout StepOutcome) throws -> Snapshot {
        try letOthersRun()
        let settled = try lingered(try state.settled(residents: programs.residents))
        outcome.snapshot = try recorder.state(settled.snapshot)
        outcome.unsettled = settled.unsettled
        outcome.spinning = settled.spinning.isEmpty ? nil : settled.spinning
        let seen = try watch.end()
        if let gaps = seen.gaps { outcome.gaps = gaps }
        if let claims = seen.claims { outcome.falseClaims = claims }
        let ended = try programs.unexpectedEnds()
        if !ended.isEmpty { outcome.ended = (outcome.ended ?? []) + ended }
        if plan.cycles != nil { outcome.resources = try resources() }
        if let seen = try canaries.look(settled.snapshot) { outcome.sightings = (outcome.sightings ?? []) + seen }
        let tracebacks = try programs.newTracebacks()
        if !tracebacks.isEmpty { outcome.tracebacks = (outcome.tracebacks ?? []) + tracebacks }
        return settled.snapshot
    }

    /// At the end, the state once the processes that are left have had their time to go: what ends within a moment is no leak.
    private func lingered(_ first: SettledState) throws -> SettledState {
        let deadline = loop.now + StepRunner.linger
        var settled = first
        while isLast, settled.unsettled == nil, settled.spinning.isEmpty, leavesProcesses(settled.snapshot),
            loop.now < deadline
        {
            try loop.run(until: min(deadline, loop.now + StepRunner.pause * 5)) { false }
            settled = try state.settled(residents: programs.residents)
        }
        return settled
    }

    /// What services and drivers hold.
    private func resources() throws -> [AgentResources] {
        let residents = programs.residents
        let living = Dictionary(grouping: tracer.processes.filter { residents.contains($0.spawn) }, by: \.agent)
        return try living.sorted { $0.key < $1.key }.map { agent, processes in
            try state.resources(of: agent, processes.map(\.id))
        }
    }

    private func leavesProcesses(_ snapshot: Snapshot) -> Bool {
        let there = start.byIdentity
        return snapshot.facts.contains { $0.identity.noun == "process" && there[$0.identity] != $0 }
    }
}
