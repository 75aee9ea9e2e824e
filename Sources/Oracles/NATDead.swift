import Model

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

    /// The address in front of `nat(...)`: `192.0.2.77` of `c000024d nat(family=2)`, of `0a000009 1f90 nat(type=1,family=2)` too.
    private static func address(ofNAT text: String) -> String? {
        let words = text.split(separator: " ")
        guard let nat = words.lastIndex(where: { $0 == "nat" || $0.hasPrefix("nat(") }) else { return nil }
        let address = words[..<nat].last { $0.count == 8 && $0.allSatisfy(\.isHexDigit) }
        guard let number = address.flatMap({ UInt32($0, radix: 16) }) else { return nil }
        return [24, 16, 8, 0].map { String(number >> $0 & 0xff) }.joined(separator: ".")
    }

    static func sentence(_ object: Fact) -> String {
        "\(Lines.name(object)) names \(object.attributes["text"].flatMap(address(ofNAT:)) ?? "an address"), which no device has"
    }
}
