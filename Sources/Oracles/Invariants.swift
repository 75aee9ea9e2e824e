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

/// A rule of the routing policy leads into a table without routes.
struct RuleEmpty: Invariant {
    static let name = OracleName(rawValue: "rule-empty")
    static let cwe = "CWE-459"
    static let meaning =
        "a rule of the routing policy leads into a table that has no route, so that its packets go where the next rule says"
    static let blindSpots = "a table that has routes, but not that which the rule was for"
    static let pairs = ["rule-without-routes", "table-emptied-rule-kept", "rule-before-its-routes"]

    static func broken(in state: Snapshot, _ evidence: Evidence) -> [(object: Fact, blame: (Fact.Identity) -> Bool)] {
        func place(_ fact: Fact) -> String {
            let isVersion6 = fact.identity.name.contains(":") || fact.identity.name.hasSuffix(" inet6")
            return "\(fact.identity.namespace) \(fact.attributes["table"] ?? "main") \(isVersion6)"
        }
        let filled = Set(state.facts.filter { $0.identity.noun == "route" }.map(place))
        return state.facts.compactMap { rule in
            guard rule.identity.noun == "rule", rule.attributes["action"] == "lookup",
                let table = rule.attributes["table"], !["local", "main", "default"].contains(table),
                !filled.contains(place(rule))
            else { return nil }
            return (
                rule,
                { identity in
                    identity == rule.identity
                        || identity.noun == "route" && identity.namespace == rule.identity.namespace
                            && "\(identity.name) ".contains(" table \(table) ")
                }
            )
        }
    }

    static func sentence(_ object: Fact) -> String {
        "\(Lines.name(object)) leads into table \(object.attributes["table"] ?? ""), which has no route"
    }
}

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

/// A rule of NAT names an address that no device has.
struct NATDead: Invariant {
    static let name = OracleName(rawValue: "nat-dead")
    static let cwe = "CWE-668"
    static let meaning =
        "a rule of NAT that should be gone names an address that no device has any more, so that whoever gets it next gets "
        + "its traffic"
    static let blindSpots =
        "a rule of iptables, whose target is no words; one that takes its address from a map or set, or has a range or an IPv6 address"
    static let pairs = ["snat-outlives-its-address", "dnat-outlives-its-address", "nat-rule-of-a-gone-device"]

    static func broken(in state: Snapshot, _ evidence: Evidence) -> [(object: Fact, blame: (Fact.Identity) -> Bool)] {
        func addresses(_ facts: [Fact]) -> Set<String> {
            Set(
                facts.filter { $0.identity.noun == "address" }.map { fact in
                    String(fact.identity.name.prefix { $0 != "/" && $0 != " " })
                })
        }
        let held = addresses(state.facts)
        // One that no device ever had is of somebody else.
        let former = addresses(
            ([evidence.start] + evidence.steps.flatMap { [$0.after, $0.expected].compactMap(\.self) }).flatMap(\.facts))
        return state.facts.compactMap { rule in
            guard rule.identity.noun == "nft", rule.identity.name.hasPrefix("rule "),
                let address = rule.attributes["text"].flatMap(address(ofNAT:)), !held.contains(address),
                former.contains(address)
            else { return nil }
            return (rule, { $0 == rule.identity })
        }
    }

    /// The address in front of `nat`: `192.0.2.77` of `c000024d nat`, of `0a000009 1f90 nat` too.
    private static func address(ofNAT text: String) -> String? {
        let words = text.split(separator: " ")
        guard let nat = words.lastIndex(of: "nat") else { return nil }
        let address = words[..<nat].last { $0.count == 8 && $0.allSatisfy(\.isHexDigit) }
        guard let number = address.flatMap({ UInt32($0, radix: 16) }) else { return nil }
        return [24, 16, 8, 0].map { String(number >> $0 & 0xff) }.joined(separator: ".")
    }

    static func sentence(_ object: Fact) -> String {
        "\(Lines.name(object)) names \(object.attributes["text"].flatMap(address(ofNAT:)) ?? "an address"), which no device has"
    }
}
