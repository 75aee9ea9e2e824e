import Model

/// The only writer of a run's record: everybody else tells it values.
///
/// It decides nothing. What it is told is in the record however the run ends, but for what the disk refuses.
final class Recorder {
    private let store: any RecordStore
    private var header: RecordHeader
    private var notLookedAt = NotLookedAt()
    /// The state that was kept last: most steps leave it as it is.
    private var lastState: (snapshot: Snapshot, digest: String)?

    /// - Parameters:
    ///   - header: What is known before the run begins.
    ///   - store: Where the record is kept.
    init(_ header: RecordHeader, in store: any RecordStore) {
        self.header = header
        self.store = store
    }

    // MARK: - What was written

    /// The steps that have an outcome, in their order.
    var steps: [String] { header.outcomes.map(\.step) }
    /// The names that agents gave so far.
    var namesMade: [String] { header.namesMade }
    /// The requests for rules so far that left the priority to the kernel.
    var automaticPriorities: [Phrase] { header.automaticPriorities ?? [] }

    /// Whether a step, whose outcome is there, failed.
    func hasFailed(_ step: Step) -> Bool {
        ([step] + step.parts).contains { part in
            header.outcomes.last { $0.step == part.id }.map(part.failed) ?? false
        }
    }

    /// How often a fault has changed the world, or taken a process from it.
    var worldChanges: Int { header.deliveries.count { $0.action.isOfWorld || $0.action.phrase.word == "kill" } }

    /// Whether a fault has been delivered, whole or not.
    func hasFired(_ fault: String) -> Bool { header.deliveries.contains { $0.fault == fault } }

    // MARK: - What is told

    /// What else is worth knowing of the run.
    func note(_ text: String) { header.notes.append(text) }

    /// A point of the order that its agent was kept from, as the scenario says that it may be.
    func blocked(_ text: String) { header.blocked = (header.blocked ?? []) + [text] }

    /// What the harness did that an agent could have noticed; once each.
    func disturbed(_ text: String) {
        if !header.disturbed.contains(text) { header.disturbed.append(text) }
    }

    /// An operation that has ended, and the names that it gave.
    ///
    /// - Throws: `RunFailure.recordNotWritten`.
    func operation(_ operation: Operation) throws(RunFailure) {
        try written { try store.append(operation) }
        notLookedAt.add(operation)
        let phrase = operation.phrase
        if phrase.word == "rule.add", phrase.qualifiers["priority"] == nil, !automaticPriorities.contains(phrase) {
            header.automaticPriorities = automaticPriorities + [phrase]
        }
        // Also where no answer was seen: whether one is seen may be chance, and the names of all runs must be as many.
        keep(names: operation.namesGiven)
    }

    /// An operation takes so long that those behind it come before it; its place is kept.
    ///
    /// - Throws: `RunFailure.recordNotWritten`.
    func keepPlace(of index: Int) throws(RunFailure) { try written { try store.keepPlace(of: index) } }

    /// The state before the first step.
    ///
    /// - Throws: `RunFailure.recordNotWritten`.
    func start(_ snapshot: Snapshot) throws(RunFailure) { header.startSnapshot = try state(snapshot) }

    /// A state; its digest names it.
    ///
    /// - Throws: `RunFailure.recordNotWritten`.
    func state(_ snapshot: Snapshot) throws(RunFailure) -> String {
        if let lastState, lastState.snapshot == snapshot { return lastState.digest }
        let digest = try written { try store.write(snapshot) }
        lastState = (snapshot, digest)
        return digest
    }

    /// When the first fault fired; nil where none has.
    var firstFault: Nanoseconds? { header.deliveries.first?.time }

    /// What agents wrote around that.
    func said(_ lines: [SaidLine]) { header.said = lines.isEmpty ? nil : lines }

    /// What came of a step.
    func outcome(_ outcome: StepOutcome) { header.outcomes.append(outcome) }

    /// What came of an action of a fault.
    func delivery(_ delivery: Delivery) { header.deliveries.append(delivery) }

    /// Ends the record.
    ///
    /// - Parameters:
    ///   - failure: Why the run is no evidence, if so.
    ///   - undelivered: A sentence for each fault that did not fire, or was not taken back.
    ///   - namespacesMade: The role of each namespace, with the key of the operation that made it.
    ///   - duration: How long the run took.
    /// - Throws: `RunFailure.recordNotWritten`; the header then says so too, if the disk takes that.
    func end(
        _ failure: RunFailure?, undelivered: [String], namespacesMade: [String: String], duration: Nanoseconds
    ) throws(RunFailure) {
        var failure = failure
        var lost: RunFailure?
        do { try written { try store.finish() } } catch {
            lost = error
            failure = failure ?? error
        }
        header.undelivered = undelivered
        header.namespacesMade = namespacesMade
        header.notLookedAt = notLookedAt.isEmpty ? nil : notLookedAt
        header.error = failure?.description
        header.operations = store.operations
        header.duration = duration
        let header = header
        try written { try store.write(header) }
        if let lost { throw lost }
    }

    private func written<Result>(_ body: () throws -> Result) throws(RunFailure) -> Result {
        do { return try body() } catch { throw .recordNotWritten(explained(error)) }
    }

    /// Keeps names as many as references can learn from.
    private func keep(names: [String]) {
        let room = max(0, RecordHeader.namesLimit - header.namesMade.count)
        header.namesMade += names.prefix(room)
        guard names.count > room, !header.notes.contains(RecordHeader.namesLeftOut) else { return }
        header.notes.append(RecordHeader.namesLeftOut)
    }
}

extension Operation {
    /// The names that it gave to devices and files.
    var namesGiven: [String] {
        switch phrase.word {
        case "link.create": [phrase.argument] + [phrase.qualifiers["peer"]].compactMap { $0 }
        case "link.set": [phrase.qualifiers["name"]].compactMap { $0 }
        case "file.create": [phrase.argument]
        case "file.rename": [phrase.qualifiers["to"]].compactMap { $0 }
        default: []
        }
    }
}
