import Model

@testable import Oracles

/// A run of a plan told by its states, beside what the reference came to.
struct Story {
    var plan = Plan(scenario: "tests/story.yaml", title: "a story")
    var start: [Fact] = [Fact("link", "lo", in: "host")]
    /// The reference's facts after each step, besides those of the start.
    var expected: [[Fact]] = []
    /// The run's facts after each step, besides those of the start; the reference's where nil.
    var states: [[Fact]]?
    var outcomes: [String: StepOutcome] = [:]
    var deliveries: [Delivery] = []
    var operations: [Operation] = []
    var names: [String] = []
    var namespacesMade: [String: String] = [:]
    var mask: Set<Reference.Masked> = []
    var notLookedAt: NotLookedAt?
    /// Whether the run's own states hold the facts of the start too.
    var keepsStart = true

    init(_ steps: [Step]) { plan.steps = steps }

    /// Puts a fault into the plan and says that it fired in a step, at the operation of its point.
    mutating func fault(
        _ action: Action, at point: Point = Point(.before, Phrase("netns.enter", "pod")), in step: String,
        removed: [String] = []
    ) {
        plan.faults.append(Fault(name: "fault-1", point: point, actions: [action]))
        if point.operation.word != "step" {
            operations.append(operation(operations.count, step: step, point.operation))
        }
        deliveries.append(
            Delivery(
                fault: "fault-1", key: "\(step) / ip / \(point.operation.word)() @ host # 1", operation: 0, step: step,
                action: action, removed: removed, time: 1))
    }

    var reference: Reference {
        let states = zip(plan.steps, expected).map { ($0.id, Snapshot(facts: start + $1)) }
        return Reference(
            states: Dictionary(uniqueKeysWithValues: states), start: Snapshot(facts: start), mask: mask)
    }

    var record: Record {
        var header = RecordHeader(plan: plan, role: .fault)
        header.deliveries = deliveries
        header.namesMade = names
        header.namespacesMade = namespacesMade
        let first = Snapshot(facts: start)
        header.startSnapshot = first.digest
        var snapshots = [first.digest: first]
        for (step, facts) in zip(plan.steps, states ?? expected) {
            let snapshot = Snapshot(facts: (keepsStart ? start : []) + facts)
            snapshots[snapshot.digest] = snapshot
            var outcome = outcomes[step.id] ?? StepOutcome(step: step.id, attempts: [Attempt(end: .exited(0))])
            outcome.snapshot = snapshot.digest
            header.outcomes.append(outcome)
        }
        header.operations = operations.count
        header.notLookedAt = notLookedAt
        return Record(header: header, snapshots: snapshots, operations: OperationLog(operations))
    }

    mutating func attempts(_ attempts: Attempt..., in step: String) {
        outcomes[step] = StepOutcome(step: step, attempts: attempts)
    }

    func findings(_ oracle: OracleName) throws -> [Finding] {
        guard let type = OracleCatalogue.oracle(oracle) else { throw StoryError.noOracle(oracle) }
        return try type.init().findings(in: Evidence(record: record, reference: reference))
    }

    func judge(runs: [Story] = [], controls: [Story] = []) -> Judgement {
        let all = runs.isEmpty ? [self] : runs
        return Judge(plan: plan, reference: reference).judge(
            all.map { Run(folder: "fault", record: .success($0.record)) },
            controls: controls.map { Run(folder: "control", record: .success($0.record)) })
    }
}

enum StoryError: Error { case noOracle(OracleName) }

func step(
    _ name: String, _ occurrence: Int = 1, of siblings: Int = 1, undoes: String? = nil, retry: Int = 0
) -> Step {
    let command = Command(agent: "cni", name: name, argv: [name], undoes: undoes, retry: retry)
    return Step(name: name, occurrence: occurrence, siblings: siblings, body: .run(command))
}

func operation(_ index: Int, step: String, _ phrase: Phrase, result: OperationResult = .ok) -> Operation {
    Operation(
        index: index, step: step, agent: "cni", lineage: "bridge", program: "bridge", thread: 7, call: "sendmsg",
        phrase: phrase, result: result, started: UInt64(index))
}

/// `add, del, add, del`, and what an add leaves: a device in `pod` and its peer at the host.
let cycle = [
    step("add", 1, of: 2), step("del", 1, of: 2, undoes: "add"), step("add", 2, of: 2),
    step("del", 2, of: 2, undoes: "add"),
]
let pod = Fact("netns", "pod", ["state": "mounted", "role": "pod"])
let eth0 = Fact("link", "eth0", in: "pod", ["type": "veth", "peer": "veth0 in host"])
let veth0 = Fact("link", "veth0", in: "host", ["type": "veth", "peer": "eth0 in pod"])
let route = Fact("route", "10.22.0.0/16 dev veth0", in: "host", ["dev": "veth0"])
let lease = Fact("file", "/var/lib/cni/10.22.0.2", ["digest": "1", "size": "9", "type": "file"])
let added = [pod, eth0, veth0, route, lease]
let cycleStates = [added, [pod], added, [pod]]
let netnsDelete = Action.netnsDelete(name: "pod")
