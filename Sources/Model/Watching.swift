/// A line by which an agent says that something is so.
public struct Claim: Hashable, Codable, Sendable {
    /// What the line says.
    public var log: LogPattern
    /// What is so, then.
    public var means: Condition

    /// Joins them.
    public init(log: LogPattern, means: Condition) {
        self.log = log
        self.means = means
    }
}

/// A time in a step in which what the step must keep was not so, though it was before.
public struct Gap: Hashable, Codable, Sendable {
    /// The condition, as the scenario writes it.
    public var condition: String
    /// Why it did not hold.
    public var why: String
    /// The index of the operation behind which it did not hold; absent at the edge of the step.
    public var from: Int?
    /// The index of the operation behind which it held again; absent where it did at the end of the step, or not at all.
    public var until: Int?
    /// Whether it held at the end of the step.
    public var hasEnded = false
    /// When that was seen, in nanoseconds since the record began.
    public var time: Nanoseconds
    /// How long the agent ran meanwhile, in nanoseconds, without the time for which it was held.
    public var lasted: Nanoseconds = 0
    /// Whether the world had changed something since it was last seen to hold.
    public var isWorlds: Bool

    /// Makes one that has begun.
    public init(condition: String, why: String, from: Int?, time: Nanoseconds, isWorlds: Bool) {
        self.condition = condition
        self.why = why
        self.from = from
        self.time = time
        self.isWorlds = isWorlds
    }
}

/// What an agent said that was not so.
public struct FalseClaim: Hashable, Codable, Sendable {
    /// The agent.
    public var agent: String
    /// The line.
    public var line: String
    /// What it means.
    public var condition: Condition
    /// Why that did not hold.
    public var why: String
    /// When that was seen, in nanoseconds since the record began.
    public var time: Nanoseconds
    /// The index of the operation before which it was seen; absent at the edge of the step.
    public var before: Int?
    /// Whether it was so when the step had settled.
    public var becameSo = false

    /// Makes one that is not so yet.
    public init(agent: String, line: String, condition: Condition, why: String, time: Nanoseconds, before: Int?) {
        self.agent = agent
        self.line = line
        self.condition = condition
        self.why = why
        self.time = time
        self.before = before
    }
}

/// A line that an agent wrote, and when.
public struct SaidLine: Hashable, Codable, Sendable {
    /// When it was read, in nanoseconds since the record began: within a moment of when it was written.
    public var time: Nanoseconds
    /// The agent.
    public var agent: String
    /// The line, cut where it is long.
    public var text: String

    /// Makes a line.
    public init(time: Nanoseconds, agent: String, text: String) {
        self.time = time
        self.agent = agent
        self.text = text
    }
}
