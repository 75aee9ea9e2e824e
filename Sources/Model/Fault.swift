/// What the world or the kernel does to the agent at a point; never part of the reference.
public struct Fault: Hashable, Codable, Sendable {
    /// Its name, `fault-1` where none was given.
    public var name: String
    /// Where it happens.
    public var point: Point
    /// What happens, in this order.
    public var actions: [Action]
    /// When what it did is taken back; nil where it stays.
    public var until: Until?
    /// So long after the beginning of the step that its point means it happens, beside the agent, which nobody holds; absent
    /// where the agent is held at the point.
    public var besideAfter: Nanoseconds?
    /// Where it is written: `FILE:LINE:COLUMN`, or `--fault, column N`; nil where it was made by a program.
    public var location: String?

    /// When a fault is taken back.
    public enum Until: Hashable, Codable, Sendable {
        /// At the first operation that the point means after the fault fired.
        case point(Point)
        /// So long after the fault fired.
        case duration(Nanoseconds)
    }

    /// Makes a fault.
    public init(name: String, point: Point, actions: [Action], until: Until? = nil) {
        self.name = name
        self.point = point
        self.actions = actions
        self.until = until
    }
}

/// Before or after an operation.
public struct Point: Hashable, Codable, Sendable, CustomStringConvertible {
    /// On which side of the operation.
    public enum Side: String, Hashable, Codable, Sendable {
        /// It has not happened.
        case before
        /// It has, whatever the agent is told.
        case after
    }

    /// Which of the matching operations are meant.
    public enum Nth: Hashable, Codable, Sendable {
        /// These, counted from 1.
        case these([Int])
        /// The last one of the reference.
        case last
        /// Each of them.
        case all
    }

    /// On which side.
    public var side: Side
    /// Which operation; the word `step` means the beginning or end of a step.
    public var operation: Phrase
    /// Which of the matches in the plan.
    public var nth: Nth
    /// The step in which it must happen.
    public var during: String?
    /// The agent that must do it.
    public var agent: String?
    /// From when on matches are counted: the first moment at which this holds; nil where all are.
    public var countingFrom: Condition?

    /// Whether, in an order, it need not be passed where its agent is kept from it, as by a lock that somebody holds who waits;
    /// absent where it must be.
    public var orBlocked: Bool?

    /// The key of ``countingFrom`` in a scenario.
    public static let countingFromKey = "counting-from"

    /// Makes a point.
    public init(
        _ side: Side, _ operation: Phrase, nth: Nth = .these([1]), during: String? = nil, agent: String? = nil,
        countingFrom: Condition? = nil
    ) {
        self.side = side
        self.operation = operation
        self.nth = nth
        self.during = during
        self.agent = agent
        self.countingFrom = countingFrom
    }

    /// The point as the scenario file writes it.
    public var description: String {
        var parts = ["\(side.rawValue): \(operation)"]
        switch nth {
        case .these([1]): break
        case .these(let numbers): parts.append("nth: \(numbers.map(String.init).joined(separator: ", "))")
        case .last: parts.append("nth: last")
        case .all: parts.append("nth: all")
        }
        if let during { parts.append("during: \(during)") }
        if let agent { parts.append("agent: \(agent)") }
        if let countingFrom { parts.append("\(Point.countingFromKey): \(countingFrom)") }
        if orBlocked == true { parts.append("or: blocked") }
        return parts.joined(separator: ", ")
    }
}
