import Model

/// Without a fault a command ends with another status than the scenario says, or a service does not stop.
struct Exit: Oracle {
    static let name = OracleName(rawValue: "exit")
    static let severity = Severity.medium
    static let cwe = "CWE-684"
    static let meaning =
        "without a fault a command ends with another status than `exit` lists, or a service does not stop"
    static let blindSpots = "a wrong status that `exit` lists"
    static let pairs = ["lock-inherited-by-helper"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard !evidence.plan.isDisturbed else { return [] }
        let again = try (UndoAgain().findings(in: evidence) + DoAgain().findings(in: evidence)).map(\.step)
        return evidence.steps.compactMap { step in
            guard let failure = step.step.defect(in: step.outcome), !again.contains(step.id) else { return nil }
            switch step.step.body {
            case .run:
                // What fails only at the same time as another has an oracle of its own.
                if evidence.reference != nil, evidence.plan.steps.contains(where: { $0.parts.contains(step.step) }) {
                    return nil
                }
                guard let attempt = step.outcome.attempts.last, case .exited = attempt.end, !attempt.timedOut else {
                    // That it crashed or hangs has its own oracle.
                    return nil
                }
                return finding(about: step, "\(step.id) fails without a fault: \(failure)", Lines.words(of: step))
            case .stop:
                if case .signalled(let signal)? = step.outcome.attempts.last?.end,
                    !evidence.plan.stops(by: Signal(signal), in: step.step)
                {
                    return nil
                }
                return finding(about: step, "\(step.id): \(failure)", Lines.words(of: step))
            default: return nil
            }
        }
    }
}
