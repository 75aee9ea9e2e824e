import Model

/// What is wrong with a state by itself: a rule that leads nowhere, a device that leads to nobody.
///
/// It says more of what another oracle has found, and finds nothing that no other does: an agent may well leave such an object
/// where it does so without faults too, or where the world is to blame.
protocol Invariant: Oracle {
    /// The objects of a state of which it does not hold, each with those for want of which it does not, itself among them.
    static func broken(in state: Snapshot, _ evidence: Evidence) -> [(object: Fact, blame: (Fact.Identity) -> Bool)]
    /// What is wrong with one.
    static func sentence(_ object: Fact) -> String
}

extension Invariant {
    static var isAboutObject: Bool { true }
    static var severity: Severity { .high }

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard let last = evidence.steps.last else { return [] }
        let broken = Self.broken(in: evidence.end, evidence)
        guard !broken.isEmpty else { return [] }
        let others: [any Oracle] = [
            Residue(), EndDifference(), LeakedNamespace(), PartialRollback(), FalseSuccess(), NoConvergence(),
        ]
        // What a line of the scenario expects is not said a second time.
        let found = try others.flatMap { try $0.findings(in: evidence) }.filter {
            evidence.plan.expectation(of: $0) == nil
        }
        let wrong = found.flatMap { finding in
            finding.object.map { [finding.differences.first ?? .extra($0)] } ?? finding.differences
        }
        return broken.compactMap { object, blame in
            guard let cause = wrong.first(where: { blame($0.identity) }) else { return nil }
            return finding(
                about: object, after: last.id, Self.sentence(object),
                [Lines.text(cause)] + Lines.deliveries(evidence.record.header.deliveries), differences: [cause])
        }
    }
}
