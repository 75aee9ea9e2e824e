import Model

/// A step was run again as often as it may be, and the state is not the reference's.
struct NoConvergence: Oracle {
    static let name = OracleName.noConvergence
    static let severity = Severity.high
    static let cwe = "CWE-459"
    static let meaning = "run again as often as it may be, a step does not come to the reference's state"
    static let blindSpots = "whether one more run would have repaired it; a step without `retry`"
    static let pairs = ["lock-file-for-ever", "state-file-torn"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            guard let command = step.command, command.retry > 0, !evidence.isDisturbedAfter(step.id) else {
                return nil
            }
            let isExcused = evidence.excuse(after: step)
            // An undo need not leave what only the work that it takes back leaves.
            let differences = step.differences.filter { !isExcused($0) && !step.isLeftByWork($0) }
            guard !differences.isEmpty, !evidence.couldNotConverge(step) else { return nil }
            let count = step.outcome.attempts.count
            return finding(
                about: step,
                "\(step.id) was run \(count == 1 ? "once" : "\(count) times"), and still \(Lines.difference(differences))",
                Lines.list(differences) + [Lines.end(step)], differences: differences)
        }
    }
}

extension StepEvidence {
    /// Whether an undo is missing what was not there before it either, and what it does not make without faults.
    fileprivate func isLeftByWork(_ difference: Difference) -> Bool {
        guard command?.undoes != nil, case .missing(let fact) = difference else { return false }
        return before[fact.identity] == nil && !changes(fact.identity)
    }
}

extension Evidence {
    /// Whether what a fault took is missing in every later run of the step too.
    private func lasts(_ delivery: Delivery) -> Bool {
        if delivery.action.takesPrivilege { return true }
        guard case .limit = delivery.action else { return false }
        return plan.faults.first { $0.name == delivery.fault }?.until == nil
    }

    /// Whether a fault fired in the last run of the step's command too, which said so and left things as they were.
    fileprivate func couldNotConverge(_ step: StepEvidence) -> Bool {
        guard let last = step.attempts.last, last.saysFailure, last.attempt.began != nil || step.attempts.count == 1,
            !last.deliveries.isEmpty || step.attempts.flatMap(\.deliveries).contains(where: lasts)
        else { return false }
        let world = worldChanges(through: step)
        return step.before.differences(to: step.after).allSatisfy(world.explains)
    }
}
