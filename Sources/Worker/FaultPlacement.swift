import Model

/// Counts the operations that each fault's point means, and says when its turn has come.
struct FaultPlacement {
    /// A fault whose turn has come.
    struct Turn {
        let fault: Fault
        /// Where in the stop's operations it is meant; nil at the edge of a step.
        var position: Int?
        /// The step at whose edge it is meant.
        var step: Step?
    }

    private struct Progress {
        let fault: Fault
        /// Whether its `once` has held.
        var counts = false
        var matches = 0
        var fired = 0
    }

    private var faults: [Progress]
    /// Distinct things that agents did, for the nearest candidates of a fault that did not fire.
    private var seen: [String: (phrase: Phrase, key: String)] = [:]

    init(_ faults: [Fault]) { self.faults = faults.map { Progress(fault: $0) } }

    /// The faults to fire at these operations.
    ///
    /// - Parameters:
    ///   - counts: Whether a point that names a result, or does not, can mean the operation with that place now.
    ///   - holds: Whether a condition holds at this moment.
    mutating func turns(
        _ side: Point.Side, _ operations: [Operation], in step: Step,
        counts: (_ position: Int, _ namingResult: Bool) -> Bool, holds: (Condition) -> Bool
    ) -> [Turn] {
        var turns: [Turn] = []
        for (position, operation) in operations.enumerated() {
            if !faults.isEmpty, side == .before { seen[operation.phrase.spoken] = (operation.phrase, operation.key) }
            for index in faults.indices where faults[index].fault.point.side == side {
                let point = faults[index].fault.point
                guard point.operation.word != "step", point.operation.matches(operation),
                    counts(position, point.operation.qualifiers["result"] != nil),
                    point.during.map(step.isMeant) ?? true, point.agent.map({ $0 == operation.agent }) ?? true
                else { continue }
                guard begins(index, holds) else { continue }
                if take(index) { turns.append(Turn(fault: faults[index].fault, position: position)) }
            }
        }
        return turns
    }

    /// The faults to fire at the beginning or end of a step.
    mutating func turns(_ side: Point.Side, of step: Step, holds: (Condition) -> Bool) -> [Turn] {
        faults.indices.compactMap { index in
            let point = faults[index].fault.point
            guard point.side == side, point.operation.word == "step", step.isMeant(by: point.operation.which),
                point.during.map(step.isMeant) ?? true, begins(index, holds), take(index)
            else { return nil }
            return Turn(fault: faults[index].fault, step: step)
        }
    }

    /// Whether matches count by now: `once` has held at this moment or before.
    private mutating func begins(_ index: Int, _ holds: (Condition) -> Bool) -> Bool {
        if !faults[index].counts { faults[index].counts = faults[index].fault.point.once.map(holds) ?? true }
        return faults[index].counts
    }

    /// Counts a match; whether the fault fires at it.
    private mutating func take(_ index: Int) -> Bool {
        faults[index].matches += 1
        let isTurn =
            switch faults[index].fault.point.nth {
            case .these(let numbers): numbers.contains(faults[index].matches)
            case .all: true
            // The campaign has turned it into a number, by the references.
            case .last: false
            }
        if isTurn { faults[index].fired += 1 }
        return isTurn
    }

    /// A sentence for each fault that did not fire as often as it should.
    func undelivered() -> [String] {
        faults.compactMap { progress in
            let wanted: Int
            switch progress.fault.point.nth {
            case .these(let numbers): wanted = numbers.count
            case .all, .last: wanted = max(1, progress.fired)
            }
            guard progress.fired < wanted else { return nil }
            let point = progress.fault.point
            return
                "fault `\(progress.fault.name)` fired \(progress.fired) of \(wanted) times: \(progress.matches) operations"
                + " are \(point.description)\(nearest(point.operation))"
        }
    }

    private func nearest(_ wanted: Phrase) -> String {
        let ranked = seen.values.map { (score: FaultPlacement.likeness(wanted, $0.phrase), key: $0.key) }
            .filter { $0.score > 0 }.sorted { ($1.score, $0.key) < ($0.score, $1.key) }.prefix(3)
        return ranked.isEmpty ? "" : "; the nearest: " + ranked.map(\.key).joined(separator: "; ")
    }

    /// How much of the pattern an operation has: the word counts most, then the object, then the noun.
    private static func likeness(_ wanted: Phrase, _ there: Phrase) -> Int {
        var score = 0
        if wanted.word == there.word { score += 4 }
        if Pattern(wanted.which).matches(there.which) { score += 2 }
        if wanted.noun == there.noun { score += 1 }
        return score
    }
}
