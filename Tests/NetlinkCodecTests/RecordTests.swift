import Model
import NetlinkCodec
import Testing

/// The dumps of one namespace that these commands made, after requests of `NetlinkRequest` had made the links.
///
///     ip link set lo up
///     ip neigh add 10.5.0.9 lladdr 02:00:00:00:00:99 dev vd; ip neigh add proxy 10.5.0.77 dev vd
///     ip link property add dev vd altname vd-alt altname vd-more; ip link set vd alias 'the end'
///     ip rule add ipproto tcp sport 5 dport 80-90 lookup 100 pref 1001
///     ip rule add suppress_prefixlength 0 lookup main pref 1003
///     ip rule add not from 10.5.5.0/24 oif vd goto 1003 pref 1002; ip rule add prohibit from 10.66.0.0/16 pref 1004
///     ip route add 10.4.0.0/16 nexthop via 10.5.0.3 dev vd weight 1 nexthop via 10.5.0.4 dev vd weight 2
@Suite struct RecordTests {
    private func records<Record: DumpRecord>(_ type: Record.Type, _ bytes: [UInt8]) throws -> [Record] {
        let part = try DumpPart<Record>(bytes)
        #expect(part.end?.errno == 0)
        #expect(part.end?.kind == .done)
        #expect(!part.isInterrupted)
        #expect(part.otherTypes.isEmpty)
        return part.records
    }

    @Test func links() throws {
        let links = try records(LinkRecord.self, CapturedDump.links)
        #expect(Set(links.map(\.name)) == ["lo", "vf", "va", "vd", "vc", "bry"])
        let end = try #require(links.first { $0.name == "vd" })
        #expect(end.index == 43)
        #expect(end.kind == "veth")
        #expect(end.mtu == 1500)
        #expect(end.alternativeNames == ["vd-alt", "vd-more"])
        #expect(end.alias == "the end")
        #expect(end.link == 42)
        #expect(end.linkNamespaceID == nil)
        #expect(end.isUp && end.isLowerUp && !end.isLoopback && !end.hasXDP)
        #expect(end.operationalStateName == "UP")
        let port = try #require(links.first { $0.name == "vc" })
        #expect(port.master == 50)
        #expect(port.mac == MACAddress("02:00:00:00:00:0c"))
        #expect(port.mtu == 1300)
        #expect(!port.portData.isEmpty)
        let bridge = try #require(links.first { $0.index == 50 })
        #expect(bridge.name == "bry")
        #expect(bridge.kind == "bridge")
        #expect(!bridge.kindData.isEmpty && bridge.master == nil && !bridge.isUp)
        let away = try #require(links.first { $0.name == "va" })
        #expect(away.link == 41)
        #expect(away.linkNamespaceID == 0)
        #expect(away.mac == MACAddress("02:00:00:00:00:0a"))
        let loopback = try #require(links.first { $0.name == "lo" })
        #expect(loopback.isLoopback && loopback.kind == nil && loopback.mtu == 65_536)
        #expect(loopback.operationalStateName == "UNKNOWN")
    }

    @Test func addresses() throws {
        let addresses = try records(AddressRecord.self, CapturedDump.addresses)
        let texts = addresses.compactMap { record in record.prefix.map { "\(record.index) \($0)" } }
        #expect(texts.contains("1 127.0.0.1/8") && texts.contains("1 ::1/128"))
        #expect(texts.contains("43 10.5.0.1/24") && texts.contains("43 2001:db8:5::1/64"))
        let peer = try #require(addresses.first { $0.peer != nil })
        #expect(peer.prefix?.description == "10.6.0.1/32")
        #expect(peer.peer?.description == "10.6.0.2")
        #expect(peer.label == "vd")
        let loopback = try #require(addresses.first { $0.index == 1 && $0.family == .ipv4 })
        #expect(loopback.scope == 254)
        #expect(loopback.isPermanent && !loopback.isTentative && !loopback.isDuplicate)
        // The link-local addresses were still being tested when the dump was taken.
        #expect(addresses.contains { $0.isTentative && $0.prefix?.description.hasPrefix("fe80::") == true })
    }

    @Test func routes() throws {
        let routes = try records(RouteRecord.self, CapturedDump.routes4)
        func route(_ text: String) throws -> RouteRecord {
            try #require(routes.first { $0.destinationText == text }, "\(text)")
        }
        let plain = try route("10.7.0.0/16")
        #expect(plain.gateway?.description == "10.5.0.3")
        #expect(plain.device == 43 && plain.metric == 7 && plain.table == 254 && plain.typeName == "unicast")
        let onlink = try route("10.10.0.0/16")
        #expect(onlink.isOnlink && !onlink.isDead && !onlink.isLinkDown)
        #expect(try route("10.11.0.0/16").gateway?.description == "2001:db8:5::2")
        #expect(try route("default").table == 1000)
        let hops = try route("10.4.0.0/16").nextHops
        #expect(hops.map { $0.gateway?.description } == ["10.5.0.3", "10.5.0.4"])
        #expect(hops.map(\.weight) == [1, 2])
        #expect(hops.map(\.device) == [43, 43])
        let link = try route("10.8.0.0/16")
        #expect(link.scope == 253 && link.gateway == nil)
        #expect(try route("10.5.0.0/24").preferredSource?.description == "10.5.0.1")
        #expect(routes.contains { $0.table == 255 && $0.typeName == "broadcast" })

        let six = try records(RouteRecord.self, CapturedDump.routes6)
        let hole = try #require(six.first { $0.destinationText == "2001:db8:9::/48" })
        #expect(hole.typeName == "blackhole")
        #expect(six.contains { $0.destinationText == "2001:db8:5::/64" && $0.device == 43 })
    }

    @Test func rules() throws {
        let rules = try records(RuleRecord.self, CapturedDump.rules)
        func rule(_ priority: UInt32) throws -> RuleRecord {
            try #require(rules.first { $0.priority == priority && $0.family == .ipv4 }, "\(priority)")
        }
        let local = try rule(0)
        #expect(local.from == nil && local.to == nil && local.table == 255 && local.actionName == "lookup")
        #expect(local.suppressPrefixLength == nil)
        let full = try rule(900)
        #expect(full.from?.description == "10.5.0.0/24")
        #expect(full.to?.description == "10.7.0.0/16")
        #expect(full.iif == "vd" && full.fwmark == 1 && full.fwmask == 255 && full.table == 1000)
        let ports = try rule(1001)
        #expect(ports.ipProtocol == 6 && ports.sourcePorts == 5...5 && ports.destinationPorts == 80...90)
        let jump = try rule(1002)
        #expect(jump.isInverted && jump.oif == "vd" && jump.actionName == "goto" && jump.target == 1003)
        #expect(try rule(1003).suppressPrefixLength == 0)
        #expect(try rule(1004).actionName == "prohibit")
        #expect(rules.contains { $0.family == .ipv6 && $0.from?.description == "2001:db8:5::/64" })
    }

    @Test func neighbours() throws {
        let neighbours = try records(NeighbourRecord.self, CapturedDump.neighbours)
        let entry = try #require(neighbours.first { $0.address?.description == "10.5.0.9" })
        #expect(entry.linkLayerAddress == MACAddress("02:00:00:00:00:99"))
        #expect(entry.index == 43 && entry.isPermanent && !entry.isProxy && !entry.isNoARP)
        let proxies = try records(NeighbourRecord.self, CapturedDump.proxies)
        #expect(proxies.map { $0.address?.description } == ["10.5.0.77"])
        #expect(proxies.first?.isProxy == true)
    }

    @Test func namespaceIDs() throws {
        let ids = try records(NamespaceIDRecord.self, CapturedDump.namespaceIDs)
        #expect(ids.map(\.id) == [0])
        #expect(ids.first?.isDeleted == false)
    }

    @Test func interruptionAndForeignSequence() throws {
        var bytes = CapturedDump.namespaceIDs
        bytes[6] |= 0x10
        #expect(try DumpPart<NamespaceIDRecord>(bytes).isInterrupted)
        let foreign = try DumpPart<NamespaceIDRecord>(bytes, sequence: 99)
        #expect(foreign.records.isEmpty && foreign.end == nil && !foreign.isInterrupted)
    }

    @Test func unknownAttributesAreKept() throws {
        let added = hex("08000e7fefbeadde")
        var message = Array(CapturedDump.namespaceIDs[..<28])
        message = hex("28000000140002000000000000000000") + hex("0218000002000000") + hex("080001000a010001") + added
        #expect(message.count == 40)
        let address = try #require(try DumpPart<AddressRecord>(message).records.first)
        #expect(address.other == [try #require(address.other.first)])
        #expect(address.other.first?.type == 0x3f0e)
        #expect(address.other.first?.bytes == hex("efbeadde"))
    }

    /// A scenario names protocols as the decoder does.
    @Test func protocolsHaveOneName() {
        for number in UInt8.min...UInt8.max {
            #expect(KernelNames.routeProtocol(number) == RoutingProtocol.name(number), "\(number)")
        }
    }
}
