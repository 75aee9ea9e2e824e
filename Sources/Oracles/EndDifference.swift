import Model

/// At the end an object is missing or other than in the reference.
struct EndDifference: Oracle {
    static let name = OracleName.difference
    static let isAboutObject = true
    static let severity = Severity.medium
    static let cwe = "CWE-755"
    static let meaning = "at the end an object is missing, or other than in the reference"
    static let blindSpots = "damage that was repaired before the end"
    static let pairs = ["device-not-given-back", "device-lost-with-namespace"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard !evidence.isCutShort else { return [] }
        let found = compared(evidence)
        guard !evidence.plan.isDisturbed else { return found }
        return found
            + evidence.lost().filter { fact in !found.contains { $0.object?.identity == fact.identity } }
            .map { lost($0, evidence) }
    }

    /// What is not as in the reference.
    private func compared(_ evidence: Evidence) -> [Finding] {
        guard let expected = evidence.expectedEnd else { return [] }
        let removal = Removal(names: evidence.removedNames(), states: [expected, evidence.start])
        let residue = Set(evidence.residue().map(\.identity))
        let honest = HonestFailure(evidence)
        let world = evidence.worldChanges()
        var differences: [(Difference, Fact)] = []
        for difference in evidence.steps.last?.differences ?? expected.differences(to: evidence.end)
        where !removal.explains(difference) && !world.explains(difference) && !residue.contains(difference.identity)
            && !honest.explains(difference.identity) && !evidence.isCleaner(difference)
            && !evidence.isAnsweredAsDone(difference, evidence.record.header.deliveries)
        {
            switch difference {
            case .extra: continue
            case .missing(let fact): differences.append((difference, fact))
            case .changed(let fact, let there):
                if !evidence.isInLostNamespace(there) { differences.append((difference, fact)) }
            }
        }
        // With a namespace everything in it is missing: one finding says so.
        let namespaces = Set(differences.map(\.1.identity).filter { $0.noun == "netns" }.map(\.name))
        let last = evidence.steps.last?.id ?? ""
        return differences.filter { !namespaces.contains($0.1.identity.namespace) }.map { difference, fact in
            let how = if case .missing = difference { "missing" } else { "not the same" }
            return finding(
                about: fact, after: last, "\(Lines.name(fact)) is \(how) at the end, compared with the reference",
                [Lines.text(difference)], differences: [difference])
        }
    }
}

extension EndDifference {
    private func lost(_ fact: Fact, _ evidence: Evidence) -> Finding {
        finding(
            about: fact, after: evidence.steps.last?.id ?? "",
            "\(Lines.name(fact)) was there at the beginning and is missing at the end",
            ["missing: \(Lines.text(fact))"], differences: [.missing(fact)])
    }
}

extension Evidence {
    /// What of the beginning a plan without faults has lost: a device that is nowhere at the end, and where the plan takes back
    /// what it does, all that is missing.
    ///
    /// With a namespace goes what is in it, and with a device what stands on it and its other end: they are no more to say.
    fileprivate func lost() -> [Fact] {
        let differences = start.differences(to: end)
        let new = differences.compactMap { if case .extra(let fact) = $0 { fact } else { nil } }
        let given = Set(beginning.facts.map(\.identity))
        let gone = differences.compactMap { difference -> Fact? in
            guard case .missing(let fact) = difference, fact.identity.noun != "process", given.contains(fact.identity)
            else { return nil }
            if plan.takesBack, isOfWhatIsTakenBack(where: { $0.after[fact.identity] == nil }) { return fact }
            // What nothing takes back may be another now, or elsewhere; a device that is nowhere is lost.
            let type = fact.attributes["type"]
            let isLost =
                fact.identity.noun == "link"
                && !new.contains {
                    $0.identity.noun == "link" && $0.attributes["type"] == type
                }
            return isLost ? fact : nil
        }
        let identities = Set(gone.map(\.identity))
        return gone.filter { fact in
            let namespace = Fact.Identity(noun: "netns", name: fact.identity.namespace)
            if identities.contains(namespace) || fact.device.map(identities.contains) ?? false { return false }
            let peer = fact.attributes["peer"].flatMap { text in
                gone.first { "\($0.identity.name) in \($0.identity.namespace)" == text }?.identity
            }
            // Of a pair that is gone one is told: the first that is no peer of one told before.
            return peer.map {
                fact.identity < $0 || identities.contains(Fact.Identity(noun: "netns", name: $0.namespace))
            }
                ?? true
        }
    }

    /// Whether what is missing was not there at the beginning either, and may stay only because an `allow` line says so.
    fileprivate func isCleaner(_ difference: Difference) -> Bool {
        guard case .missing(let fact) = difference, start[fact.identity] == nil else { return false }
        return isByDesign(difference)
    }
}
