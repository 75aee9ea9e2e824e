import Model

/// A service that was started is gone, or not ready, when its time is over.
struct NotReady: Oracle {
    static let name = OracleName.notReady
    static let severity = Severity.medium
    static let cwe = "CWE-755"
    static let meaning = "a service that was started is gone, or not ready in its time"
    static let blindSpots = "a service that says it is ready and is not: a `check` sees that"
    static let pairs = ["ready-before-it-is", "stale-socket-blocks-start"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            switch step.step.body {
            case .start(let agent):
                guard let failure = step.outcome.failure else { return nil }
                return finding(about: step, "\(step.id): \(failure)", lines(step.outcome, agent))
            default: return nil
            }
        }
    }

    /// The last words of the service.
    private func lines(_ outcome: StepOutcome, _ agent: String) -> [String] {
        guard let attempt = outcome.attempts.last else { return [] }
        return (attempt.output + attempt.errorOutput).split(separator: "\n").suffix(Lines.most).map {
            "\(agent) said: \($0)"
        }
    }
}
