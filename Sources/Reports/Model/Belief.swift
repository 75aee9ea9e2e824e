import Model

/// What an agent knew of an object when a fault changed it, and what was true then.
///
/// Known is what the last operation before the fault told or did that is about the object, by the table of operations.
struct Belief {
    /// `believed: netns pod is there: bridge netns.open pod ok, 0.4 ms before; true from then on: namespace pod lost its name`.
    let line: String

    /// What was known of the object of a fault; nil where the fault is about none, was not delivered, or nothing was known.
    init?(at delivery: Delivery, in record: Record) {
        let action = delivery.action.phrase
        guard delivery.failure == nil, let noun = delivery.objectNoun else { return nil }
        let wanted = Pattern(action.argument)
        var last: Operation?
        for operation in record.operations {
            let isBefore = delivery.operation.map { operation.index < $0 } ?? (operation.started < delivery.time)
            guard isBefore else { break }
            let isAbout = operation.effects.contains { $0.noun == noun && wanted.matches($0.name) }
            if isAbout, operation.result != .unknown { last = operation }
        }
        guard let last, let effect = last.effects.first(where: { $0.noun == noun && wanted.matches($0.name) }) else {
            return nil
        }
        let isThere = last.result == .ok && effect.kind != .removes
        let age = delivery.time > last.started ? delivery.time - last.started : 0
        line =
            "believed: \(noun) \(effect.name) is \(isThere ? "there" : "not there"), by \(last.program)"
            + " \(last.phrase.lineText) \(last.result), \(Columns.span(age)) before; true from then on: \(delivery.effect)"
    }
}

extension Delivery {
    /// The noun of the object that its action changes; nil of one that changes none of the world.
    fileprivate var objectNoun: String? {
        let noun = String(action.phrase.word.prefix { $0 != "." })
        guard noun != action.phrase.word, !action.phrase.argument.isEmpty else { return nil }
        return noun
    }
}
