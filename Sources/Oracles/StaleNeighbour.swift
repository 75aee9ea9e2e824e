import Model

/// A permanent neighbour has a hardware address that its device has no more: packets to it reach nobody.
struct StaleNeighbour: Oracle {
    static let name = OracleName(rawValue: "stale-neighbour")
    static let isAboutObject = true
    static let severity = Severity.medium
    static let cwe = "CWE-367"
    static let meaning = "a permanent neighbour has a hardware address that its device has no more"
    static let blindSpots = "an entry for a device in another namespace"
    static let pairs = ["mac-of-a-replaced-device"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard evidence.plan.isDisturbed, let last = evidence.steps.last, let expected = last.expected else { return [] }
        let there = last.after.byIdentity
        return expected.facts.compactMap { right -> Finding? in
            guard right.identity.noun == "neighbour", let address = right.attributes["lladdr"],
                let owner = StaleNeighbour.owner(address), let wrong = there[right.identity],
                let found = wrong.attributes["lladdr"], found != address,
                there[Fact.Identity(noun: "link", name: owner, namespace: right.identity.namespace)] != nil,
                let write = lastWrite(of: right, evidence)
            else { return nil }
            return finding(
                about: wrong, after: last.id,
                "the neighbour \(wrong.identity.name) has the hardware address \(found), and \(owner) has another",
                ["expected: lladdr \(address); there: lladdr \(found)", "written by: \(write.key)"])
        }
    }

    /// The device whose hardware address this is: `veth0` of `mac(veth0)`.
    private static func owner(_ address: String) -> String? {
        address.hasPrefix("mac(") && address.hasSuffix(")") ? String(address.dropFirst(4).dropLast()) : nil
    }

    /// The agent's last write of the neighbour, if every fault came before it.
    ///
    /// An entry that was right when it was written, and that a later fault made stale, is no fault of the agent's.
    private func lastWrite(of fact: Fact, _ evidence: Evidence) -> Operation? {
        let address = fact.identity.name.prefix { $0 != " " }
        let write = evidence.creations.all.last { operation in
            operation.phrase.noun == "neighbour" && operation.phrase.argument == address
                && operation.phrase.qualifiers["dev"] == fact.attributes["dev"]
                && NamespaceRole.name(operation.phrase.namespace ?? "host")
                    == NamespaceRole.name(fact.identity.namespace)
        }
        guard let write else { return nil }
        let isLast = evidence.record.header.deliveries.allSatisfy { delivery in
            guard let index = delivery.operation else { return delivery.time <= write.started }
            let side = evidence.plan.faults.first { $0.name == delivery.fault }?.point.side
            return side == .before ? index <= write.index : index < write.index
        }
        return isLast ? write : nil
    }
}
