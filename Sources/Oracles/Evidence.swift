import Model

/// One run of a plan in the terms of its reference, ready for oracles.
public struct Evidence: Sendable {
    /// The plan that ran: for a control, the one with its faults moved.
    public var plan: Plan { record.header.plan }
    /// The record, with random names as roles and without what is masked.
    public let record: Record
    /// What the plan comes to without its faults; nil only for a plan that has none.
    public let reference: Reference?
    /// The state before the first step.
    public let start: Snapshot
    /// The steps that ran, in order.
    public let steps: [StepEvidence]
    /// What the facts of the last state say for namespaces without a name: their roles.
    let lostNamespaces: Set<String>
    /// The operations that made something.
    let creations: [Operation]
    /// The last state's facts as the record has them, by their canonical identity.
    let originalsAtEnd: [Fact.Identity: Fact]

    /// Makes evidence of a record.
    ///
    /// - Throws: `EvidenceError` when the record is broken, or has faults and no reference.
    public init(record: Record, reference: Reference?) throws {
        guard reference != nil || !record.header.plan.isDisturbed else { throw EvidenceError.noReference }
        var canonical = record
        var originals: [String: [Fact.Identity: Fact]] = [:]
        for (digest, snapshot) in record.snapshots {
            guard let reference else { continue }
            let pairs = reference.translated(snapshot, namesMade: record.header.namesMade)
            canonical.snapshots[digest] = Snapshot(facts: pairs.map(\.canonical))
            originals[digest] = Dictionary(
                pairs.map { ($0.canonical.identity, $0.original) }, uniquingKeysWith: { first, _ in first })
        }
        self.record = canonical
        self.reference = reference
        guard let start = canonical.start else { throw EvidenceError.missingState("the beginning") }
        self.start = start
        var before = start
        var expectedBefore = reference?.start
        steps = try canonical.header.outcomes.enumerated().map { index, outcome in
            guard let step = canonical.header.plan.allSteps.first(where: { $0.id == outcome.step }) else {
                throw EvidenceError.unknownStep(outcome.step)
            }
            guard let after = canonical.snapshots[outcome.snapshot] else {
                throw EvidenceError.missingState(outcome.step)
            }
            let expected = reference?.states[outcome.step]
            guard reference == nil || expected != nil else { throw EvidenceError.unknownStep(outcome.step) }
            defer {
                before = after
                expectedBefore = expected
            }
            return StepEvidence(
                index: index, step: step, outcome: outcome, before: before, after: after,
                expectedBefore: expectedBefore, expected: expected)
        }
        let unnamed = (steps.last?.after ?? start).facts.filter {
            $0.identity.noun == "netns" && $0.attributes["state"] == "unnamed"
        }
        lostNamespaces = Set(unnamed.flatMap { [$0.identity.which, $0.attributes["role"] ?? $0.identity.which] })
        originalsAtEnd = originals[canonical.header.outcomes.last?.snapshot ?? ""] ?? [:]
        creations = try Evidence.creations(in: record.operations)
    }

    /// The state after the last step that ran.
    public var end: Snapshot { steps.last?.after ?? start }

    /// The reference's state after that step.
    public var expectedEnd: Snapshot? { steps.isEmpty ? reference?.start : steps.last?.expected }

    /// The faults that fired while the step ran, and not only once it was over.
    public func deliveries(during step: String) -> [Delivery] {
        deliveries(in: step).filter { !isAfterStep($0) }
    }

    /// Whether the world was changed between the end of the step and the look at its state.
    func isDisturbedAfter(_ step: String) -> Bool { deliveries(in: step).contains(where: isAfterStep) }

    private func deliveries(in step: String) -> [Delivery] {
        record.header.deliveries.filter { $0.step == step && $0.failure == nil }
    }

    private func isAfterStep(_ delivery: Delivery) -> Bool {
        guard let point = plan.faults.first(where: { $0.name == delivery.fault })?.point else { return false }
        return point.operation.word == "step" && point.side == .after
    }
}

/// One step that ran, with the states around it and those of the reference.
public struct StepEvidence: Sendable {
    /// Its place in the plan, from 0.
    public var index: Int
    /// The step.
    public var step: Step
    /// What came of it.
    public var outcome: StepOutcome
    /// The state before it.
    public var before: Snapshot
    /// The state after it.
    public var after: Snapshot
    /// The reference's state before it.
    public var expectedBefore: Snapshot?
    /// The reference's state after it.
    public var expected: Snapshot?

    /// The step's id.
    public var id: String { step.id }

    /// What it runs; nil for a step of another kind.
    public var command: Command? {
        if case .run(let command) = step.body { command } else { nil }
    }

    /// Whether its last command ended in its time as it should without faults.
    public var isSuccess: Bool {
        guard let command, outcome.attempts.last?.timedOut == false else { return false }
        return outcome.succeeded(command)
    }

    /// All that is not as in the reference after the step; nothing without a reference.
    public var differences: [Difference] { expected?.differences(to: after) ?? [] }

    /// What is not as in the reference, among the objects that the step touched here or there.
    public var touchedDifferences: [Difference] {
        var touched = Set(before.differences(to: after).map(\.identity))
        if let expectedBefore, let expected {
            touched.formUnion(expectedBefore.differences(to: expected).map(\.identity))
        }
        return differences.filter { touched.contains($0.identity) }
    }
}

/// Why a record cannot be judged.
public enum EvidenceError: Error, Hashable, CustomStringConvertible {
    /// A plan with faults has nothing to be held against.
    case noReference
    /// A state that the record names is not in it.
    case missingState(String)
    /// The record, or the reference, does not know the step.
    case unknownStep(String)
    /// A line of the operations cannot be read.
    case unreadableOperations(read: Int, of: Int)

    /// One sentence.
    public var description: String {
        switch self {
        case .noReference: "there is no reference to hold it against"
        case .missingState(let step): "the state after \(step) is missing"
        case .unknownStep(let step): "the step \(step) is not in the plan and its reference"
        case .unreadableOperations(let read, let count): "only \(read) of \(count) operations can be read"
        }
    }
}
