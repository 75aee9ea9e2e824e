import Model

/// The operations around a fault, as a picture of the moment.
public enum Timeline {
    /// The lines around the first fault of a record that fired.
    ///
    /// - Parameter count: How many operations on each side.
    /// - Returns: Nothing when no fault fired.
    public static func lines(of record: Record, around count: Int = 4) -> [TimelineLine] {
        guard let first = record.header.deliveries.first else { return [] }
        let sides = Dictionary(
            record.header.plan.faults.map { ($0.name, $0.point.side) }, uniquingKeysWith: { first, _ in first })
        let side = sides[first.fault] ?? .before
        var before: [Operation] = []
        var after: [Operation] = []
        for operation in record.operations {
            if precedes(operation, first, side) {
                before.append(operation)
                if before.count > count { before.removeFirst() }
            } else {
                after.append(operation)
                if after.count == count { break }
            }
        }
        let faults = record.header.deliveries.filter { $0 == first || isShown($0, upTo: after.last) }
        var lines = before.map(line)
        var rest = after[...]
        for delivery in faults {
            let side = sides[delivery.fault] ?? .before
            let passed = rest.prefix { precedes($0, delivery, side) }
            lines += passed.map(line)
            rest = rest.dropFirst(passed.count)
            lines.append(line(delivery))
            // It was announced before the fault, and happened behind it.
            if side == .before, let next = rest.first, next.index == delivery.operation {
                rest[rest.startIndex].started = max(next.started, delivery.time)
            }
        }
        return lines + rest.map(line)
    }

    /// Whether an operation stands before a fault: by its place where the fault has one, else by time.
    private static func precedes(_ operation: Operation, _ delivery: Delivery, _ side: Point.Side) -> Bool {
        guard let place = delivery.operation else { return operation.started < delivery.time }
        return side == .before ? operation.index < place : operation.index <= place
    }

    private static func isShown(_ delivery: Delivery, upTo last: Operation?) -> Bool {
        guard let last else { return true }
        return delivery.operation.map { $0 <= last.index } ?? (delivery.time <= last.started)
    }

    private static func line(_ operation: Operation) -> TimelineLine {
        TimelineLine(
            time: operation.started, who: operation.program, what: operation.phrase.lineText,
            result: operation.result.description, isFault: false)
    }

    private static func line(_ delivery: Delivery) -> TimelineLine {
        TimelineLine(
            time: delivery.time, who: delivery.fault, what: delivery.action.lineText,
            result: delivery.failure ?? "\(delivery.effect)", isFault: true)
    }
}

/// One line of the picture around a fault.
public struct TimelineLine: Hashable, Codable, Sendable {
    /// When, in nanoseconds since the record began.
    public var time: Nanoseconds
    /// Who: a program, or the name of a fault.
    public var who: String
    /// What, in the format's own words.
    public var what: String
    /// What came of it.
    public var result: String
    /// Whether it is a fault.
    public var isFault: Bool
}
