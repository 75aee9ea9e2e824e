import Model

@testable import Exploration

/// A story of `ip`: `add`, and what undoes it.
func story(_ steps: [Step]) -> Plan {
    var plan = Plan(scenario: "tests/example.yaml", title: "an example")
    plan.steps = steps
    plan.agents = ["ip": AgentSpecification()]
    return plan
}

func run(_ name: String, _ occurrence: Int = 1, of siblings: Int = 1, undoes: String? = nil) -> Step {
    let command = Command(agent: "ip", name: name, argv: ["ip", name], undoes: undoes)
    return Step(name: name, occurrence: occurrence, siblings: siblings, body: .run(command))
}

let addAndDelete = story([run("add"), run("del", undoes: "add")])

/// An operation that the program `ip` does in the namespace `host`.
func operation(
    _ phrase: Phrase, step: String = "add", lineage: String = "ip", thread: Int32 = 7,
    result: OperationResult = .ok
) -> Operation {
    let program = lineage.split(separator: "/").last.map(String.init) ?? lineage
    return Operation(
        index: 0, step: step, agent: "ip", lineage: lineage, program: program, thread: thread, call: "sendmsg",
        phrase: phrase, result: result, started: 0)
}

/// A run without faults, from the state before and those after each step.
func record(
    _ plan: Plan, _ operations: [Operation], start: [Fact] = [], _ states: [[Fact]] = [[], []], names: [String] = []
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
    let numbered = operations.enumerated().map { index, operation in
        var operation = operation
        operation.index = index
        operation.started = UInt64(index) * 1000
        return operation
    }
    return Record(header: header, snapshots: snapshots, operations: OperationLog(numbered))
}

func finding(
    _ oracle: OracleName, _ subject: String = "add", step: String = "add", severity: Severity = .high,
    differences: [Difference] = []
) -> Finding {
    Finding(
        oracle: oracle, subject: subject, step: step, message: "\(oracle.rawValue) of \(subject)",
        differences: differences, severity: severity, cwe: "CWE-459", fingerprint: "\(oracle.rawValue) \(subject)")
}

/// A device that is made, given an address and taken up, and goes again.
func deviceStory() -> [Record] {
    let operations = [
        operation(Phrase("link.create", "d0", ["type": "dummy"], in: "host")),
        operation(Phrase("file.open", "/var/lib/x", in: "host")),
        operation(Phrase("address.add", "10.0.0.1/24", ["dev": "d0"], in: "host")),
        operation(Phrase("link.set", "d0", ["up": "true"], in: "host")),
        operation(Phrase("link.delete", "d0", in: "host"), step: "del"),
    ]
    let there = [Fact("link", "d0", in: "host", ["type": "dummy"])]
    return (0..<3).map { _ in record(addAndDelete, operations, [there, []]) }
}

func deviceExploration() throws -> Exploration { try Exploration(of: addAndDelete, deviceStory()) }

extension Exploration {
    /// The numbers of the candidates with an action of that family at a place.
    func numbers(_ family: String, at place: Int, then continuation: String = "nothing") -> [Int] {
        denominator.candidates.filter {
            $0.place == place && $0.action.family == family && $0.continuation == continuation
        }.map(\.number)
    }

    /// The one candidate that is meant.
    func number(_ action: Action, _ side: Point.Side, at place: Int, then continuation: String = "again") -> Int? {
        denominator.candidates.first {
            $0.place == place && $0.side == side && $0.action == action && $0.continuation == continuation
        }?.number
    }
}

extension Place {
    /// The places of runs without faults.
    static func all(in records: [Record], steps: Set<String>) throws -> [Place] {
        all(in: records, try PointNaming(records), steps: steps)
    }
}
