import Campaign
import Model
import Reports

/// What of a run fails a build.
struct Gate {
    /// What was there before; nil where everything counts.
    var before: Baseline?
    /// The least severity that fails.
    var severity = Severity.low
    /// How often each plan is run, in place of its own number.
    var runs: Int?
    /// How many more runs a plan with a new finding gets.
    var confirming = 0

    /// The findings of a plan that fail a build: nobody expected them, and they are new, bad enough, and were seen again.
    func failures(_ judgement: Judgement, _ plan: BaselinePlan) -> [Finding] {
        let new = before.map { before in
            let side = Baseline(versions: [:], plans: before.plans.filter { $0.plan == plan.plan })
            let now = Baseline(versions: [:], plans: [plan])
            return Set(Comparison(side, now).regressions(includingKnown: false).map(\.finding.fingerprint))
        }
        return judgement.unexpected.filter { finding in
            finding.partOf == nil && finding.severity.isAtLeast(severity) && new?.contains(finding.fingerprint) != false
                && isConfirmed(finding, judgement)
        }
    }

    /// Whether a run showed it that was only made to see it again; also where there were none.
    fileprivate func isConfirmed(_ finding: Finding, _ judgement: Judgement) -> Bool {
        let first = max(1, runs ?? judgement.plan.runs)
        guard confirming > 0, judgement.runs.count >= first + confirming else { return true }
        return judgement.runs.suffix(confirming).contains { $0.fingerprints.contains(finding.fingerprint) }
    }

    /// Whether a line of `known` is unseen that was not unseen before.
    private func hasUnseen(_ plan: BaselinePlan) -> Bool {
        let former = before?.plans.first { $0.plan == plan.plan }?.unseen ?? []
        return plan.unseen.contains { !former.contains($0) }
    }

    /// What a plan counts as for the exit status: its verdict, or `known` where nothing of it fails a build.
    func verdict(_ judgement: Judgement, _ plan: BaselinePlan) -> Verdict {
        switch judgement.verdict {
        case .fail, .flaky: failures(judgement, plan).isEmpty && !hasUnseen(plan) ? .known : .fail
        default: judgement.verdict
        }
    }
}

extension Severity {
    /// Whether it is as bad as another, or worse.
    func isAtLeast(_ other: Severity) -> Bool {
        let all = Severity.allCases
        return all.firstIndex(of: self) ?? 0 <= all.firstIndex(of: other) ?? 0
    }
}

/// What a run comes to by a gate, one plan after another.
struct GateTally {
    private let gate: Gate
    /// The plans that the baseline tested.
    private let tested: Set<String>
    private var verdicts: Set<Verdict> = []
    private var isLost = false
    private var mild = 0
    private var unconfirmed = 0

    /// Begins without a plan.
    init(_ gate: Gate) {
        self.gate = gate
        tested = Set(gate.before?.plans.filter(\.isTested).map(\.plan) ?? [])
    }

    /// Adds what a plan came to.
    mutating func add(_ judgement: Judgement) {
        let plan = BaselinePlan(judgement, replay: "")
        verdicts.insert(gate.verdict(judgement, plan))
        if !plan.isTested, tested.contains(plan.plan) { isLost = true }
        for finding in judgement.unexpected where finding.partOf == nil {
            if !finding.severity.isAtLeast(gate.severity) {
                mild += 1
            } else if !gate.isConfirmed(finding, judgement) {
                unconfirmed += 1
            }
        }
    }

    /// The exit status of the run.
    func exitStatus(interrupted: Interruption?) -> Int32 {
        let status = ExitStatus.of(verdicts, interrupted: interrupted)
        // What the baseline tested and this run could not is no success.
        return status == ExitStatus.success && isLost ? ExitStatus.error : status
    }

    /// What is wrong and fails nothing, and why.
    var remarks: [String] {
        func findings(_ count: Int) -> String { count == 1 ? "1 finding fails" : "\(count) findings fail" }
        return [
            mild == 0 ? nil : "--fail-on \(gate.severity.rawValue): \(findings(mild)) nothing",
            unconfirmed == 0
                ? nil : "--confirm \(gate.confirming): \(findings(unconfirmed)) nothing: not seen again",
        ].compactMap(\.self)
    }
}
