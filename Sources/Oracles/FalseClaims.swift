import Model

/// An agent said that something is so, and it was not.
struct FalseClaims: Oracle {
    static let name = OracleName(rawValue: "false-claim")
    static let severity = Severity.medium
    static let cwe = "CWE-393"
    static let meaning =
        "an agent writes a line that, as its `claims` say, means something which is not so at that moment"
    static let blindSpots =
        "a line about what was so at another moment of its step, or in a step of the world just before it, for an agent may be "
        + "told late; a line that has not ended; a log file that is begun anew under its name"
    static let pairs = ["up-before-it-is", "says-it-is-gone", "counts-what-it-did-not-add"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let claims = (step.outcome.falseClaims ?? []).filter { !evidence.isWorlds($0) }
            guard let first = claims.first else { return nil }
            let more = Lines.more(claims.count)
            let isLasting = claims.contains { !$0.becameSo }
            return finding(
                about: step,
                "in \(step.id), \(first.agent) said what was not so\(isLasting ? "" : " yet")\(more): \(first.condition)",
                Lines.list(
                    claims.flatMap { claim in
                        [
                            "\(claim.agent) said: \(claim.line)", "which means \(claim.condition): \(claim.why)",
                            claim.becameSo
                                ? "it was so when the step had settled" : "it was not so at the end of the step",
                        ]
                    }) + Lines.deliveries(evidence.deliveries(during: step.id)),
                severity: isLasting ? .high : Self.severity)
        }
    }
}

extension Evidence {
    /// Whether the world made it false, by a change of its own, before it was said.
    fileprivate func isWorlds(_ claim: FalseClaim) -> Bool {
        record.header.deliveries.contains { delivery in
            guard let around = delivery.states, delivery.time <= claim.time, let before = open[around.before],
                let after = open[around.after]
            else { return false }
            // It made it false; or it made it so for a moment, of which the agent was told.
            let isTaken = claim.condition.holds(in: before) == true && claim.condition.holds(in: after) == false
            return isTaken || claim.condition.holds(in: before) == false && claim.condition.holds(in: after) == true
        }
    }
}

extension Condition {
    /// Whether it holds in a state; nil where a state does not tell.
    fileprivate func holds(in state: Snapshot) -> Bool? {
        switch self {
        case .present(let object): state.facts.contains(where: object.matches)
        case .absent(let object): !state.facts.contains(where: object.matches)
        case .not(let other): other.holds(in: state).map { !$0 }
        default: nil
        }
    }
}
