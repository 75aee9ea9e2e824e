/// How often the steps of a plan are gone through, to see what grows.
public struct Cycles: Hashable, Codable, Sendable {
    /// How often.
    public var count: Int
    /// How many steps stand before the first cycle: they only prepare.
    public var first: Int

    /// Makes so many cycles.
    public init(count: Int, first: Int = 0) {
        self.count = count
        self.first = first
    }
}

extension Plan {
    /// The ids of the steps of each cycle, in order; none of a plan without cycles.
    ///
    /// A `together` counts by the last of its parts, with which it has its state in common.
    public var stepsOfCycles: [[String]] {
        guard let cycles, cycles.count > 0, steps.count > cycles.first else { return [] }
        let ids = steps.dropFirst(cycles.first).map { ($0.parts.last ?? $0).id }
        let length = ids.count / cycles.count
        return (0..<cycles.count).map { Array(ids[($0 * length)..<(($0 + 1) * length)]) }
    }
}

/// What a long-lived agent holds at one moment, all its processes together.
public struct AgentResources: Hashable, Codable, Sendable {
    /// The agent.
    public var agent: String
    /// Its open descriptors.
    public var descriptors: Int
    /// Its threads.
    public var threads: Int
    /// Its resident memory that no file stands behind, in KiB.
    public var memory: Int

    /// Makes what an agent holds.
    public init(agent: String, descriptors: Int, threads: Int, memory: Int) {
        self.agent = agent
        self.descriptors = descriptors
        self.threads = threads
        self.memory = memory
    }
}
