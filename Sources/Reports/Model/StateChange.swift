import Model

/// What a step did to the state, beside what it does without faults.
public struct StateChange: Hashable, Sendable {
    /// One object in the three states, each in the syntax of ip(8), nft(8) or alike; absent where it is not there.
    public struct Row: Hashable, Sendable {
        /// The role of its namespace; empty for objects that stand in none.
        public var namespace: String
        /// Before the step.
        public var before: String?
        /// After it, without faults.
        public var reference: String?
        /// After it, in this run.
        public var after: String?

        /// How it stands to the reference; where that is not known, to the state before.
        var mark: Mark
    }

    /// How an object stands to the reference.
    enum Mark: String, Hashable, Sendable {
        case missing = "-"
        case extra = "+"
        case changed = "~"
        case same = " "

        init(expected: String?, there: String?) {
            self =
                switch (expected, there) {
                case (nil, .some): .extra
                case (.some, nil): .missing
                default: expected == there ? .same : .changed
                }
        }
    }

    /// The step's id.
    public var step: String
    /// Whether it is known what the step does without faults.
    public var hasReference: Bool
    /// The objects that are not the same in all states, those first that are not as in the reference.
    public var rows: [Row]
    /// How many objects were left out.
    public var omitted: Int

    /// So many objects are shown.
    static let most = 60

    init(of step: String, in record: Record, reference: Reference?) {
        self.step = step
        let names = record.header.namesMade
        func state(_ snapshot: Snapshot?) -> [Fact.Identity: Fact] {
            guard let snapshot else { return [:] }
            return (reference?.canonical(snapshot, namesMade: names) ?? snapshot).byIdentity
        }
        let before = state(record.state(before: step))
        let after = state(record.state(after: step))
        let expected = reference?.states[step]?.byIdentity
        hasReference = expected != nil
        let identities = Set(before.keys).union(after.keys).union((expected ?? [:]).keys)
        var all: [Row] = []
        for identity in identities.sorted() {
            let wanted = expected?[identity]
            guard before[identity] != after[identity] || (expected != nil && wanted != after[identity]) else {
                continue
            }
            let lines = (before[identity].map { ObjectText.line($0) }, after[identity].map { ObjectText.line($0) })
            let reference = wanted.map { ObjectText.line($0) }
            all.append(
                Row(
                    namespace: identity.namespace, before: lines.0, reference: reference, after: lines.1,
                    mark: Mark(expected: expected == nil ? lines.0 : reference, there: lines.1)))
        }
        let differing = all.filter { $0.mark != .same }
        rows = Array((differing + all.filter { $0.mark == .same }).prefix(StateChange.most))
        omitted = all.count - rows.count
    }
}
