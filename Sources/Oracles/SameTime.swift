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

extension Record {
    /// The names that agents made, in the order in which the reference runs the steps that here ran at the same time.
    ///
    /// Random names are counted in the order of creation, which tells nothing where two steps create in turn: `r#1` is who
    /// came first, and the file in which both write themselves may say the other first.
    func namesMade(as reference: Reference?) -> [String] {
        let made = header.namesMade
        guard let shares = reference?.shares, !shares.isEmpty else { return made }
        let maker = makers(of: made) { shares[$0] != nil }
        var names = made
        for step in header.plan.steps where !step.parts.isEmpty {
            let parts = Set(step.parts.map(\.id))
            let places = made.indices.filter { maker[made[$0]].map(parts.contains) ?? false }
            // The sort must keep what is of one step as it is.
            let sorted = places.enumerated().sorted { one, other in
                let steps = [one, other].map { maker[made[$0.element]].flatMap { shares[$0]?.place } ?? 0 }
                return (steps[0], one.offset) < (steps[1], other.offset)
            }
            for (place, from) in zip(places, sorted) { names[place] = made[from.element] }
        }
        return names
    }

    /// The step that made each name: that of the first operation that says it.
    private func makers(of names: [String], in isMeant: (String) -> Bool) -> [String: String] {
        let wanted = Set(names)
        var makers: [String: String] = [:]
        for operation in operations where isMeant(operation.step) {
            let phrase = operation.phrase
            for text in [phrase.argument] + phrase.qualifiers.values where wanted.contains(text) && makers[text] == nil
            {
                makers[text] = operation.step
            }
        }
        return makers
    }
}
