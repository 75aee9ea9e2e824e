import Glibc
import Kernel
import Model

@testable import Interception
@testable import Worker

/// The parts of a run, with a play in place of kernel, world, disk and clock.
final class Stage {
    let clock = PlayClock()
    let deeds = Deeds()
    let store = MemoryStore()
    let tracer: PlayTracer
    let world: PlayWorld
    let state: PlayState
    let starter: PlayStarter
    let loop: EventLoop
    let recorder: Recorder
    let steps: PlanSteps
    let programs: Programs
    let conditions: Conditions
    let faults: Faults
    let runner: StepRunner

    init(
        _ plan: Plan, traced: Bool = true, turn: CPUTurn = CPUTurn(),
        differs: ((Snapshot, String) throws -> Bool)? = nil
    ) {
        tracer = PlayTracer(clock, deeds)
        world = PlayWorld(deeds)
        state = PlayState(deeds)
        starter = PlayStarter(tracer, deeds)
        loop = EventLoop(first: [], waiter: clock)
        recorder = Recorder(RecordHeader(plan: plan, role: .fault), in: store)
        steps = PlanSteps(plan)
        let privileges = AgentPrivileges(of: plan.agents, recorder: recorder) { [state] in try state.text(ofFile: $0) }
        programs = Programs(
            of: plan.agents, starter: starter, privileges: privileges, steps: steps, tracer: tracer, loop: loop,
            traced: traced)
        conditions = Conditions(state, programs: programs, recorder: recorder, steps: steps, tracer: tracer)
        faults = Faults(
            plan.faults, steps: steps, world: world, tracer: tracer, loop: loop, conditions: conditions,
            privileges: privileges, recorder: recorder)
        runner = StepRunner(
            plan, steps: steps, state: state, faults: faults, programs: programs, conditions: conditions,
            watch: StateWatch(conditions: conditions, programs: programs, recorder: recorder, tracer: tracer),
            tracer: tracer, recorder: recorder, turn: turn, differs: differs)
    }

    /// Runs the steps and ends the record, as a run does.
    @discardableResult
    func play() throws -> RecordHeader {
        var failure: RunFailure?
        do { try runner.run() } catch { failure = loop.failure ?? RunFailure(error) }
        let undelivered = faults.end()
        try recorder.end(failure ?? loop.failure, undelivered: undelivered, namespacesMade: [:], duration: 0)
        guard let header = store.header else { throw MemoryStore.DiskIsDead() }
        return header
    }

    /// The process of a program ends.
    func end(_ process: TracedProcess, _ status: Int32 = 0, signal: Int32? = nil) throws {
        tracer.processes.removeAll { $0 === process }
        try programs.ended(process, status: status, signal: signal)
    }

    /// A program that does its work in some milliseconds.
    func works(_ name: String, for milliseconds: Int = 10, status: Int32 = 0) {
        starter.scripts[name] = { [self] start in
            clock.after(.milliseconds(milliseconds)) { [self] in
                deeds.add("end \(name)")
                try end(start.process, status)
            }
        }
    }

    /// SIGKILL ends who gets it, a moment later.
    func killsEnd() {
        tracer.outcome = { [self] signal, process in
            guard signal == SIGKILL else { return nil }
            clock.after(.milliseconds(1)) { [self] in try end(process, signal: SIGKILL) }
            return .ended
        }
    }
}

/// A plan with an agent called `agent`.
func plan(_ steps: [Step] = [], faults: [Fault] = [], _ change: (inout Plan) -> Void = { _ in }) -> Plan {
    var plan = Plan(scenario: "play.yaml", title: "play")
    plan.agents = ["agent": AgentSpecification()]
    plan.steps = steps
    plan.faults = faults
    change(&plan)
    return plan
}

/// A step that runs a program of its own name.
func run(_ name: String, agent: String = "agent", retry: Int = 0, timeout: Nanoseconds = 1_000_000_000) -> Step {
    Step(
        name: name,
        body: .run(Command(agent: agent, name: name, argv: [name], timeout: timeout, retry: retry)))
}

/// An operation of an agent in a step.
func operation(
    _ phrase: Phrase, in step: String = "add", index: Int = 0, agent: String = "agent",
    result: OperationResult = .unknown
) -> Operation {
    var operation = Operation(
        index: index, step: step, agent: agent, lineage: agent, program: agent, thread: 1, call: "write",
        phrase: phrase, started: 0)
    operation.result = result
    return operation
}

/// A change of the world that leaves a file.
func write(_ path: String) -> Action { .change(.writeFile(path: path, text: "x")) }
