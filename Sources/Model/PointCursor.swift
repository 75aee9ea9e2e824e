/// Follows one point through a run: counts what the point means, and says which of it is meant by number.
///
/// Faults, `until`, `order` and the references all use this one, so a point means the same everywhere.
public struct PointCursor: Sendable {
    /// The point.
    public let point: Point
    /// Whether matches are counted by now.
    public private(set) var isCounting: Bool
    /// How many matches were counted.
    public private(set) var matches = 0
    /// How many of them were meant by number.
    public private(set) var met = 0

    /// Makes a cursor before the first operation.
    public init(_ point: Point) {
        self.point = point
        isCounting = point.countingFrom == nil
    }

    /// An operation has come, or is over; counts it where the point means it.
    ///
    /// - Parameters:
    ///   - step: The step to which the operation belongs.
    ///   - holds: Whether a condition holds at this moment; asked only where the operation is a match.
    /// - Returns: Whether it is meant by number too.
    public mutating func meets(
        _ side: Point.Side, _ operation: Operation, in step: Step?, holds: (Condition) -> Bool
    ) -> Bool {
        point.side == side && point.means(operation, in: step) && count(holds)
    }

    /// A step, or one run of its command, begins or has ended; counts that where the point means it.
    ///
    /// - Returns: Whether it is meant by number too.
    public mutating func meets(
        _ side: Point.Side, edgeOf step: Step, attempt: Int? = nil, holds: (Condition) -> Bool
    ) -> Bool {
        point.side == side && point.means(edgeOf: step, attempt: attempt) && count(holds)
    }

    /// Whether an operation would be met on the point's side, were it counted now; nothing is counted.
    public func wouldMeet(_ operation: Operation, in step: Step?, holds: (Condition) -> Bool) -> Bool {
        guard point.means(operation, in: step) else { return false }
        var copy = self
        return copy.count(holds)
    }

    /// How often it must be met in a run: once where the point says `all` or `last`.
    public var wanted: Int {
        if case .these(let numbers) = point.nth { numbers.count } else { max(1, met) }
    }

    private mutating func count(_ holds: (Condition) -> Bool) -> Bool {
        if !isCounting { isCounting = point.countingFrom.map(holds) ?? true }
        guard isCounting else { return false }
        matches += 1
        let isMeant =
            switch point.nth {
            case .these(let numbers): numbers.contains(matches)
            case .all: true
            // The campaign has turned it into a number, by the references.
            case .last: false
            }
        if isMeant { met += 1 }
        return isMeant
    }
}

extension Point {
    /// Whether it is about the beginning or end of a step.
    public var isEdge: Bool { operation.word == "step" }

    /// What says at the edge of which run of its command a fault is meant; comparison runs alone say it.
    public static let attemptKey = "attempt"

    /// Whether it is about the end of a whole step.
    public var isEndOfStep: Bool { isEdge && side == .after && operation.qualifiers[Point.attemptKey] == nil }

    /// Whether it asks what came of the operation.
    public var namesResult: Bool { operation.qualifiers["result"] != nil }

    /// Whether an operation is one that this point counts, whatever its number.
    public func means(_ operation: Operation, in step: Step?) -> Bool {
        guard !isEdge, self.operation.matches(operation) else { return false }
        if let agent, agent != operation.agent { return false }
        return during.map { step?.isMeant(by: $0) ?? false } ?? true
    }

    /// Whether the edge of a step is one that this point counts, whatever its number; an agent says nothing there.
    ///
    /// - Parameter attempt: Which run of its command, where it is about that and not about the whole step.
    public func means(edgeOf step: Step, attempt: Int? = nil) -> Bool {
        guard isEdge, step.isMeant(by: operation.argument),
            operation.qualifiers[Point.attemptKey] == attempt.map(String.init)
        else { return false }
        return during.map { step.isMeant(by: $0) } ?? true
    }
}
