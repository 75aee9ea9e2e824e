import Model
import NetlinkCodec

extension NftDump {
    /// Of a larger set its elements are no facts of their own: it tells their number and digest.
    private static let mostElements = 256

    /// `nft "table FAMILY NAME"`, `"chain FAMILY TABLE NAME"`, `"set FAMILY TABLE NAME"`, `"rule FAMILY TABLE CHAIN #k"`,
    /// `"element FAMILY TABLE SET KEY"`, `"flowtable FAMILY TABLE NAME"`.
    ///
    /// A rule is the k-th of its chain, from 1, since the order of rules is what they do; handles, counters and when an
    /// element expires are no part of it.
    func facts(by builder: FactBuilder) -> [Fact] {
        tableFacts(builder) + chainFacts(builder) + ruleFacts(builder)
            + zip(sets, elements).flatMap { setFacts($0, $1, builder) } + flowtables.map { flowtableFact($0, builder) }
    }

    private func flowtableFact(_ flowtable: NftFlowtable, _ builder: FactBuilder) -> Fact {
        builder.fact(
            "nft", "flowtable \(flowtable.family) \(flowtable.table) \(flowtable.name)",
            [
                "family": flowtable.family.description, "table": flowtable.table,
                "priority": String(flowtable.priority),
                "flags": flowtable.flags == 0 ? nil : String(flowtable.flags),
                "dev": flowtable.devices.isEmpty ? nil : flowtable.devices.sorted().joined(separator: ","),
            ])
    }

    /// In the order of `tables`.
    func tableFacts(_ builder: FactBuilder) -> [Fact] {
        tables.map { table in
            builder.fact(
                "nft", "table \(table.family) \(table.name)",
                [
                    "family": table.family.description, "table": table.name,
                    "flags": table.flags == 0 ? nil : String(table.flags),
                ])
        }
    }

    /// In the order of `chains`.
    func chainFacts(_ builder: FactBuilder) -> [Fact] {
        chains.map { chain in
            builder.fact(
                "nft", "chain \(chain.family) \(chain.table) \(chain.name)",
                [
                    "family": chain.family.description, "table": chain.table, "chain": chain.name, "type": chain.type,
                    "hook": chain.hookName, "priority": chain.priority.map { String($0) }, "policy": chain.policyName,
                    "dev": chain.devices.isEmpty ? nil : chain.devices.sorted().joined(separator: ","),
                ])
        }
    }

    /// In the order of `rules`.
    func ruleFacts(_ builder: FactBuilder) -> [Fact] {
        var count: [String: Int] = [:]
        return rules.map { rule in
            let chain = rule.chain ?? ""
            let place = "\(rule.family) \(rule.table) \(chain)"
            count[place, default: 0] += 1
            return builder.fact(
                "nft", "rule \(place) #\(count[place, default: 0])",
                [
                    "family": rule.family.description, "table": rule.table, "chain": chain, "text": rule.summary,
                    "digest": Digest.of(rule.expressionBytes),
                ])
        }
    }

    /// The set first, then its elements.
    func setFacts(_ set: NftSet, _ elements: [NftElement], _ builder: FactBuilder) -> [Fact] {
        let place = "\(set.family) \(set.table) \(set.name)"
        let lines = elements.map { element in
            (key: set.text(of: element), data: element.data)
        }.sorted { ($0.key, $0.data ?? "") < ($1.key, $1.data ?? "") }
        // The elements of a set without a name are part of its rule.
        let isApart = !set.isAnonymous && lines.count <= NftDump.mostElements
        var attributes: [String: String?] = [
            "family": set.family.description, "table": set.table, "flags": String(set.flags),
            "key": String(set.keyType), "length": String(set.keyLength),
        ]
        if !isApart {
            var digest = Digest()
            for line in lines { digest.add("\(line.key) \(line.data ?? "")") }
            attributes["elements"] = String(lines.count)
            attributes["digest"] = digest.text
        }
        let fact = builder.fact("nft", "set \(place)", attributes)
        guard isApart else { return [fact] }
        return [fact]
            + lines.map { line in
                builder.fact(
                    "nft", "element \(place) \(line.key)",
                    ["family": set.family.description, "table": set.table, "set": set.name, "data": line.data])
            }
    }
}
