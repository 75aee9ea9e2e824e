import Model

/// Whose work an object is, where steps ran at the same time and left one state.
///
/// It is the work of those that touch it where the steps run one after the other. What none of them touches then is the work
/// of those whose operations are about it, and where none are, of each.
struct SameTime {
    private let plan: Plan
    private let ran: [String]
    private let shares: [String: Reference.Share]
    /// What the steps of each `together` did that changed something, by the step's id.
    private var done: [String: [Phrase]] = [:]

    init(_ record: Record, _ reference: Reference?) {
        plan = record.header.plan
        ran = record.header.outcomes.map(\.step)
        shares = reference?.shares ?? [:]
        guard !shares.isEmpty else { return }
        for operation in record.operations where shares[operation.step] != nil && operation.changesSomething {
            if case .failed = operation.result { continue }
            done[operation.step, default: []].append(operation.phrase)
        }
    }

    /// The places of the steps that ran at the same time as the one at a place, itself included.
    func span(of index: Int) -> Range<Int> {
        let together = plan.atTheSameTime(as: ran[index])
        let places = ran.indices.filter { together.contains(ran[$0]) }
        return (places.first ?? index)..<((places.last ?? index) + 1)
    }

    /// The objects that are the work of others than this step.
    ///
    /// - Parameter objects: What was touched, under the names that operations say.
    func others(than step: String, objects: [(identity: Fact.Identity, fact: Fact)]) -> Set<Fact.Identity> {
        guard let mine = shares[step]?.objects else { return [] }
        let siblings = plan.atTheSameTime(as: step).filter { $0 != step }
        var others = siblings.reduce(into: Set<Fact.Identity>()) { $0.formUnion(shares[$1]?.objects ?? []) }
        others.subtract(mine)
        for (identity, fact) in objects where !mine.contains(identity) && !others.contains(identity) {
            if isDone(by: step, on: fact) { continue }
            if siblings.contains(where: { isDone(by: $0, on: fact) }) { others.insert(identity) }
        }
        return others
    }

    private func isDone(by step: String, on fact: Fact) -> Bool {
        done[step]?.contains { $0.isAbout(fact) } ?? false
    }
}
