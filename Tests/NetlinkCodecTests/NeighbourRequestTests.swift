import NetlinkCodec
import Testing

/// Neighbours are added and deleted with the bytes that ip(8) sends (iproute2 6.1, kernel 6.18, taken with strace), and
/// what a dump holds can be sent back.
@Suite struct NeighbourRequestTests {
    private func expect(_ request: NetlinkRequest, _ captured: String, _ where: SourceLocation = #_sourceLocation) {
        #expect(digits(request.numbered(0x6b01_0cd7).bytes) == digits(hex(captured)), sourceLocation: `where`)
    }

    // $ ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 nud permanent dev v0
    // $ ip neigh del 10.1.0.9 dev v0
    @Test func permanent() throws {
        let address = try #require(IPAddress("10.1.0.9"))
        expect(
            .addNeighbour(address, to: 3, lladdr: MACAddress("02:00:00:00:00:09")),
            """
            300000001c000506d70c016b0000000002000000030000008000000008000100
            0a0100090a0002000200000000090000
            """)
        expect(
            .deleteNeighbour(address, from: 3),
            "240000001d000500d70c016b00000000020000000300000080000000080001000a010009")
    }

    // $ ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:0a dev v0
    // $ ip neigh replace 2001:db8::9 lladdr 02:00:00:00:00:0b dev v0
    @Test func versionSix() throws {
        let address = try #require(IPAddress("2001:db8::9"))
        expect(
            .addNeighbour(address, to: 3, lladdr: MACAddress("02:00:00:00:00:0a")),
            """
            3c0000001c000506d70c016b000000000a000000030000008000000014000100
            20010db80000000000000000000000090a00020002000000000a0000
            """)
        expect(
            .addNeighbour(address, to: 3, lladdr: MACAddress("02:00:00:00:00:0b"), replacing: true),
            """
            3c0000001c000505d70c016b000000000a000000030000008000000014000100
            20010db80000000000000000000000090a00020002000000000b0000
            """)
    }

    // $ ip neigh add proxy 10.1.0.7 dev v0
    // $ ip neigh del proxy 10.1.0.7 dev v0
    // $ ip -6 neigh add proxy 2001:db8::7 dev v0
    @Test func proxies() throws {
        let address = try #require(IPAddress("10.1.0.7"))
        expect(
            .addNeighbour(address, to: 3, lladdr: nil),
            "240000001c000506d70c016b00000000020000000300000080000800080001000a010007")
        expect(
            .deleteNeighbour(address, from: 3, isProxy: true),
            "240000001d000500d70c016b00000000020000000300000080000800080001000a010007")
        expect(
            .addNeighbour(try #require(IPAddress("2001:db8::7")), to: 3, lladdr: nil),
            """
            300000001c000506d70c016b000000000a000000030000008000080014000100
            20010db8000000000000000000000007
            """)
    }

    /// A described object becomes its request, with the types and flags that ip(8) uses and the payload as it was.
    @Test func describedObjectsAreRequests() throws {
        let described = NetlinkRequest.addNeighbour(
            try #require(IPAddress("10.1.0.9")), to: 3, lladdr: MACAddress("02:00:00:00:00:09")
        ).bytes
        let object = try #require(try DumpedObject<NeighbourRecord>.all(in: [described]).first)
        #expect(object.record.address == IPAddress("10.1.0.9"))
        #expect(object.addition?.bytes == described)
        let deletion = try #require(object.deletion).bytes
        #expect(deletion[4] == 0x1d)
        #expect(deletion[6...7] == [5, 0])
        #expect(deletion[16...] == described[16...])
        let other = try DumpedObject<NamespaceIDRecord>.all(in: [described])
        #expect(other.isEmpty)
    }

    /// What a route says of its device's state is no part of the request for it.
    @Test func aRouteIsAddedWithoutTheStateOfItsDevice() throws {
        var described = NetlinkRequest.addRoute(
            RouteMessage(family: .ipv4, destination: IPPrefix("10.2.0.0/16"), device: 2, isOnlink: true)
        ).bytes
        // RTNH_F_LINKDOWN and RTNH_F_DEAD beside RTNH_F_ONLINK, in rtm_flags.
        #expect(described[24] == 4)
        described[24] |= 17
        let object = try #require(try DumpedObject<RouteRecord>.all(in: [described]).first)
        #expect(object.addition?.bytes[24] == 4)
        #expect(object.deletion?.bytes[24] == 21)
    }
}
