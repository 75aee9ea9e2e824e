import Model

/// One end of a pair of devices is in a namespace that nobody can name.
struct VethPeer: Invariant {
    static let name = OracleName(rawValue: "veth-peer")
    static let cwe = "CWE-772"
    static let meaning = "the other end of a veth device is in a namespace that has no name any more"
    static let blindSpots = "a namespace that a process without a name for it is meant to be in, as a container's"
    static let pairs = ["peer-in-a-lost-namespace", "peer-of-a-running-child", "peer-kept-by-descriptor"]

    static func broken(in state: Snapshot, _ evidence: Evidence) -> [(object: Fact, blame: (Fact.Identity) -> Bool)] {
        state.facts.compactMap { link in
            guard link.identity.noun == "link", link.attributes["type"] == "veth",
                !evidence.lostNamespaces.contains(link.identity.namespace),
                let peer = link.attributes["peer"],
                let space = peer.firstRange(of: " in ").map({ String(peer[$0.upperBound...]) }),
                evidence.lostNamespaces.contains(space)
            else { return nil }
            return (
                link,
                { identity in
                    identity == link.identity || identity.noun == "netns" && identity.name == space
                        || identity.namespace == space
                }
            )
        }
    }

    static func sentence(_ object: Fact) -> String {
        "\(Lines.name(object)) leads to \(object.attributes["peer"] ?? "nobody"), a namespace that has no name"
    }
}
