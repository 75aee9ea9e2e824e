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
    /// For each fault, what agents did that is likest to its point: told where it did not fire.
    private var nearest: [Nearest]

    init(_ faults: [Fault]) {
        self.faults = faults.map { ($0, PointCursor($0.point)) }
        nearest = faults.map { Nearest(to: $0.point.operation) }
    }

    /// Whether there is none to follow.
    var isEmpty: Bool { faults.isEmpty }

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
            for index in faults.indices {
                if side == .before { nearest[index].see(operation) }
                let namesResult = faults[index].fault.point.namesResult
                guard counts(position, namesResult), faults[index].cursor.meets(side, operation, in: step, holds: holds)
                else { continue }
                turns.append(Turn(fault: faults[index].fault, position: position))
            }
        }
        return turns
    }

    /// The faults to fire at the beginning or end of a step, or of one run of its command.
    mutating func turns(
        _ side: Point.Side, of step: Step, attempt: Int? = nil, holds: (Condition) -> Bool
    ) -> [Turn] {
        faults.indices.filter { faults[$0].cursor.meets(side, edgeOf: step, attempt: attempt, holds: holds) }.map {
            Turn(fault: faults[$0].fault, step: step)
        }
    }

    /// A sentence for each fault that did not fire as often as it should.
    func undelivered() -> [String] {
        zip(faults, nearest).compactMap { entry, nearest in
            let (fault, cursor) = entry
            guard cursor.met < cursor.wanted else { return nil }
            let waiting =
                cursor.isCounting ? "" : "; `\(Point.countingFromKey)` held at none of those that came"
            return
                "fault `\(fault.name)` fired \(cursor.met) of \(cursor.wanted) times: \(cursor.matches) operations"
                + " are \(fault.point.description)\(waiting)\(nearest.description)"
        }
    }
}

/// What agents did that is likest to a point: three different things at most, however many there are.
private struct Nearest {
    private static let limit = 3

    private struct Candidate {
        var score: Int
        var text: String
        var key: String

        func isBefore(_ other: Candidate) -> Bool { (other.score, key) < (score, other.key) }
    }

    private let wanted: Phrase
    private var candidates: [Candidate] = []

    init(to wanted: Phrase) { self.wanted = wanted }

    /// An operation is about to happen; of several that say the same, the last is told.
    mutating func see(_ operation: Operation) {
        let score = likeness(operation.phrase)
        guard score > 0 else { return }
        if candidates.count == Nearest.limit, let last = candidates.last, score < last.score { return }
        let candidate = Candidate(score: score, text: operation.phrase.lineText, key: operation.key)
        candidates.removeAll { $0.text == candidate.text }
        let place = candidates.firstIndex { candidate.isBefore($0) } ?? candidates.count
        candidates.insert(candidate, at: place)
        if candidates.count > Nearest.limit { candidates.removeLast() }
    }

    var description: String {
        candidates.isEmpty ? "" : "; the nearest: " + candidates.map(\.key).joined(separator: "; ")
    }

    /// How much of the pattern an operation has: the word counts most, then the object, then the noun.
    private func likeness(_ there: Phrase) -> Int {
        var score = 0
        if wanted.word == there.word { score += 4 }
        if Pattern(wanted.argument).matches(there.argument) { score += 2 }
        if wanted.noun == there.noun { score += 1 }
        return score
    }
}
