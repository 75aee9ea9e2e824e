import Model

/// A namespace is alive at the end that nobody can name.
struct LeakedNamespace: Oracle {
    static let name = OracleName.leakedNamespace
    static let isAboutObject = true
    static let severity = Severity.high
    static let cwe = "CWE-772"
    static let meaning = "a namespace is alive at the end that nobody can name"
    static let blindSpots = "a namespace that no agent of the run made and nobody registered"
    static let pairs = ["descriptor-kept-after-error", "helper-outlives-namespace"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard !evidence.isCutShort else { return [] }
        let last = evidence.steps.last?.id ?? ""
        let expected = !evidence.plan.isDisturbed ? evidence.start : evidence.expectedEnd
        let known = expected?.byIdentity ?? [:]
        let world = evidence.worldChanges()
        return evidence.end.facts.filter(isUnnamed).compactMap { fact in
            if known[fact.identity].map(isUnnamed) == true || world.keepsAlive(fact) { return nil }
            if evidence.isLeftAlone(fact) || evidence.isOfRunningService(fact) { return nil }
            let holder = fact.attributes["holder"] ?? "unknown"
            let inside = evidence.end.facts.filter {
                $0.identity.namespace == fact.identity.name || $0.identity.namespace == fact.attributes["role"]
            }
            return finding(
                about: fact, after: last,
                "\(fact.identity.name) is alive at the end and has no name; its holder is \(holder)",
                ["there: \(Lines.text(fact))"] + [evidence.makerLine(of: fact.identity)].compactMap(\.self)
                    + Lines.list(inside.map { "contains: \(Lines.text($0))" }),
                // A descriptor goes when its owner ends; a process may stay for ever.
                severity: holder.hasPrefix("descriptor") ? .medium : Self.severity)
        }
    }

    private func isUnnamed(_ fact: Fact) -> Bool {
        fact.identity.noun == "netns" && fact.attributes["state"] == "unnamed"
    }
}

extension Evidence {
    /// Whether a fault took the name of a namespace that is meant to be there at the end, with the processes that stand in it.
    ///
    /// Who only keeps it open has forgotten a descriptor.
    fileprivate func isLeftAlone(_ fact: Fact) -> Bool {
        let name = NamespaceRole.name(fact.attributes["role"] ?? fact.identity.name)
        guard removedNames().contains(name), fact.attributes["holder"]?.hasPrefix("descriptor") != true else {
            return false
        }
        return expectedEnd?.facts.contains {
            $0.identity.noun == "netns" && $0.identity.name == name && $0.attributes["state"] == "mounted"
        } ?? false
    }

    /// Whether it came, without faults, with the start of a service that nothing stops: it is that one's own, as a container's.
    fileprivate func isOfRunningService(_ fact: Fact) -> Bool {
        guard !plan.isDisturbed, let first = steps.first(where: { $0.after[fact.identity] != nil }),
            case .start(let agent) = first.step.body
        else {
            return false
        }
        return !steps.dropFirst(first.index).contains { step in
            if case .stop(let stopped, _) = step.step.body { stopped == agent } else { false }
        }
    }
}
