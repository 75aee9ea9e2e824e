import Model

/// Findings that have one cause, as far as that can be told: the same oracle, step and kinds of objects in one scenario.
public struct CauseReport: Hashable, Sendable {
    /// Its number in the report, from 1.
    public var number: Int
    /// Whether it is new or known.
    public var standing: FindingReport.Standing
    /// The oracles, the one that says most first.
    public var oracles: [OracleName]
    /// The scenario.
    public var scenario: String
    /// The step.
    public var step: String
    /// The worst severity of its findings.
    public var severity: Severity
    /// The weakness of the first.
    public var cwe: String
    /// One sentence: that of the first finding.
    public var message: String
    /// The places of its plans in the report, from 0.
    public var plans: [Int]
    /// How many findings it has.
    public var findings: Int
    /// The fingerprints of its findings, each once.
    public var fingerprints: [String]
    /// The first finding: what the cause is shown by.
    public var example: FindingReport
    /// The operations at which the faults fired, those of the first and the last of its plans; the same where all are one.
    public var window: [String]
}

extension RunReport {
    /// The causes: those that an exploration tells apart, or new ones first, then by severity and number of plans.
    public var causes: [CauseReport] {
        guard let explored else { return groupedCauses }
        return explored.causes.enumerated().compactMap { number, cause in
            CauseReport(cause, number: number + 1, in: plans)
        }
    }

    /// Findings that are alike, together.
    private var groupedCauses: [CauseReport] {
        var groups: [Signature: CauseReport] = [:]
        var order: [Signature] = []
        for (place, plan) in plans.enumerated() {
            for report in plan.wrong {
                let signature = Signature(report, of: plan)
                if groups[signature] == nil {
                    order.append(signature)
                    groups[signature] = CauseReport(first: report, of: plan)
                }
                groups[signature]?.add(report, place)
            }
        }
        var merged: [CauseReport] = []
        var places: [Consequence: Int] = [:]
        for signature in order {
            guard let cause = groups[signature] else { continue }
            let consequence = Consequence(
                scenario: cause.scenario, standing: cause.standing, kinds: signature.kinds, plans: cause.plans)
            // Two oracles that name the same kinds of objects in the same plans speak of one thing.
            if !signature.kinds.isEmpty, let place = places[consequence] {
                merged[place].take(cause)
            } else {
                places[consequence] = merged.count
                merged.append(cause)
            }
        }
        for place in merged.indices { merged[place].window = window(of: merged[place]) }
        let ranked = merged.enumerated().sorted { left, right in
            let keys = [left, right].map { ($0.element.rank, -$0.element.plans.count, $0.offset) }
            return keys[0] < keys[1]
        }
        return ranked.enumerated().map { number, ranked in
            var cause = ranked.element
            cause.number = number + 1
            return cause
        }
    }

    /// What is alike in findings of one cause.
    private struct Signature: Hashable {
        var scenario: String
        var standing: FindingReport.Standing
        var oracle: OracleName
        var step: String
        var kinds: [String]

        init(_ report: FindingReport, of plan: PlanReport) {
            scenario = plan.scenario
            standing = report.standing
            oracle = report.finding.oracle
            step = report.finding.step
            kinds = report.kinds
        }
    }

    private struct Consequence: Hashable {
        var scenario: String
        var standing: FindingReport.Standing
        var kinds: [String]
        var plans: [Int]
    }

    private func window(of cause: CauseReport) -> [String] {
        let points = cause.plans.compactMap { plans[$0].point }
        guard let first = points.first, let last = points.last else { return [] }
        return first == last ? [first] : [first, last]
    }
}

extension FindingReport {
    /// The kinds of its objects and what is wrong with them: `missing nft`.
    var kinds: [String] {
        if finding.differences.isEmpty { return finding.object.map { [$0.identity.noun] } ?? [] }
        return Set(finding.differences.map { "\($0.kind) \($0.identity.noun)" }).sorted()
    }
}

extension PlanReport {
    /// The operation at which its first fault fired: `add / bridge / netns.enter(pod) @ host # 1`.
    var point: String? { runs.lazy.compactMap(\.points.first).first }
}

extension CauseReport {
    fileprivate init(first report: FindingReport, of plan: PlanReport) {
        let finding = report.finding
        number = 0
        standing = report.standing
        oracles = [finding.oracle]
        scenario = plan.scenario
        step = finding.step
        severity = finding.severity
        cwe = finding.cwe
        message = finding.message
        plans = []
        findings = 0
        fingerprints = []
        example = report
        window = []
    }

    /// A cause that an exploration tells apart; nil where what it is shown by is not in the report.
    fileprivate init?(_ cause: ExploredReport.Cause, number: Int, in plans: [PlanReport]) {
        guard let first = cause.plans.first, plans.indices.contains(first) else { return nil }
        let wrong = plans[first].wrong
        guard let shown = wrong.first(where: { $0.finding.fingerprint == cause.fingerprint }) ?? wrong.first else {
            return nil
        }
        self.init(first: shown, of: plans[first])
        self.number = number
        message = cause.message
        window = cause.window
        if let rate = cause.rate { example.rate = rate }
        for place in cause.plans where plans.indices.contains(place) {
            for report in plans[place].wrong where cause.oracles.contains(report.finding.oracle) { add(report, place) }
        }
        oracles = cause.oracles
    }

    fileprivate mutating func add(_ report: FindingReport, _ plan: Int) {
        if plans.last != plan { plans.append(plan) }
        findings += 1
        if !fingerprints.contains(report.finding.fingerprint) { fingerprints.append(report.finding.fingerprint) }
    }

    /// Takes in the findings of another oracle about the same.
    fileprivate mutating func take(_ other: CauseReport) {
        if other.rank < rank {
            let mine = self
            self = other
            take(mine)
            return
        }
        oracles += other.oracles.filter { !oracles.contains($0) }
        findings += other.findings
        fingerprints += other.fingerprints.filter { !fingerprints.contains($0) }
    }

    fileprivate var rank: Int {
        (standing == .new ? 0 : 10) + (Severity.allCases.firstIndex(of: severity) ?? 0)
    }
}
