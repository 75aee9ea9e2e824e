import Model

/// How often a cause is run again until its rate is known.
public struct StoppingRule: Sendable {
    /// So many runs are made in any case.
    public var least: Int
    /// And never more than these.
    public var most: Int
    /// It ends when the interval of the rate is no wider than this.
    public var width: Double

    /// The usual one.
    public static let usual = StoppingRule(least: 10, most: 30, width: 0.3)

    /// Makes a rule.
    public init(least: Int, most: Int, width: Double) {
        self.least = least
        self.most = most
        self.width = width
    }

    /// How many more runs are made; 0 where the rate is known.
    public func more(after rate: Rate) -> Int {
        if rate.runs < least { return least - rate.runs }
        // What is seen always, or never, is known well enough: more runs would say the same.
        if rate.hits == rate.runs || rate.hits == 0 || rate.runs >= most { return 0 }
        let interval = rate.interval
        return interval.upperBound - interval.lowerBound <= width ? 0 : min(10, most - rate.runs)
    }

    /// The rule in words.
    public var description: String {
        "\(least) runs each, and up to \(most) where it comes and goes, until the interval is no wider than \(Int(width * 100)) %"
    }
}
