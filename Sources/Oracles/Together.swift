import Model

/// A command that does its work alone, in each order, does not do it at the same time as another one.
///
/// It fails, or it says success and what the steps have left together is what no order of them leaves.
struct Together: Oracle {
    static let name = OracleName(rawValue: "together")
    static let severity = Severity.high
    static let cwe = "CWE-362"
    static let meaning =
        "a command that does its work alone, in each order, fails at the same time as another, or says success and "
        + "leaves what no order leaves"
    static let blindSpots = "interleavings that were not run"
    static let pairs = ["both-make-the-namespace", "rules-written-back"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        // With a fault, the fault may be the reason.
        guard evidence.plan.faults.isEmpty, evidence.reference != nil else { return [] }
        return evidence.plan.steps.map { $0.parts.map(\.id) }.flatMap { group in
            let steps = evidence.steps.filter { group.contains($0.id) && $0.command != nil }
            let failed = steps.filter(\.saysFailure)
            return failed.isEmpty ? lost(among: steps).map { [$0] } ?? [] : failed.map { failing($0, among: steps) }
        }
    }

    private func failing(_ step: StepEvidence, among steps: [StepEvidence]) -> Finding {
        finding(
            about: step,
            "\(step.id) fails at the same time as \(names(steps, but: step)), and does not fail alone: "
                + step.outcome.endText,
            ([step] + steps.filter { $0.id != step.id }).map(Lines.end) + Lines.words(of: step))
    }

    /// What is not as the steps leave it one after the other, though each of them says success.
    private func lost(among steps: [StepEvidence]) -> Finding? {
        guard steps.allSatisfy(\.isSuccess), let step = steps.first(where: { !$0.touchedDifferences.isEmpty }) else {
            return nil
        }
        let differences = steps.flatMap(\.touchedDifferences).reduce(into: [Difference]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        return finding(
            about: step,
            "\(step.id) said success at the same time as \(names(steps, but: step)), and no order of them leaves this: "
                + Lines.difference(differences),
            Lines.list(differences) + steps.map(Lines.end), differences: differences)
    }

    private func names(_ steps: [StepEvidence], but step: StepEvidence) -> String {
        steps.map(\.id).filter { $0 != step.id }.joined(separator: ", ")
    }
}
