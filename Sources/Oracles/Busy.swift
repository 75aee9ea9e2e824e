import Model

/// A program of the agent never rests, though nothing changes any more.
struct Busy: Oracle {
    static let name = OracleName(rawValue: "busy")
    static let judgesHostile = true
    static let severity = Severity.medium
    static let cwe = "CWE-835"
    static let meaning = "a program runs on and on while nothing changes any more"
    static let blindSpots = "a loop with pauses, which is at rest between its turns"
    static let pairs = ["spins-without-device"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let expected = evidence.reference?.spinning[step.id] ?? []
            let programs = (step.outcome.spinning ?? []).filter {
                !evidence.plan.isDisturbed || !expected.contains($0)
            }
            // It is said where it begins.
            let before = step.index == 0 ? [] : evidence.steps[step.index - 1].outcome.spinning ?? []
            let new = programs.filter { !before.contains($0) }
            guard !new.isEmpty else { return nil }
            return finding(
                about: step,
                "after \(step.id), \(new.joined(separator: ", ")) ran on and on, and nothing changed any more",
                Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }
}
