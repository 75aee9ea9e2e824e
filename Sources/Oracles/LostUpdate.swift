import Model

/// What the world made or wrote while a command ran is gone after it, as if it had never been: the command wrote back what it had
/// read before.
///
/// Whoever owns a thing may set it as he wants, so this is one only where the same change just before the step stays.
struct LostUpdate: Oracle {
    static let name = OracleName(rawValue: "lost-update")
    static let severity = Severity.high
    static let cwe = "CWE-362"
    static let meaning =
        "what the world made or wrote while a command ran is gone after it, though the same change just "
        + "before the step stays"
    static let blindSpots = "a change that is lost only in a later step; where comparison runs could not be used"
    static let pairs = ["rules-from-a-copy"]
    static let isRaceAlone = true

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard evidence.plan.isDisturbed else { return [] }
        return evidence.steps.compactMap { step in
            let lost = evidence.lost(in: step)
            guard let first = lost.first else { return nil }
            let more = lost.count > 1 ? " and \(lost.count - 1) more" : ""
            return finding(
                about: step, "what the fault changed while \(step.id) ran was lost: \(Lines.name(first.fact))\(more)",
                Lines.list(lost) + [Lines.end(step)] + Lines.deliveries(evidence.deliveries(during: step.id)),
                differences: lost)
        }
    }
}

extension Evidence {
    /// What of the world's changes in a step has left no trace after it.
    fileprivate func lost(in step: StepEvidence) -> [Difference] {
        // What is taken back is nobody's loss.
        let kept = deliveries(during: step.id).filter { delivery in
            delivery.states != nil && plan.faults.first { $0.name == delivery.fault }?.until == nil
        }
        guard let expected = step.expected?.byIdentity, let after = open[step.outcome.snapshot]?.byIdentity,
            let time = kept.map(\.time).min(),
            changes.contains(where: { operation in
                // The one before which it fired began before it, and does its work after it.
                operation.step == step.id && operation.result == .ok
                    && (operation.started >= time
                        || kept.contains { $0.operation == operation.index && plan.isBeforeOperation($0) })
            })
        else { return [] }
        let world = worldChanges(through: step)
        var lost: [Difference] = []
        for delivery in kept {
            guard let around = delivery.states, let before = open[around.before], let then = open[around.after] else {
                continue
            }
            for difference in before.differences(to: then) {
                let identity = difference.identity
                // A namespace without a name goes with its last holder: nobody's work is lost by that.
                guard let left = world[identity]?.after, !left.isWithoutName else { continue }
                switch difference {
                case .extra where after[identity] == nil && expected[identity] == nil: lost.append(.missing(left))
                case .changed where identity.noun == "file":
                    // It is as without the fault, and not as the fault left it.
                    if let there = after[identity],
                        there.attributes["digest"] == expected[identity]?.attributes["digest"],
                        there.attributes["digest"] != nil, there.attributes["digest"] != left.attributes["digest"]
                    {
                        lost.append(.changed(left, there))
                    }
                default: continue
                }
            }
        }
        return lost.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension Plan {
    /// Whether it fired before an operation, and not behind one.
    fileprivate func isBeforeOperation(_ delivery: Delivery) -> Bool {
        faults.first { $0.name == delivery.fault }?.point.side == .before
    }
}

extension Fact {
    /// Whether it is a namespace to which no name leads, or stands in one.
    fileprivate var isWithoutName: Bool {
        identity.name.hasSuffix(NamespaceRole.deletedMark) || identity.namespace.hasSuffix(NamespaceRole.deletedMark)
            || identity.noun == "netns" && attributes["state"].map { $0 != "mounted" } ?? false
    }
}
