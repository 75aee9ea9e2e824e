import Model

/// A command that does its work alone, in each order, fails at the same time as another one.
struct Together: Oracle {
    static let name = OracleName(rawValue: "together")
    static let severity = Severity.high
    static let cwe = "CWE-362"
    static let meaning = "a command that does its work alone, in each order, fails at the same time as another"
    static let blindSpots = "interleavings that were not run"
    static let pairs = ["both-make-the-namespace"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        // With a fault, the fault may be the reason.
        guard evidence.plan.faults.isEmpty, evidence.reference != nil else { return [] }
        let groups = evidence.plan.steps.map(\.parts).filter { !$0.isEmpty }.map { Set($0.map(\.id)) }
        return evidence.steps.compactMap { step in
            guard let group = groups.first(where: { $0.contains(step.id) }), step.command != nil, step.saysFailure
            else {
                return nil
            }
            let others = evidence.steps.filter { group.contains($0.id) && $0.id != step.id }
            let names = others.map(\.id).joined(separator: ", ")
            return finding(
                about: step,
                "\(step.id) fails at the same time as \(names), and does not fail alone: \(step.outcome.endText)",
                ([step] + others).map(Lines.end) + Lines.words(of: step))
        }
    }
}
