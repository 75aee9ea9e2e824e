import Model
import NetlinkCodec

extension NftDump {
    /// `nft "table FAMILY NAME"`, `"chain FAMILY TABLE NAME"`, `"set FAMILY TABLE NAME"`, `"rule FAMILY TABLE CHAIN #k"`.
    ///
    /// A rule is the k-th of its chain, from 1, since the order of rules is what they do; handles and counters are no part
    /// of it. Elements of sets are not looked at.
    func facts(by builder: FactBuilder) -> [Fact] {
        tables(builder) + chains(builder) + rulesOfChains(builder) + sets(builder)
    }

    private func tables(_ builder: FactBuilder) -> [Fact] {
        tables.map { table in
            builder.fact(
                "nft", "table \(table.family) \(table.name)",
                [
                    "family": table.family.description, "table": table.name,
                    "flags": table.flags == 0 ? nil : String(table.flags),
                ])
        }
    }

    private func chains(_ builder: FactBuilder) -> [Fact] {
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

    private func rulesOfChains(_ builder: FactBuilder) -> [Fact] {
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

    private func sets(_ builder: FactBuilder) -> [Fact] {
        sets.map { set in
            builder.fact(
                "nft", "set \(set.family) \(set.table) \(set.name)",
                [
                    "family": set.family.description, "table": set.table, "flags": String(set.flags),
                    "key": String(set.keyType), "length": String(set.keyLength),
                ])
        }
    }
}
