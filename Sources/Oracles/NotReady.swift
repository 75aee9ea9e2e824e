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
                guard let failure = step.outcome.failure, !evidence.isHonestRefusal(step) else { return nil }
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

extension Evidence {
    /// Whether a service that was refused something says so, ends with a failure, and leaves what it found.
    fileprivate func isHonestRefusal(_ step: StepEvidence) -> Bool {
        guard let attempt = step.outcome.attempts.last, case .exited(let status) = attempt.end, status != 0,
            (attempt.output + attempt.errorOutput).contains(where: { !$0.isWhitespace }),
            deliveries(during: step.id).contains(where: \.action.refuses)
        else { return false }
        let world = worldChanges(through: step)
        return step.before.differences(to: step.after).allSatisfy(world.explains)
    }
}

extension Action {
    /// Whether by it the kernel refuses a program something.
    fileprivate var refuses: Bool {
        switch self {
        case .fail, .limit, .capabilityDrop, .user: true
        default: false
        }
    }
}
