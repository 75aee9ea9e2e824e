import CKernelHeaders
import NetlinkCodec
import Testing

/// Tracked connections and how tables of neighbours are kept, from the answers of a kernel.
@Suite struct StateRecordTests {
    private func records<Record: DumpRecord>(_ type: Record.Type, _ bytes: [UInt8]) throws -> [Record] {
        let part = try DumpPart<Record>(bytes)
        #expect(part.end?.errno == 0 && part.otherTypes.isEmpty)
        return part.records
    }

    @Test func connections() throws {
        let all = try records(ConnectionRecord.self, CapturedStates.connections)
        #expect(all.count == 3)
        let tcp = try #require(all.first { $0.original.protocolNumber == 6 })
        #expect(tcp.original.source?.description == "10.0.0.1" && tcp.original.destination?.description == "10.0.0.2")
        #expect(tcp.original.sourcePort == 1000 && tcp.original.destinationPort == 80)
        #expect(tcp.mark == 7 && tcp.zone == 0 && !tcp.isTranslated && tcp.reply == tcp.original.reversed)
        #expect(tcp.state.map(KernelNames.connectionState) == "ESTABLISHED")
        #expect(KernelNames.connectionStatus(tcp.status) == "unreplied")
        let six = try #require(all.first { $0.original.source?.description == "fd00::1" })
        #expect(six.zone == 5 && six.mark == 0 && six.state == nil && six.helper == nil && six.labels.isEmpty)
        let translated = try #require(all.first { $0.original.destination?.description == "10.0.0.9" })
        #expect(translated.isTranslated && translated.reply.source?.description == "10.0.0.77")
        #expect(translated.reply.sourcePort == 2 && translated.reply.destinationPort == 1)
    }

    @Test func tablesOfNeighbours() throws {
        let usual = try records(NeighbourTableRecord.self, CapturedStates.usualTables)
        let all = try records(NeighbourTableRecord.self, CapturedStates.tables)
        let lo = usual.filter { $0.device == 1 }
        #expect(lo.map(\.name) == ["arp_cache", "ndisc_cache"])
        #expect(usual.count == all.count)
        func changed(_ tables: [NeighbourTableRecord]) -> [String] {
            tables.compactMap { table in
                guard table.device != 0, let same = lo.first(where: { $0.name == table.name }) else { return nil }
                let changes = table.changes(from: same)
                return changes.isEmpty ? nil : "\(table.name): \(changes)"
            }
        }
        #expect(changed(usual) == [], "a time that the kernel draws is none")
        // A time is rounded up to ticks of the kernel, four milliseconds each.
        #expect(
            changed(all) == ["arp_cache: base_reachable 12348 queue 7 queue_bytes 14630", "ndisc_cache: retrans 780"])
    }

    @Test func vlansOfBridges() throws {
        let usual = try records(BridgeVLANRecord.self, CapturedStatesOfStock.usualVLANs)
        #expect(usual.map(\.device).sorted() == [2, 5, 6])
        #expect(usual.flatMap(\.entries).allSatisfy { $0.isUsual(1) && !$0.isUsual(2) })
        let all = try records(BridgeVLANRecord.self, CapturedStatesOfStock.vlans)
        #expect(all.map(\.device).sorted() == [2, 5, 6] && all.first { $0.device == 2 }?.entries.isEmpty == true)
        let port = try #require(all.first { $0.device == 5 })
        #expect(port.entries.map(\.numbers) == [1...1, 10...10, 20...21, 22...22, 23...25])
        #expect(port.entries.map(\.isPVID) == [false, true, false, false, false])
        #expect(port.entries.map(\.isUntagged) == [true, true, false, false, false])
        #expect(port.entries.map(\.stateName) == [nil, nil, nil, "blocking", nil])
        let bridge = try #require(all.first { $0.device == 6 })
        #expect(bridge.entries.map(\.numbers) == [1...1, 10...10] && bridge.entries[0].isUsual(1))
    }

    @Test func wireguard() throws {
        let untold = try #require(
            WireguardRecord.joined(try records(WireguardRecord.self, CapturedStatesOfStock.untold)))
        #expect(untold.name == "wg0" && untold.publicKey == nil && untold.peers.isEmpty && untold.port == 0)
        let told = try #require(WireguardRecord.joined(try records(WireguardRecord.self, CapturedStatesOfStock.told)))
        #expect(told.publicKey == "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=")
        #expect(told.port == 51820 && told.mark == 0x77 && told.privateKey?.count == 32)
        #expect(
            told.peers.map(\.key) == [
                "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=",
            ])
        #expect(told.peers.map(\.endpoint) == ["10.0.0.2:51820", "[fd00::2]:1234"])
        #expect(told.peers.map { $0.allowed.sorted() } == [["10.9.0.0/16", "fd09::/64"], ["10.8.0.0/16"]])
        #expect(told.peers.map(\.keepalive) == [25, 0])
        #expect(told.peers.map { $0.presharedKey == "none" } == [false, true])
    }

    /// What does not fit into one message comes in the next, with the key of its peer again.
    @Test func aPeerInTwoParts() throws {
        let told = try records(WireguardRecord.self, CapturedStatesOfStock.told)
        var rest = WireguardRecord()
        rest.peers = [.init(key: told[0].peers[1].key, allowed: ["10.7.0.0/16"]), .init(key: "k", allowed: [])]
        let whole = try #require(WireguardRecord.joined(told + [rest]))
        #expect(whole.peers.map(\.allowed.count) == [2, 2, 0] && whole.port == 51820)
    }
}
