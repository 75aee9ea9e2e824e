/// Names the rules of a packet filter by what they say instead of by their place in the chain.
///
/// With places as names, one rule left behind at the head of a chain would make every rule after it a changed one.
enum CanonicalRules {
    /// Renames the facts of rules: `rule ip nat POSTROUTING #7` becomes `rule ip nat POSTROUTING #9f86d081`.
    ///
    /// The name comes from the text and, where no random name is in it, from the digest, which sees what a text leaves
    /// out. Equal rules of one chain are told apart by their order: `#9f86d081~2`.
    ///
    /// - Parameters:
    ///   - facts: The facts with roles in place of random names.
    ///   - originals: The same facts, in the same order, before that.
    static func apply(to facts: [Fact], originals: Snapshot) -> [Fact] {
        var result = facts
        var places: [(place: Int, index: Int, name: Fact.Identity)] = []
        for (index, fact) in facts.enumerated() {
            guard ["nft", "iptables"].contains(fact.identity.noun), let (chain, place) = position(fact.identity.name)
            else { continue }
            let original = originals.facts[index]
            let isRenamed = original.attributes["text"] != fact.attributes["text"]
            var digest = Digest()
            digest.add(fact.attributes["text"] ?? "")
            if isRenamed {
                result[index].attributes["digest"] = nil
            } else {
                digest.add(fact.attributes["digest"] ?? "")
            }
            var name = fact.identity
            name.name = "\(chain)#\(digest.text.prefix(8))"
            places.append((place, index, name))
        }
        var counts: [Fact.Identity: Int] = [:]
        for entry in places.sorted(by: { $0.place < $1.place }) {
            counts[entry.name, default: 0] += 1
            let count = counts[entry.name] ?? 1
            result[entry.index].identity = entry.name
            if count > 1 { result[entry.index].identity.name += "~\(count)" }
        }
        return result
    }

    /// Splits `rule ip nat POSTROUTING #7` before its place.
    private static func position(_ name: String) -> (chain: Substring, place: Int)? {
        guard name.hasPrefix("rule "), let mark = name.lastIndex(of: "#"),
            let place = Int(name[name.index(after: mark)...])
        else { return nil }
        return (name[..<mark], place)
    }
}
