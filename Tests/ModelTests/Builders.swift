import Model

/// A plan whose steps run commands of one agent: `run("add")`, `run("del", undoes: "add")`.
func plan(_ steps: [Step]) -> Plan {
    var plan = Plan(scenario: "tests/example.yaml", title: "an example")
    plan.steps = steps
    return plan
}

func run(_ name: String, _ occurrence: Int = 1, of siblings: Int = 1) -> Step {
    let command = Command(agent: "ip", name: name, argv: ["ip", name])
    return Step(name: name, occurrence: occurrence, siblings: siblings, body: .run(command))
}

/// A record of a run in which every command exits with 0, from the state before and those after each step.
func record(
    _ plan: Plan, names: [String] = [], start: [Fact] = [], _ states: [[Fact]], operations: [Operation] = []
) -> Record {
    var header = RecordHeader(plan: plan, role: .reference)
    header.namesMade = names
    header.operations = operations.count
    let first = Snapshot(facts: start)
    header.startSnapshot = first.digest
    var snapshots = [first.digest: first]
    for (step, facts) in zip(plan.steps, states) {
        let snapshot = Snapshot(facts: facts)
        snapshots[snapshot.digest] = snapshot
        header.outcomes.append(
            StepOutcome(step: step.id, attempts: [Attempt(end: .exited(0))], snapshot: snapshot.digest))
    }
    return Record(header: header, snapshots: snapshots, operations: OperationLog(operations))
}

func operation(_ index: Int, step: String = "add", _ phrase: Phrase, ordinal: Int = 1) -> Operation {
    Operation(
        index: index, step: step, agent: "ip", lineage: "ip", program: "ip", thread: 7, call: "sendmsg", phrase: phrase,
        result: .ok, started: UInt64(index) * 1000, ordinal: ordinal)
}
