import NetlinkCodec
import Testing

/// Sets of ipset, objects of IPsec and tables of iptables-legacy, from the answers of a kernel.
@Suite struct RareRecordTests {
    private func records<Record: DumpRecord>(_ type: Record.Type, _ bytes: [UInt8]) throws -> [Record] {
        let part = try DumpPart<Record>(bytes)
        #expect(part.end?.errno == 0 && part.otherTypes.isEmpty)
        return part.records
    }

    @Test func sets() throws {
        let all = try records(IpsetRecord.self, CapturedRareObjects.sets)
        func set(_ name: String) throws -> IpsetRecord { try #require(all.first { $0.name == name }) }
        #expect(all.map(\.name) == ["s", "n", "b", "l"])
        let plain = try set("s")
        #expect(plain.type == "hash:ip" && plain.family == .ipv4)
        #expect(plain.elements.map(\.text).sorted() == ["10.0.0.1", "10.0.0.2"], "a timeout runs, and is left out")
        #expect(plain.elements.map(\.data) == [nil, nil])
        let pair = try set("n")
        #expect(pair.type == "hash:net,port" && pair.family == .ipv6)
        #expect(pair.elements.map(\.text) == ["fd00::/16,6:80"] && pair.elements.map(\.data) == ["hello"])
        #expect(pair.settings != plain.settings)
        #expect(try set("b").elements.map(\.text) == ["12"] && set("l").elements.map(\.text) == ["s"])
    }

    @Test func states() throws {
        let all = try records(TransformStateRecord.self, CapturedRareObjects.states)
        let only = try #require(all.first)
        #expect(all.count == 1 && only.destination?.description == "10.0.0.2")
        #expect(only.source?.description == "10.0.0.1" && only.protocolName == "esp" && only.spi == 0x100)
        #expect(only.mode == "tunnel" && only.requestID == 0 && only.mark == nil)
    }

    @Test func policies() throws {
        let all = try records(TransformPolicyRecord.self, CapturedRareObjects.policies)
        #expect(all.count == 2)
        let out = try #require(all.first { $0.direction == "out" })
        #expect(out.destination?.description == "10.2.0.0/16" && out.source?.description == "10.1.0.0/16")
        #expect(out.priority == 77 && !out.blocks && out.mark == nil && out.selector.isEmpty)
        #expect(!out.settings.isEmpty, "it has a template")
        let block = try #require(all.first { $0.direction == "in" })
        #expect(block.blocks && block.priority == 0 && block.mark == "0x5/0xff" && !block.selector.isEmpty)
    }

    @Test func tables() throws {
        let filter = try #require(
            LegacyTable(
                .ip, name: "filter", information: CapturedRareObjects.filterInformation,
                entries: CapturedRareObjects.filterEntries))
        #expect(filter.chains.map(\.name) == ["INPUT", "FORWARD", "OUTPUT"])
        #expect(filter.chains.map(\.policy) == ["ACCEPT", "DROP", "ACCEPT"])
        #expect(filter.chains.map(\.rules.count) == [0, 0, 1])
        #expect(filter.chains[2].rules.first?.text == "-d 10.0.0.1/32 -p 6 -m tcp -m comment --comment hello -j DROP")
        let nat = try #require(
            LegacyTable(
                .ip, name: "nat", information: CapturedRareObjects.natInformation,
                entries: CapturedRareObjects.natEntries))
        #expect(nat.chains.map(\.name) == ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING", "X"])
        #expect(nat.chains.map(\.policy) == ["ACCEPT", "ACCEPT", "ACCEPT", "ACCEPT", nil])
        #expect(nat.chains[3].rules.map(\.text) == ["-s 10.0.0.0/8 -j X"])
        #expect(nat.chains[4].rules.map(\.text) == ["-j MASQUERADE"])
        #expect(
            LegacyTable.entriesSize(.ip, CapturedRareObjects.natInformation) == CapturedRareObjects.natEntries.count)
    }

    /// The counters of a rule are no part of it, and broken bytes are no table.
    @Test func countersAndBrokenTables() throws {
        var entries = CapturedRareObjects.filterEntries
        func rule(_ entries: [UInt8]) -> LegacyTable.Rule? {
            LegacyTable(
                .ip, name: "filter", information: CapturedRareObjects.filterInformation, entries: entries)?
                .chains.last?.rules.first
        }
        let before = try #require(rule(entries))
        // INPUT and FORWARD have a policy of 152 bytes each; counters begin at 96.
        entries[304 + 96] = 9
        #expect(rule(entries) == before)
        entries[304 + 4] = 11
        #expect(rule(entries)?.text.hasPrefix("-d 11.0.0.1/32") == true)
        #expect(rule(Array(entries.dropLast())) == nil)
        #expect(
            LegacyTable(.ip, name: "filter", information: [1, 2], entries: entries) == nil)
    }
}
