import Model

/// A name of a namespace leads to none: it can be neither entered nor added again.
struct DeadName: Oracle {
    static let name = OracleName.deadName
    static let isAboutObject = true
    static let severity = Severity.high
    static let cwe = "CWE-459"
    static let meaning = "a name of a namespace leads to none"
    static let blindSpots = "a broken name that is repaired within the same step"
    static let pairs = ["dead-name-blocks-add", "dead-name-after-del"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        var found: [Finding] = []
        var seen: Set<Fact.Identity> = []
        for step in evidence.steps {
            for fact in step.after.facts where isDead(fact) && seen.insert(fact.identity).inserted {
                if evidence.start[fact.identity].map(isDead) == true { continue }
                if evidence.plan.isDisturbed, step.expected?[fact.identity].map(isDead) == true {
                    continue
                }
                if isUnmountedByWorld(fact, evidence) { continue }
                let healed = evidence.steps.dropFirst(step.index + 1).first {
                    $0.after[fact.identity].map(isDead) != true
                }
                found.append(
                    finding(
                        about: fact, after: step.id,
                        "after \(step.id), the name \(fact.identity.name) leads to no namespace",
                        [
                            "there: \(Lines.text(fact))",
                            healed.map { "it went away in \($0.id)" } ?? "it is still there at the end",
                        ] + [evidence.makerLine(of: fact.identity, seenAfter: step)].compactMap(\.self)))
            }
        }
        return found
    }

    private func isDead(_ fact: Fact) -> Bool { fact.identity.noun == "netns" && fact.attributes["state"] == "dead" }

    /// Whether the fault itself took the namespace from under the name.
    private func isUnmountedByWorld(_ fact: Fact, _ evidence: Evidence) -> Bool {
        evidence.record.header.deliveries.contains { delivery in
            guard case .netnsUnmount = delivery.action else { return false }
            return delivery.removed.contains { NamespaceRole.name($0) == fact.identity.name }
        }
    }
}
