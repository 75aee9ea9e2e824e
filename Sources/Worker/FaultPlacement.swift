import Model

/// Follows each fault's point, and says when its turn has come.
struct FaultPlacement {
    /// A fault whose turn has come.
    struct Turn {
        let fault: Fault
        /// Where in the stop's operations it is meant; nil at the edge of a step.
        var position: Int?
        /// The step at whose edge it is meant.
        var step: Step?
    }

    private var faults: [(fault: Fault, cursor: PointCursor)]
    /// Distinct things that agents did, for the nearest candidates of a fault that did not fire.
    private var seen: [String: (phrase: Phrase, key: String)] = [:]

    init(_ faults: [Fault]) { self.faults = faults.map { ($0, PointCursor($0.point)) } }

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
            if !faults.isEmpty, side == .before { seen[operation.phrase.lineText] = (operation.phrase, operation.key) }
            for index in faults.indices {
                let namesResult = faults[index].fault.point.namesResult
                guard counts(position, namesResult), faults[index].cursor.meets(side, operation, in: step, holds: holds)
                else { continue }
                turns.append(Turn(fault: faults[index].fault, position: position))
            }
        }
        return turns
    }

    /// The faults to fire at the beginning or end of a step.
    mutating func turns(_ side: Point.Side, of step: Step, holds: (Condition) -> Bool) -> [Turn] {
        faults.indices.filter { faults[$0].cursor.meets(side, edgeOf: step, holds: holds) }.map {
            Turn(fault: faults[$0].fault, step: step)
        }
    }

    /// A sentence for each fault that did not fire as often as it should.
    func undelivered() -> [String] {
        faults.compactMap { fault, cursor in
            guard cursor.met < cursor.wanted else { return nil }
            let waiting =
                cursor.isCounting ? "" : "; `\(Point.countingFromKey)` held at none of those that came"
            return
                "fault `\(fault.name)` fired \(cursor.met) of \(cursor.wanted) times: \(cursor.matches) operations"
                + " are \(fault.point.description)\(waiting)\(nearest(fault.point.operation))"
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
