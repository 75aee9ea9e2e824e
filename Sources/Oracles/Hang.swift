import Model

/// A command did not end within its time.
struct Hang: Oracle {
    static let name = OracleName.hang
    static let severity = Severity.high
    static let cwe = "CWE-833"

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            guard let attempt = step.outcome.attempts.first(where: \.timedOut) else { return nil }
            let allowed = step.command.map { " of \($0.timeout / 1_000_000) ms" } ?? ""
            return finding(
                about: step, "\(step.id) did not end within its time\(allowed)",
                Lines.list(attempt.stuck.map { "stuck: \($0)" })
                    + Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }
}
