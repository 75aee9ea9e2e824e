import Model

/// What the plan of a candidate came to, as far as causes are told by it.
public struct Outcome: Hashable, Sendable {
    /// The candidate.
    public var candidate: Int
    /// The verdict.
    public var verdict: Verdict
    /// What nobody expected.
    public var findings: [Finding]
    /// What its runs did that no state compares, and asked that has no word.
    public var notLookedAt: NotLookedAt?

    /// Makes an outcome.
    public init(candidate: Int, verdict: Verdict, findings: [Finding]) {
        self.candidate = candidate
        self.verdict = verdict
        self.findings = findings
    }

    /// Whether it tells anything: the plan could be run, and was.
    var isJudged: Bool {
        switch verdict {
        case .error, .skipped: false
        default: true
        }
    }

    /// Takes the outcome from a judgement.
    public init(candidate: Int, _ judgement: Judgement) {
        self.init(candidate: candidate, verdict: judgement.verdict, findings: judgement.unexpected)
        notLookedAt = judgement.notLookedAt
    }
}
