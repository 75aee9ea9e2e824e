import Model

/// At the end an object is missing or other than in the reference.
struct EndDifference: Oracle {
    static let name = OracleName.difference
    static let isAboutObject = true
    static let severity = Severity.medium
    static let cwe = "CWE-755"

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard let expected = evidence.expectedEnd else { return [] }
        let removal = Removal(names: evidence.removedNames(), states: [expected, evidence.start])
        let residue = Set(evidence.residue().map(\.identity))
        let honest = HonestFailure(evidence)
        let world = evidence.worldChanges()
        var differences: [(Difference, Fact)] = []
        for difference in expected.differences(to: evidence.end)
        where !removal.explains(difference) && !world.explains(difference) && !residue.contains(difference.identity)
            && !honest.explains(difference.identity) && !evidence.isCleaner(difference)
        {
            switch difference {
            case .extra: continue
            case .missing(let fact): differences.append((difference, fact))
            case .changed(let fact, let there):
                if !evidence.isInLostNamespace(there) { differences.append((difference, fact)) }
            }
        }
        // With a namespace everything in it is missing: one finding says so.
        let namespaces = Set(differences.map(\.1.identity).filter { $0.noun == "netns" }.map(\.which))
        let last = evidence.steps.last?.id ?? ""
        return differences.filter { !namespaces.contains($0.1.identity.namespace) }.map { difference, fact in
            let how = if case .missing = difference { "missing" } else { "not the same" }
            return finding(
                about: fact, after: last, "\(fact.identity) is \(how) at the end, compared with the reference",
                [Lines.text(difference)], differences: [difference])
        }
    }
}

extension Evidence {
    /// Whether what is missing was not there at the beginning either, and may stay only because an `allow` line says so.
    fileprivate func isCleaner(_ difference: Difference) -> Bool {
        guard case .missing(let fact) = difference, start.byIdentity[fact.identity] == nil else { return false }
        return isByDesign(difference)
    }
}
