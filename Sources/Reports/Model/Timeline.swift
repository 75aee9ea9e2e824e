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
        var lines = before.map { TimelineLine($0) }
        var rest = after[...]
        for delivery in faults {
            let side = sides[delivery.fault] ?? .before
            let passed = rest.prefix { precedes($0, delivery, side) }
            lines += passed.map { TimelineLine($0) }
            rest = rest.dropFirst(passed.count)
            lines.append(TimelineLine(delivery))
            // It was announced before the fault, and happened behind it.
            if side == .before, let next = rest.first, next.index == delivery.operation {
                rest[rest.startIndex].started = max(next.started, delivery.time)
            }
        }
        return lines + rest.map { TimelineLine($0) }
    }

    /// The lines with what agents said meanwhile between them, so many at the most.
    public static func merged(_ lines: [TimelineLine], _ said: [SaidLine], most: Int = 12) -> [TimelineLine] {
        guard let first = lines.first, let end = lines.map({ $0.time + $0.duration }).max() else { return lines }
        let near = said.filter { (first.time...end).contains($0.time) }.prefix(most).map { TimelineLine($0) }
        var rest = near[...]
        var merged: [TimelineLine] = []
        for line in lines {
            let before = rest.prefix { $0.time < line.time }
            merged += before
            rest = rest.dropFirst(before.count)
            merged.append(line)
        }
        return merged + rest
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
}

/// One line of the picture around a fault.
public struct TimelineLine: Hashable, Sendable {
    /// When, in nanoseconds since the record began.
    public var time: Nanoseconds
    /// How long it took; of a fault, how long the agent was held for it.
    public var duration: Nanoseconds
    /// Who: a program, or the name of a fault.
    public var who: String
    /// The chain of programs that led to it; the fault's name of a fault.
    public var lineage: String
    /// The role of the namespace that it is about.
    public var namespace: String?
    /// What, in the format's own words.
    public var what: String
    /// What came of it.
    public var result: String
    /// Whether it was refused.
    public var failed: Bool
    /// Whether it is a fault.
    public var isFault: Bool
    /// Whether it is what an agent said.
    public var isSaid = false

    init(_ operation: Operation) {
        time = operation.started
        duration = operation.duration
        who = operation.program
        lineage = operation.lineage
        namespace = TimelineLine.namespace(of: operation.phrase)
        what = operation.phrase.lineText
        result = operation.result.description
        if case .failed = operation.result { failed = true } else { failed = false }
        isFault = false
    }

    init(_ said: SaidLine) {
        time = said.time
        duration = 0
        who = said.agent
        lineage = said.agent
        what = "| \(said.text)"
        result = ""
        failed = false
        isFault = false
        isSaid = true
    }

    init(_ delivery: Delivery) {
        time = delivery.time
        duration = delivery.held
        who = delivery.fault
        lineage = delivery.fault
        namespace = delivery.removed.first ?? TimelineLine.namespace(of: delivery.action.phrase)
        what = delivery.action.lineText
        result = delivery.failure ?? "\(delivery.effect)"
        failed = delivery.failure != nil
        isFault = true
    }

    /// A namespace by its name, else the one in which it is done.
    static func namespace(of phrase: Phrase) -> String? {
        phrase.noun == "netns" && !phrase.argument.isEmpty ? phrase.argument : phrase.namespace
    }
}
