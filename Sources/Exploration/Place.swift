import Model

/// One operation of the references, at which faults can be put.
public struct Place: Hashable, Codable, Sendable {
    /// Its place among all, from 0, in the order in which the operations happened.
    public var number: Int
    /// The step, by its name and which of that name it is: `add.1`.
    public var step: String
    /// The operation, as the first reference has it.
    public var operation: Operation
    /// The point before it, which means it alone in every reference that has it.
    public var point: Point
    /// In how many of the references it was seen.
    public var seen: Int
    /// How many references there are.
    public var references: Int
    /// Whether the next operation, in the order of the record, is one of the same thread in the same step.
    public var isFollowedBySameThread: Bool
    /// Whether its process is the first of its command, and the only one that the step ever has.
    public var isOnlyProcess: Bool

    /// How many of those that the point counts before it never came to their end, for their process was killed; absent where none.
    public var unended: Int?

    /// Whether each reference has it.
    public var isStable: Bool { seen == references }

    /// The point on a side of it.
    public func point(_ side: Point.Side) -> Point {
        var point = point
        point.side = side
        // Behind an operation those are counted that came to their end.
        if side == .after, let unended, case .these(let numbers) = point.nth {
            point.nth = .these(numbers.map { $0 - unended })
        }
        return point
    }

    /// What it is called on one line: `netns.name x by ip`.
    public var name: String { operation.phrase.lineText }
}

extension Place {
    /// The places of some references, in the order of the first.
    ///
    /// - Parameters:
    ///   - records: The fault-free runs; all of the same plan.
    ///   - naming: How their operations are named.
    ///   - steps: The ids of the steps that are explored; of these the operations count.
    static func all(in records: [Record], _ naming: PointNaming, steps: Set<String>) -> [Place] {
        var runs: [(operations: [Operation], points: [Point])] = []
        for record in records {
            var naming = naming
            var operations: [Operation] = []
            var points: [Point] = []
            let named = Dictionary(
                record.header.plan.allSteps.map { ($0.id, "\($0.name).\($0.occurrence)") },
                uniquingKeysWith: { first, _ in first })
            for operation in record.operations where steps.contains(operation.step) {
                operations.append(operation)
                points.append(naming.point(operation, during: named[operation.step] ?? operation.step))
            }
            runs.append((operations, points))
        }
        guard let first = runs.first else { return [] }
        let known = runs.map { Set($0.points) }
        return first.operations.indices.map { index in
            let operation = first.operations[index]
            let point = first.points[index]
            let next = index + 1 < first.operations.count ? first.operations[index + 1] : nil
            let programs = Set(first.operations.filter { $0.step == operation.step }.map(\.lineage))
            return Place(
                number: index, step: point.during ?? operation.step, operation: operation, point: point,
                seen: known.count { $0.contains(point) }, references: runs.count,
                isFollowedBySameThread: next.map { $0.thread == operation.thread && $0.step == operation.step }
                    ?? false,
                isOnlyProcess: programs.count == 1 && !operation.lineage.contains("/"))
        }
    }
}
