import Model

/// A check of the scenario does not hold.
struct Check: Oracle {
    static let name = OracleName.check
    static let severity = Severity.medium
    static let cwe = "CWE-755"
    static let meaning = "a check of the scenario does not hold"
    static let blindSpots = "what no check looks at"
    static let pairs = ["table-never-filled", "worker-thread-dies"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            guard case .check = step.step.body, let failure = step.outcome.failure else { return nil }
            // What a check is about only the scenario knows.
            return finding(
                about: step, "the check \(step.id) does not hold: \(failure)", [],
                cwe: evidence.plan.cwe.first ?? Self.cwe)
        }
    }
}
