import NetlinkCodec
import Testing

/// The dumps of a rule set that batch.nft of `CapturedBatch` and these commands made, after some traffic.
///
///     iptables-nft -t nat -A POSTROUTING -s 10.1.0.0/24 -o port1 -m comment --comment "to the world" -j MASQUERADE
///     iptables-nft -t nat -N DOCKER; iptables-nft -t nat -A PREROUTING -p tcp --dport 80 -j DOCKER
///     iptables-nft -I INPUT -p tcp -m multiport --dports 22,23 -m comment --comment "by iptables" -m limit --limit 5/s -j LOG
///     nft add table netdev nd; nft add chain netdev nd c '{ type filter hook ingress device lo priority 5; }'
///     nft add rule inet t c2 quota over 25 mbytes drop; nft add set inet t m '{ type ipv4_addr; flags dynamic; }'
///     nft add rule inet t c2 add @m { ip saddr counter }; nft add chain inet t c3; nft add rule inet t c2 goto c3
@Suite struct NftRecordTests {
    private func records<Record: DumpRecord>(_ type: Record.Type, _ bytes: [UInt8]) throws -> [Record] {
        let part = try DumpPart<Record>(bytes)
        #expect(part.end?.errno == 0)
        #expect(part.otherTypes.isEmpty)
        return part.records
    }

    @Test func generationAndTables() throws {
        let generations = try DumpPart<NftGeneration>(CapturedNft.generation)
        #expect(generations.records.count == 1)
        #expect(try #require(generations.records.first).id > 0)
        let tables = try records(NftTable.self, CapturedNft.tables)
        #expect(tables.map { "\($0.family) \($0.name)" } == ["inet t", "ip nat", "ip filter", "netdev nd"])
        #expect(Set(tables.map(\.handle)).count == 4)
    }

    @Test func chains() throws {
        let chains = try records(NftChain.self, CapturedNft.chains)
        let words = chains.map { chain in
            let hook = [chain.type, chain.hookName, chain.priority.map { String($0) }, chain.policyName]
            return (["\(chain.family) \(chain.table) \(chain.name)"] + hook.compactMap(\.self)).joined(separator: " ")
        }
        #expect(
            words == [
                "inet t in filter input 0 drop", "inet t c2", "inet t c3",
                "ip nat POSTROUTING nat postrouting 100 accept", "ip nat DOCKER",
                "ip nat PREROUTING nat prerouting -100 accept", "ip filter INPUT filter input 0 accept",
                "netdev nd c filter ingress 5 accept",
            ])
        #expect(chains.last?.devices == ["lo"])
        #expect(chains.first { $0.name == "c2" }?.use == 4)
    }

    @Test func rules() throws {
        let rules = try records(NftRule.self, CapturedNft.rules)
        func rule(_ chain: String, _ index: Int = 0) throws -> NftRule {
            let found = rules.filter { $0.chain == chain }
            return try #require(found.indices.contains(index) ? found[index] : nil)
        }
        #expect(try rule("in").summary.hasSuffix("lookup(s) counter accept"))
        let jump = try rule("in", 1)
        #expect(jump.targetChains == ["c2"])
        #expect(jump.comment == "ssh only")
        let quota = try rule("c2").summary
        #expect(quota.hasPrefix("quota(bytes=") && quota.hasSuffix(") drop"))
        #expect(try rule("c2", 1).summary.contains("dynset(m"))
        #expect(try rule("c2", 2).summary == "goto c3")
        let masquerade = try rule("POSTROUTING")
        #expect(masquerade.target == "MASQUERADE")
        #expect(masquerade.matches == ["comment"])
        #expect(masquerade.comment == "to the world")
        let log = try rule("INPUT")
        #expect(log.matches.contains("comment"))
        #expect(log.comment == "by iptables")
        // Handles are unique within a table.
        for table in ["t", "nat", "filter"] {
            let handles = rules.filter { $0.table == table }.map(\.handle)
            #expect(!handles.isEmpty && Set(handles).count == handles.count && !handles.contains(nil))
        }
    }

    /// Rules that have counted differently have the same bytes.
    @Test func countersAreZeroed() throws {
        let before = try records(NftRule.self, CapturedNft.rules)
        // The rules had counted 660 bytes; let them have counted 661.
        var bytes = CapturedNft.rules
        let counted = hex("0000000000000294")
        var changes = 0
        for start in 0..<bytes.count - 8 where Array(bytes[start..<start + 8]) == counted {
            bytes[start + 7] += 1
            changes += 1
        }
        #expect(changes == 3)
        let after = try records(NftRule.self, bytes)
        #expect(before == after)
        // Nothing else is zeroed: the limit of the quota (25 MB) is still there.
        let quota = try #require(before.first { $0.expressions.first?.name == "quota" })
        #expect(digits(quota.expressionBytes).contains("0000000001900000"))
    }

    @Test func sets() throws {
        let sets = try records(NftSet.self, CapturedNft.sets)
        #expect(Set(sets.map(\.name)) == ["s", "m"])
        #expect(sets.allSatisfy { $0.keyLength == 4 && !$0.isAnonymous && $0.table == "t" })
    }

    @Test func flowtables() throws {
        let flowtables = try records(NftFlowtable.self, CapturedNft.flowtables)
        #expect(flowtables.map(\.name) == ["f"] && flowtables.map(\.table) == ["t"])
        #expect(flowtables.first?.family.description == "inet" && flowtables.first?.flags == 0)
        #expect(flowtables.first?.priority == 10 && flowtables.first?.devices == ["w0", "v0"])
    }
}
