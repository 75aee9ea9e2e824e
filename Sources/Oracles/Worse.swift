import Model

/// A command that only looks, or a service that lives on, meets with a fault that was none of its business by a traceback.
struct Worse: Oracle {
    static let name = OracleName(rawValue: "worse")
    static let severity = Severity.low
    static let cwe = "CWE-755"

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard evidence.plan.isDisturbed else { return [] }
        return evidence.steps.compactMap { step in
            if evidence.reference?.tracebacks.contains(step.id) == true { return nil }
            switch step.step.body {
            case .run: return bystander(step, evidence)
            case .stop:
                guard let agent = step.step.agent, let line = step.outcome.traceback else { return nil }
                return finding(
                    about: step, "\(agent) wrote a traceback and went on: \(line)",
                    Lines.deliveries(evidence.record.header.deliveries))
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
