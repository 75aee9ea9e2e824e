import Model

/// What an exploration says beside its plans: what it counted and left out, and the causes that it tells apart itself.
public struct ExploredReport: Hashable, Sendable {
    /// The lines of what was counted, run and left out.
    public var denominator: [String]
    /// Its causes, in their order.
    public var causes: [Cause]

    /// Makes it of its parts.
    public init(denominator: [String], causes: [Cause]) {
        self.denominator = denominator
        self.causes = causes
    }

    /// A cause, by what it shows and where.
    public struct Cause: Hashable, Sendable {
        /// One sentence: what was done, and what came of it.
        public var message: String
        /// The oracles that see it.
        public var oracles: [OracleName]
        /// The places of its plans in the report, from 0; that of its example first.
        public var plans: [Int]
        /// The fingerprint of the finding that says most, in its example.
        public var fingerprint: String
        /// How often it was seen when it was run again; absent where it was not.
        public var rate: Rate?
        /// The first and the last operation at which it happens; one where these are the same.
        public var window: [String]

        /// Makes it of its parts.
        public init(
            message: String, oracles: [OracleName], plans: [Int], fingerprint: String, rate: Rate?, window: [String]
        ) {
            self.message = message
            self.oracles = oracles
            self.plans = plans
            self.fingerprint = fingerprint
            self.rate = rate
            self.window = window
        }
    }
}

extension RunReport {
    /// The same with the plans of one of its causes alone.
    public func only(_ cause: CauseReport) -> RunReport {
        var report = self
        report.plans = cause.plans.map { plans[$0] }
        guard var own = explored?.causes.first(where: { $0.plans == cause.plans && $0.message == cause.message }) else {
            report.explored = nil
            return report
        }
        own.plans = Array(cause.plans.indices)
        report.explored?.causes = [own]
        return report
    }
}
