import Model
import NetlinkCodec
import Testing

/// Requests that we build are those that ip(8) sends, byte for byte, where it sends one.
@Suite struct BuilderTests {
    private func expect(_ request: NetlinkRequest?, _ captured: [UInt8], _ where: SourceLocation = #_sourceLocation)
        throws
    {
        let request = try #require(request, sourceLocation: `where`)
        let sequence = try #require(try NetlinkMessages.all(in: captured).first).sequence
        #expect(digits(request.numbered(sequence).bytes) == digits(captured), sourceLocation: `where`)
    }

    private func slotWords(_ request: NetlinkRequest) -> [String] {
        request.descriptorOffsets.map { "\($0.role.rawValue):\($0.offset)" }
    }

    @Test func links() throws {
        try expect(.setLink(.index(3), LinkChanges(master: 5)), Captured.setMaster)
        try expect(.setLink(.index(3), LinkChanges(isUp: true, mtu: 1300)), Captured.setMTUAndUp)
        try expect(.setLink(.index(2), LinkChanges(name: "port1")), Captured.rename)
        try expect(.setLink(.index(4), LinkChanges(namespaceDescriptor: 4)), Captured.moveToDescriptor)
        try expect(.deleteLink(.index(5)), Captured.deleteLink)
    }

    @Test func addresses() throws {
        let first = try #require(IPPrefix("10.1.0.1/24"))
        try expect(.addAddress(first, to: 2), Captured.addAddress)
        try expect(.deleteAddress(first, from: 2), Captured.deleteAddress)
        try expect(
            .addAddress(try #require(IPPrefix("10.9.0.1/32")), to: 2, peer: IPAddress("10.9.0.2")),
            Captured.addPeerAddress)
        try expect(.addAddress(try #require(IPPrefix("2001:db8::1/64")), to: 2), Captured.addAddress6)
    }

    @Test func routes() throws {
        var route = RouteMessage(
            family: .ipv4, destination: IPPrefix("10.2.0.0/16"), gateway: IPAddress("10.1.0.2"), device: 2, metric: 50)
        try expect(.addRoute(route), Captured.addRoute)
        route.gateway = IPAddress("10.1.0.9")
        try expect(.addRoute(route, replacing: true), Captured.replaceRoute)
        try expect(
            .deleteRoute(RouteMessage(family: .ipv4, destination: IPPrefix("10.2.0.0/16"))), Captured.deleteRoute)
        try expect(
            .addRoute(
                RouteMessage(family: .ipv4, destination: nil, gateway: IPAddress("10.1.0.2"), table: 100)),
            Captured.addDefaultInTable)
        try expect(
            .addRoute(RouteMessage(family: .ipv4, destination: IPPrefix("10.3.0.0/16"), kind: .blackhole)),
            Captured.addBlackhole)
        try expect(
            .addRoute(
                RouteMessage(
                    family: .ipv6, destination: IPPrefix("2001:db8:1::/48"), gateway: IPAddress("2001:db8::2"))),
            Captured.addRoute6)
        try expect(
            .addRoute(
                RouteMessage(
                    family: .ipv4, destination: IPPrefix("10.8.0.1"), gateway: IPAddress("10.77.0.1"), device: 2,
                    isOnlink: true)),
            Captured.addOnlink)
    }

    @Test func rules() throws {
        try expect(
            .addRule(
                RuleMessage(
                    family: .ipv4, from: IPPrefix("10.1.0.0/24"), to: IPPrefix("10.2.0.0/16"), iif: "port1", fwmark: 1,
                    fwmask: 0xff, table: 100, priority: 1000)),
            Captured.addRule)
        try expect(
            .addRule(RuleMessage(family: .ipv6, from: IPPrefix("2001:db8::/32"), table: 100, priority: 1002)),
            Captured.addRule6)
        try expect(
            .addRule(RuleMessage(family: .ipv4, table: 254, priority: 1003, suppressPrefixLength: 0)),
            Captured.addSuppressRule)
    }

    @Test func dumps() throws {
        try expect(.dumpRules(.ipv4), Captured.dumpRules)
        try expect(.dumpNamespaceIDs(), Captured.dumpNamespaceIDs)
        #expect(digits(NetlinkRequest.dumpLinks().bytes).hasSuffix("08001d0008000000"))
        // struct ndmsg with NTF_PROXY in its eleventh byte.
        #expect(NetlinkRequest.dumpProxyNeighbours().bytes[26] == 8)
        try expect(.getNftGeneration(), hex("14000000100a0100000000000000000000000000"))
        try expect(.dumpNftTables(), hex("14000000010a0103000000000000000000000000"))
    }

    /// The kernel took these bytes with a descriptor of a namespace at byte 132, and made va (up) here, vb there.
    @Test func vethWithPeerElsewhere() throws {
        let end = NewLink.End(name: "va", mtu: 1400, mac: MACAddress("02:00:00:00:00:0a"), index: 40)
        let peer = NewLink.End(
            name: "vb", mtu: 1400, mac: MACAddress("02:00:00:00:00:0b"), index: 41, namespaceDescriptor: 0)
        var request = NetlinkRequest.createLink(NewLink(end, kind: .veth(peer: peer), isUp: true))
        #expect(slotWords(request) == ["peer:132"])
        #expect(
            request.bytes
                == hex(
                    """
                    8800000010000506000000000000000000000000280000000100000001000000
                    070003007661000008000400780500000a00010002000000000a0000
                    4c0012000900010076657468000000003c00020038000100
                    00000000290000000000000000000000
                    070003007662000008000400780500000a00010002000000000b000008001c0000000000
                    """))
        request.setDescriptor(7, for: .link)
        #expect(request.bytes[132...] == [0, 0, 0, 0])
        request.setDescriptor(7, for: .peer)
        #expect(request.bytes[132...] == [7, 0, 0, 0])
        let decoded = RequestDecoder().decode(request.bytes, protocol: 0)
        #expect(
            decoded.requests.map(words) == [
                "link.create va type=veth peer=vb mtu=1400 up=true peer-netns=fd:7 mac=02:00:00:00:00:0a"
            ])
    }

    /// Each setting of each kind, as it is asked for in a scenario, is asked of the kernel.
    @Test func everySettingThatCanBeSaidIsAskedFor() throws {
        func argument(_ name: String, _ request: DecodedRequest?) -> String? {
            request?.arguments.first { $0.name == name }?.value
        }
        for (kind, settings) in LinkKinds.table.sorted(by: { $0.key < $1.key }) {
            for setting in settings where setting.isAskedFor {
                let value: String
                switch setting.form {
                case .number(let bytes), .bigEndian(let bytes): value = "\((UInt64(1) << (8 * UInt64(bytes))) - 1)"
                case .word(let words, _): value = words.values.sorted()[0]
                case .hardwareAddress: value = "02:00:00:00:00:01"
                case .address:
                    let isOfBoth = ["vxlan", "geneve"].contains(kind)
                    let isSecond = settings.last { $0.word == setting.word } == setting
                    value = (isOfBoth ? isSecond : kind.contains("6")) ? "2001:db8::1" : "192.0.2.1"
                case .presence, .digest: value = ""
                }
                let words = value.isEmpty ? setting.word : "\(setting.word) \(value)"
                let asked = try KindSettings.asked(words, of: kind, lower: 7)
                #expect(asked.first?.type == UInt16(setting.type), "\(kind) \(words)")
                let link = NewLink(.init(name: "x0"), kind: .other(kind, settings: asked))
                let read = RequestDecoder { "i\($0)" }.decode(NetlinkRequest.createLink(link).bytes, protocol: 0)
                    .requests
                // What tells that there is a key comes along; vlan and vrf have a key of their own for their number.
                let shown = argument("settings", read.first) ?? ""
                let isOwnKey = kind == "vlan" && setting.word == "id"
                #expect(isOwnKey || shown.hasPrefix(words), "\(kind) \(words): \(shown)")
                let hasFlags = settings.contains { $0.word == "iflags" } && ["ikey", "okey"].contains(setting.word)
                #expect(shown.contains("flags 8192") == hasFlags, "\(kind) \(words): \(shown)")
                let lower = LinkKinds.lowerDevices[kind] == nil ? nil : "i7"
                #expect(argument("link", read.first) == lower, "\(kind) \(words)")
            }
        }
    }

    /// What ip(8) of iproute2 6.1 sends for these devices, and what we send, mean the same.
    @Test func devicesOnOthersAreAskedForAsByIP() throws {
        let asked: [(NewLink.Kind, String)] = [
            (
                .other("vlan", link: 3, settings: try KindSettings.asked("id 5", of: "vlan", lower: 3)),
                """
                4800000010000506c589076b0000000000000000000000000000000000000000 0800050003000000070003006c300000
                1800120008000100766c616e0c0002000600010005000000
                """
            ),
            (
                .other("macvlan", link: 3),
                """
                4000000010000506c589076b0000000000000000000000000000000000000000 0800050003000000070003006c300000
                100012000b0001006d6163766c616e00
                """
            ),
            (
                .other("vrf", settings: try KindSettings.asked("table 1000", of: "vrf", lower: nil)),
                """
                4000000010000506c589076b0000000000000000000000000000000000000000 070003006c300000
                1800120007000100767266000c00020008000100e8030000
                """
            ),
        ]
        func read(_ bytes: [UInt8]) -> [String] {
            RequestDecoder { "i\($0)" }.decode(bytes, protocol: 0).requests.map(words)
        }
        for (kind, captured) in asked {
            let ours = read(NetlinkRequest.createLink(NewLink(.init(name: "l0"), kind: kind)).bytes)
            let theirs = read(hex(captured))
            #expect(ours.count == 1 && ours == theirs, "\(kind)")
        }
    }

    @Test func slots() throws {
        let link = NewLink(.init(name: "ve", namespaceDescriptor: 3), kind: .veth(peer: .init(name: "vf")))
        #expect(slotWords(.createLink(link)) == ["link:44"])
        #expect(
            slotWords(.setLink(.index(2), LinkChanges(namespaceDescriptor: 0)))
                == ["link:36"])
        #expect(slotWords(.setNamespaceID(7)) == ["namespace:32"])
    }

    @Test func tooLongAnAttributeIsLeftOut() {
        var builder = NetlinkBuilder()
        builder.message(type: 16, flags: 1) { message in
            message.attribute(1, bytes: [UInt8](repeating: 1, count: 65_532))
            message.nested(2) { inner in
                inner.attribute(1, bytes: [UInt8](repeating: 1, count: 40_000))
                inner.attribute(1, bytes: [UInt8](repeating: 1, count: 40_000))
            }
        }
        #expect(builder.overflowed)
        #expect(builder.bytes.count == NetlinkMessage.headerLength)
    }
}
