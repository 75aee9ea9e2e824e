import Model

/// A service or a driver ended by itself between its start and its stop.
struct Ended: Oracle {
    static let name = OracleName(rawValue: "ended")
    static let severity = Severity.high
    static let cwe = "CWE-755"

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let expected = evidence.reference?.ended[step.id] ?? []
            // Without faults nothing excuses it.
            let ends = (step.outcome.ended ?? []).filter {
                !evidence.plan.isDisturbed || !expected.contains($0.agent)
            }
            guard !ends.isEmpty else { return nil }
            let text = ends.map { "\($0.agent) ended by itself: \($0.end)" }.joined(separator: "; ")
            return finding(
                about: step, "in \(step.id), \(text)",
                Lines.list(ends.flatMap { end in end.said.map { "\(end.agent) said: \($0)" } })
                    + Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }
}
