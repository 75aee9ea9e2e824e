import Model

/// A command that only looks meets with a fault that was none of its business by a traceback.
struct Worse: Oracle {
    static let name = OracleName(rawValue: "worse")
    static let severity = Severity.low
    static let cwe = "CWE-755"
    static let meaning = "a command that only looks ends in a traceback because the world changed"
    static let blindSpots = "a command that fails with a message although the change was not its business"
    static let pairs = ["traceback-of-a-bystander"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard evidence.plan.isDisturbed else { return [] }
        return evidence.steps.compactMap { step in
            if evidence.reference?.tracebacks.contains(step.id) == true { return nil }
            switch step.step.body {
            case .run: return bystander(step, evidence)
            default: return nil
            }
        }
    }

    /// A command that changes nothing has done its work as well as it can without what the world took.
    private func bystander(_ step: StepEvidence, _ evidence: Evidence) -> Finding? {
        let fired = evidence.deliveries(during: step.id)
        guard step.changesNothing, step.saysFailure, !fired.isEmpty, fired.allSatisfy(\.action.isOfWorld),
            let line = step.outcome.traceback
        else { return nil }
        return finding(
            about: step, "\(step.id) only looks, and ended in a traceback: \(line)",
            [Lines.end(step)] + Lines.words(of: step) + Lines.deliveries(fired))
    }
}
