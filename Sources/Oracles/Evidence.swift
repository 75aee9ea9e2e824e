import Model

/// One run of a plan in the terms of its reference, ready for oracles.
public struct Evidence: Sendable {
    /// The plan that ran: for a control, the one with its faults moved.
    public var plan: Plan { record.header.plan }
    /// The record, with random names as roles and without what is masked after any step.
    public let record: Record
    /// Its states with all that is masked.
    let open: [String: Snapshot]
    /// What the plan comes to without its faults; nil only for a plan that has none.
    public let reference: Reference?
    /// The state before the first step that does not only prepare.
    public let start: Snapshot
    /// The state before the first step.
    let beginning: Snapshot
    /// The steps that ran, in order.
    public let steps: [StepEvidence]
    /// What the world changed up to the end of each step.
    let worlds: [WorldChanges]
    /// What the facts of the last state say for namespaces without a name: their roles.
    let lostNamespaces: Set<String>
    /// The operations that made something.
    let creations: MakerIndex<Operation>
    /// The operations that were to change something after the world's first change, or at it, refused or not.
    let changes: [Operation]
    /// The names of namespaces removed by faults that operations of a step named or stood in, by the step's id.
    let removedNamed: [String: Set<String>]
    /// The last state's facts as the record has them, by their canonical identity.
    let originalsAtEnd: [Fact.Identity: Fact]

    /// Makes evidence of a record.
    ///
    /// - Throws: `EvidenceError` when the record is broken, or has faults and no reference.
    public init(record: Record, reference: Reference?) throws {
        guard reference != nil || !record.header.plan.isDisturbed else { throw EvidenceError.noReference }
        var canonical = record
        var originals: [String: [Fact.Identity: Fact]] = [:]
        var open = record.snapshots
        let names = record.namesMade(as: reference)
        let automatic = record.header.automaticPriorities ?? []
        for (digest, snapshot) in record.snapshots {
            guard let reference else { continue }
            let pairs = reference.translated(snapshot, namesMade: names, automatic: automatic)
            open[digest] = reference.canonical(snapshot, namesMade: names, automatic: automatic, mask: [])
            canonical.snapshots[digest] = Snapshot(facts: pairs.map(\.canonical))
            originals[digest] = Dictionary(
                pairs.map { ($0.canonical.identity, $0.original) }, uniquingKeysWith: { first, _ in first })
        }
        self.record = canonical
        self.open = open
        self.reference = reference
        guard let start = canonical.start else { throw EvidenceError.missingState("the beginning") }
        let header = canonical.header
        var before = start
        var expectedBefore = reference.map { $0.withoutMasked($0.start) }
        /// What a run left after a step, with all but what differs after that step without faults too.
        func exact(_ digest: String, after step: String) -> Snapshot? {
            guard let reference else { return record.snapshots[digest] }
            return record.snapshots[digest].map {
                reference.canonical(
                    $0, namesMade: names, automatic: automatic, mask: reference.mask(after: step))
            }
        }
        var openBefore = open[header.startSnapshot]
        let together = SameTime(record, reference)
        let ran = header.outcomes.map(\.step)
        let firstKill = header.deliveries.filter(\.kills).compactMap { ran.firstIndex(of: $0.step) }.min()
        let killedIn = Set(ran.suffix(from: firstKill ?? ran.endIndex))
        steps = try canonical.header.outcomes.enumerated().map { index, outcome in
            guard let step = canonical.header.plan.allSteps.first(where: { $0.id == outcome.step }) else {
                throw EvidenceError.unknownStep(outcome.step)
            }
            guard let after = canonical.snapshots[outcome.snapshot] else {
                throw EvidenceError.missingState(outcome.step)
            }
            let exactExpected = reference?.states[outcome.step]
            guard reference == nil || exactExpected != nil else { throw EvidenceError.unknownStep(outcome.step) }
            let expected = exactExpected.flatMap { state in reference?.withoutMasked(state) }
            let span = together.span(of: index)
            defer {
                // Steps at the same time have one state before them, as they have one after.
                if index + 1 == span.upperBound {
                    before = after
                    expectedBefore = expected
                    openBefore = open[outcome.snapshot]
                }
            }
            let fired = header.plan.deliveries(of: header.deliveries, during: step.id)
            let command: Command? = if case .run(let command) = step.body { command } else { nil }
            return StepEvidence(
                index: index, span: span, share: reference?.shares[step.id],
                others: together.others(
                    than: step.id,
                    objects: before.differences(to: after).map {
                        ($0.identity, originals[outcome.snapshot]?[$0.identity] ?? $0.fact)
                    }),
                step: step, outcome: outcome, before: before, after: after,
                expectedBefore: expectedBefore, expected: expected, openBefore: openBefore ?? before,
                exactAfter: exact(outcome.snapshot, after: step.id) ?? after, exactExpected: exactExpected,
                attempts: StepEvidence.attempts(
                    outcome, of: command, end: reference?.ends[step.id], deliveries: fired
                ) { digest in exact(digest, after: step.id) }, isAfterKill: killedIn.contains(step.id))
        }
        // What only prepares is there at the beginning of what is judged.
        let prepared = steps.last { $0.step.isSetup }?.after ?? start
        self.start = prepared
        beginning = start
        let unnamed = (steps.last?.after ?? start).facts.filter {
            $0.identity.noun == "netns" && $0.attributes["state"] == "unnamed"
        }
        lostNamespaces = Set(unnamed.flatMap { [$0.identity.name, $0.attributes["role"] ?? $0.identity.name] })
        originalsAtEnd = originals[canonical.header.outcomes.last?.snapshot ?? ""] ?? [:]
        let first = header.deliveries.filter { $0.states != nil }.map(\.time).min()
        worlds = Evidence.worlds(header.deliveries, ran, in: open)
        let made: [Operation]
        (made, changes, removedNamed) = try Evidence.changes(
            in: record.operations, after: first,
            at: Set(header.deliveries.filter { $0.states != nil }.compactMap(\.operation)),
            removed: header.deliveries.flatMap(\.removed))
        creations = MakerIndex(made, phrase: \.phrase)
    }

    /// The state after the last step that ran.
    public var end: Snapshot { steps.last?.after ?? start }

    /// The reference's state after that step.
    public var expectedEnd: Snapshot? { steps.isEmpty ? reference?.start : steps.last?.expected }

    /// Whether the run ended early: what it would have taken back is there yet.
    var isCutShort: Bool { steps.count < plan.allSteps.count }

    /// The faults that fired while the step ran, and not only once it was over.
    public func deliveries(during step: String) -> [Delivery] {
        plan.deliveries(of: record.header.deliveries, during: step)
    }

    /// Whether the world was changed between the end of the step and the look at its state.
    func isDisturbedAfter(_ step: String) -> Bool {
        record.header.deliveries.contains { $0.step == step && $0.failure == nil && plan.isAfterStep($0) }
    }
}

extension Plan {
    /// The faults, among those that fired, that fired while the step ran, and not only once it was over.
    fileprivate func deliveries(of all: [Delivery], during step: String) -> [Delivery] {
        all.filter { $0.step == step && $0.failure == nil && !isAfterStep($0) }
    }

    fileprivate func isAfterStep(_ delivery: Delivery) -> Bool {
        guard let point = faults.first(where: { $0.name == delivery.fault })?.point else { return false }
        return point.isEndOfStep
    }
}

/// One step that ran, with the states around it and those of the reference.
public struct StepEvidence: Sendable {
    /// Its place in the plan, from 0.
    public var index: Int
    /// The places of the steps that ran at the same time; its own alone where none did.
    var span: Range<Int>
    /// What it does by itself, where others run at the same time.
    var share: Reference.Share?
    /// The objects that are the work of those others, and not of this step.
    var others: Set<Fact.Identity>
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
    /// The state before it, with all that is masked.
    var openBefore: Snapshot
    /// The state after it, without what differs after this step alone.
    var exactAfter: Snapshot
    /// The reference's state after it, in the same way.
    var exactExpected: Snapshot?
    /// The runs of its command, in order; none of a step of another kind.
    public var attempts: [AttemptEvidence]
    /// Whether a fault has killed a process by then, with which goes what it held.
    var isAfterKill = false

    /// The step's id.
    public var id: String { step.id }

    /// What it runs; nil for a step of another kind.
    public var command: Command? {
        if case .run(let command) = step.body { command } else { nil }
    }

    /// Whether its last command ended in its time as it does without faults.
    public var isSuccess: Bool { attempts.last?.isSuccess ?? false }

    /// Whether its last command ended by itself and said that it did not do its work.
    public var saysFailure: Bool { attempts.last?.saysFailure ?? false }

    /// Whether it changes nothing in the reference.
    var changesNothing: Bool {
        share.map(\.objects.isEmpty) ?? (expected != nil && expectedBefore == expected)
    }

    /// Whether it makes, takes or changes an object in the reference.
    func changes(_ identity: Fact.Identity) -> Bool {
        if let share { return share.objects.contains(identity) }
        return expectedBefore?[identity] != expected?[identity]
    }

    /// All that is not as in the reference after the step; nothing without a reference.
    public var differences: [Difference] {
        exactExpected?.differences(to: exactAfter).filter { !isAfterKill || !$0.isOfWhatIsHeld } ?? []
    }

    /// What is not as in the reference, among the objects that the step touched here or there.
    public var touchedDifferences: [Difference] { touchedDifferences(in: exactAfter) }

    /// What of a state after one of its runs is not as in the reference, among the objects that were touched here or there.
    ///
    /// What is the work of another step at the same time is that one's.
    func touchedDifferences(in state: Snapshot) -> [Difference] {
        // Where more is masked in one of the two, an object counts as touched though only that differs: its own differences
        // do not show it.
        var touched = Set(openBefore.differences(to: state).map(\.identity))
        if let expectedBefore, let expected {
            touched.formUnion(expectedBefore.differences(to: expected).map(\.identity))
        }
        return exactExpected?.differences(to: state).filter {
            touched.contains($0.identity) && !others.contains($0.identity)
                && (!isAfterKill || !$0.isOfWhatIsHeld)
        } ?? []
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
