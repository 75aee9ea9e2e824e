/// What the world or the kernel does to the agent at a point; never part of the reference.
public struct Fault: Hashable, Codable, Sendable {
    /// Its name, `fault-1` where none was given.
    public var name: String
    /// Where it happens.
    public var point: Point
    /// What happens, in this order.
    public var actions: [Phrase]
    /// When what it did is taken back; nil where it stays.
    public var until: Until?
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
    public init(name: String, point: Point, actions: [Phrase], until: Until? = nil) {
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
    /// What must have come true before the matches are counted.
    public var once: Condition?

    /// Makes a point.
    public init(
        _ side: Side, _ operation: Phrase, nth: Nth = .these([1]), during: String? = nil, agent: String? = nil,
        once: Condition? = nil
    ) {
        self.side = side
        self.operation = operation
        self.nth = nth
        self.during = during
        self.agent = agent
        self.once = once
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
        if let once { parts.append("once: \(once)") }
        return parts.joined(separator: ", ")
    }
}

/// That a fault was delivered at an operation, or why not.
public struct Delivery: Hashable, Codable, Sendable {
    /// The fault.
    public var fault: String
    /// The key of the operation at which it fired, or `step / beginning` of a step.
    public var key: String
    /// The index of that operation in the record, absent for steps.
    public var operation: Int?
    /// The step during which it fired.
    public var step: String
    /// The action.
    public var action: Phrase
    /// What came of it: nil when it was delivered whole, else why it was not.
    public var failure: String?
    /// What was seen: which namespace went, who was killed, how long it took to settle.
    public var detail: String
    /// The roles of the namespaces that the action took away.
    public var removed: [String]
    /// When it fired, in nanoseconds since the record began.
    public var time: Nanoseconds
    /// How long the agent was held for it.
    public var held: Nanoseconds

    /// Makes a delivery.
    public init(
        fault: String, key: String, operation: Int?, step: String, action: Phrase, failure: String? = nil,
        detail: String = "", removed: [String] = [], time: Nanoseconds, held: Nanoseconds = 0
    ) {
        self.fault = fault
        self.key = key
        self.operation = operation
        self.step = step
        self.action = action
        self.failure = failure
        self.detail = detail
        self.removed = removed
        self.time = time
        self.held = held
    }
}
