/// What all runs of one plan came to: the verdict, why, and everything that a report of it needs.
public struct Judgement: Hashable, Codable, Sendable {
    /// The plan.
    public var plan: Plan
    /// The worst of its parts.
    public var verdict: Verdict
    /// What is wrong, known or allowed, each fingerprint once, in the order of steps and objects.
    public var findings: [Finding]
    /// The lines of `known` that were not seen as often as they say.
    public var unseen: [Expectation]
    /// Why the verdict is what it is, one sentence each; empty for `pass`.
    public var reasons: [String]
    /// What a reader must know besides: a control that is no evidence, what was disturbed.
    public var notes: [String]
    /// What no finding can be about, since it differs without faults, one line each.
    public var masked: [String]
    /// What was not as in most runs without faults, and was dropped because it is masked, one line each; absent where nothing was.
    public var dropped: [String]?
    /// What its runs did that no state compares, and asked that has no word; absent where there was none.
    public var notLookedAt: NotLookedAt?
    /// Whether comparison runs, of which there are none, would decide if something is wrong; absent where not.
    public var needsComparison: Bool?
    /// The runs of the plan, without references and controls, in order.
    public var runs: [JudgedRun]

    /// Makes a judgement without findings.
    public init(plan: Plan, verdict: Verdict) {
        self.plan = plan
        self.verdict = verdict
        findings = []
        unseen = []
        reasons = []
        notes = []
        masked = []
        runs = []
    }

    /// How a note begins that says of what a fault does nothing is looked at.
    public static let blindSpot = "a blind spot: "

    /// The findings that nobody expected: those that make a plan `fail` or `flaky`.
    public var unexpected: [Finding] { findings.filter { $0.expected == nil } }

    /// The findings that a line of `known` names.
    public var known: [Finding] { findings.filter { $0.expected.map(plan.known.contains) ?? false } }

    /// The findings that a line of `allow` names.
    public var allowed: [Finding] { findings.filter { $0.expected.map(plan.allow.contains) ?? false } }

    /// How often a finding was seen among the runs that are evidence.
    public func rate(of finding: Finding) -> Rate {
        let evidence = runs.filter { $0.error == nil && $0.notApplicable == nil }
        return Rate(
            hits: evidence.filter { $0.fingerprints.contains(finding.fingerprint) }.count, runs: evidence.count)
    }
}

/// One run of a plan, as its judgement saw it.
public struct JudgedRun: Hashable, Codable, Sendable {
    /// The folder of its record.
    public var folder: String
    /// Why it is no evidence; nil where it is.
    public var error: String?
    /// That its faults found nothing that they could act on; nil where they did.
    public var notApplicable: String?
    /// The faults that fired.
    public var deliveries: [Delivery]
    /// The points at which they did, with roles in the place of random names; absent where no such name is in them.
    public var points: [String]?
    /// What the harness did that an agent could have noticed.
    public var disturbed: [String]
    /// How long it took, in nanoseconds.
    public var duration: Nanoseconds
    /// The fingerprints of its findings, expected ones too.
    public var fingerprints: Set<String>

    /// Makes a run without findings.
    public init(folder: String, error: String? = nil) {
        self.folder = folder
        self.error = error
        deliveries = []
        disturbed = []
        duration = 0
        fingerprints = []
    }
}

/// How often something was seen in a number of runs.
public struct Rate: Hashable, Codable, Sendable, CustomStringConvertible {
    /// In how many runs it was seen.
    public var hits: Int
    /// How many runs there were.
    public var runs: Int

    /// Makes a rate of `hits` in `runs`.
    public init(hits: Int, runs: Int) {
        self.hits = hits
        self.runs = runs
    }

    /// Where the true rate lies with 95 % confidence, from 0 to 1: the interval of Wilson (1927).
    ///
    /// Everything from 0 to 1 where there was no run. It is wrong for runs that were stopped at a hit.
    public var interval: ClosedRange<Double> {
        guard runs > 0 else { return 0...1 }
        let z = 1.959_963_984_540_054
        let n = Double(runs)
        let p = Double(hits) / n
        let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        // Rounding must not push the certain end inside: of 0 hits the lower end is 0.
        return (hits == 0 ? 0 : max(0, middle - half))...(hits == runs ? 1 : min(1, middle + half))
    }

    /// `3/10 (11-60 %)`.
    public var description: String {
        let percent = [interval.lowerBound, interval.upperBound].map { String(Int(($0 * 100).rounded())) }
        return "\(hits)/\(runs) (\(percent[0])-\(percent[1]) %)"
    }
}
