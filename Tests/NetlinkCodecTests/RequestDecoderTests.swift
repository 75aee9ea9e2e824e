import CKernelHeaders
import Glibc
import Model
import NetlinkCodec
import Testing

// Imported beside Glibc: the two modules must not define one C type twice.

@Suite struct RequestDecoderTests {
    private static let names: [UInt32: String] = [2: "port1", 3: "veth0", 4: "veth2", 5: "br0"]
    private static var decoder: RequestDecoder { RequestDecoder { names[$0] } }

    static let captures: [(request: [UInt8], words: String)] = [
        (Captured.linkProbe, "link.set #0"),
        (Captured.createVeth, "link.create veth0 type=veth peer=veth1"),
        (
            Captured.createVethInNamespace,
            "link.create veth2 type=veth peer=eth0 mtu=1400 peer-netns=fd:4 mac=02:00:00:00:00:02"
        ),
        (Captured.createBridge, "link.create br0 type=bridge"),
        (Captured.dumpLinks, "link.list all"),
        (Captured.getLinkByName, "link.get br0"),
        (Captured.setMaster, "link.set veth0 master=br0"),
        (Captured.setMTUAndUp, "link.set veth0 mtu=1300 up=true"),
        (Captured.rename, "link.set port1 name=port1"),
        (Captured.addAltname, "raw.request 108"),
        (Captured.moveToDescriptor, "link.set veth2 netns=fd:4"),
        (Captured.moveToProcess, "link.set port1 netns=pid:1234567"),
        (Captured.deleteLink, "link.delete br0"),
        (Captured.addAddress, "address.add 10.1.0.1/24 dev=port1"),
        (Captured.addPeerAddress, "address.add 10.9.0.1/32 dev=port1 peer=10.9.0.2"),
        (Captured.addAddress6, "address.add 2001:db8::1/64 dev=port1"),
        (Captured.deleteAddress, "address.delete 10.1.0.1/24 dev=port1"),
        (Captured.dumpAddresses, "address.list all"),
        (Captured.addRoute, "route.add 10.2.0.0/16 via=10.1.0.2 dev=port1 metric=50"),
        (Captured.addDefaultInTable, "route.add default via=10.1.0.2 table=100"),
        (Captured.addBlackhole, "route.add 10.3.0.0/16 type=blackhole"),
        (Captured.addRoute6, "route.add 2001:db8:1::/48 via=2001:db8::2"),
        (
            Captured.addMultipath,
            "route.add 10.4.0.0/16 via=10.1.0.3 dev=port1 via=10.1.0.4 dev=port1 weights=1 weights=2"
        ),
        (Captured.replaceRoute, "route.replace 10.2.0.0/16 via=10.1.0.9 dev=port1 metric=50"),
        (Captured.addOnlink, "route.add 10.8.0.1/32 via=10.77.0.1 dev=port1 flags=onlink"),
        (Captured.getRoute, "route.get 10.2.0.1/32"),
        (Captured.deleteRoute, "route.delete 10.2.0.0/16"),
        (Captured.dumpRoutes, "route.list all"),
        (
            Captured.addRule,
            "rule.add 10.1.0.0/24 to=10.2.0.0/16 iif=port1 fwmark=0x1/0xff table=100 priority=1000"
        ),
        (Captured.addPortRule, "rule.add all table=100 priority=1001 ipproto=6 dport=80-90"),
        (Captured.addRule6, "rule.add 2001:db8::/32 table=100 priority=1002"),
        (Captured.addSuppressRule, "rule.add all table=main priority=1003 suppress=0"),
        (Captured.deleteRule, "rule.delete all priority=1001"),
        (Captured.dumpRules, "rule.list all"),
        (Captured.addNeighbour, "neighbour.add 10.1.0.2 dev=port1 lladdr=02:00:00:00:00:99"),
        (Captured.addProxy, "neighbour.add 10.1.0.77 dev=port1 proxy=true"),
        (Captured.replaceNeighbour, "neighbour.replace 10.1.0.2 dev=veth0 lladdr=02:00:00:00:00:99"),
        (Captured.getNeighbour, "neighbour.list 10.1.0.2 dev=veth0"),
        (Captured.deleteNeighbour, "neighbour.delete 10.1.0.2 dev=port1"),
        (Captured.dumpProxies, "neighbour.list all proxy=true"),
        (Captured.addForwarding, "fdb.add 02:00:00:00:00:31 dev=veth0 master=true state=reachable noarp"),
        (
            Captured.replaceForwarding,
            "fdb.replace 02:00:00:00:00:31 dev=veth0 vlan=1 master=true state=noarp permanent"
        ),
        (Captured.appendForwarding, "fdb.add 02:00:00:00:00:41 dev=veth0 self=true state=noarp permanent"),
        (Captured.deleteForwarding, "fdb.delete 02:00:00:00:00:31 dev=veth0 master=true"),
        (Captured.dumpForwarding, "fdb.list all dev=veth0"),
        (Captured.setGroup, "link.set all mtu=1300 group=0"),
        (Captured.setPort, "link.set veth0 settings=\(Digest.of([8, 0, 3, 0, 9, 0, 0, 0]))"),
        (
            Captured.deleteNeighbourOfProtocol,
            "neighbour.delete 10.0.0.5 dev=veth0 lladdr=02:00:00:00:00:05 other=12"
        ),
        (Captured.addQdisc, "qdisc.add root dev=veth0 type=pfifo settings=\(Digest.of([10, 0, 0, 0]))"),
        (
            Captured.replaceQdisc,
            "qdisc.replace root dev=veth0 type=pfifo handle=1: settings=\(Digest.of([20, 0, 0, 0]))"
        ),
        (Captured.changeQdisc, "qdisc.change root dev=veth0 type=pfifo handle=1: settings=\(Digest.of([30, 0, 0, 0]))"),
        (Captured.addIngress, "qdisc.add ingress dev=veth0 type=ingress handle=ffff:"),
        (Captured.deleteQdisc, "qdisc.delete root dev=veth0"),
        (Captured.dumpQdiscs, "qdisc.list all dev=veth0"),
        (Captured.setNamespaceID, "nsid.set 5 netns=fd:6"),
        (Captured.getNamespaceID, "nsid.get fd:6"),
        (Captured.dumpNamespaceIDs, "nsid.list all"),
    ]

    @Test(arguments: captures.indices)
    func captured(_ index: Int) throws {
        let (bytes, expected) = RequestDecoderTests.captures[index]
        let send = RequestDecoderTests.decoder.decode(bytes, protocol: NETLINK_ROUTE)
        #expect(send.requests.map(words) == [expected])
        #expect(send.error == nil)
        #expect(send.requests.first?.isDump == expected.contains(".list all"))
    }

    @Test func unknownLinksAreIndexes() throws {
        let send = RequestDecoder().decode(Captured.setMaster, protocol: NETLINK_ROUTE)
        let request = try #require(send.requests.first)
        #expect(words(request) == "link.set #3 master=#5")
        #expect(request.deviceIndexes == [3, 5])
        #expect(request.wantsAck)
        #expect(request.sequence == 0x6b00_fd5c)
        #expect(request.rawType == 16)
    }

    @Test func creatingWithTheIndexOfALinkIsSetting() {
        // NLM_F_CREATE is in byte 7; the index in bytes 20 to 23.
        var bytes = Captured.rename
        bytes[7] |= 0x04
        let known = RequestDecoderTests.decoder.decode(bytes, protocol: NETLINK_ROUTE)
        #expect(known.requests.map(words) == ["link.set port1 name=port1"])
        let unknown = RequestDecoder().decode(bytes, protocol: NETLINK_ROUTE)
        #expect(unknown.requests.map(words) == ["link.create port1"])
    }

    @Test func severalMessagesAndARest() {
        let bytes = Captured.addAddress + Captured.addRoute
        let send = RequestDecoderTests.decoder.decode(bytes, protocol: NETLINK_ROUTE)
        #expect(send.requests.map(\.operation) == [.addressAdd, .routeAdd])
        #expect(send.requests.map(\.offset) == [0, Captured.addAddress.count])
        let broken = RequestDecoderTests.decoder.decode(bytes + [1, 0, 0, 0], protocol: NETLINK_ROUTE)
        #expect(broken.requests.count == 2)
        #expect(broken.error?.code == .truncatedHeader)
        #expect(broken.error?.offset == bytes.count)
    }

    @Test func brokenAttributesAreSaid() {
        var bytes = Captured.addRoute
        bytes[28] = 3
        let send = RequestDecoderTests.decoder.decode(bytes, protocol: NETLINK_ROUTE)
        #expect(send.requests.map(words) == ["raw.request 24 malformed=netlink: attributeLength at byte 28 (found 3)"])
    }

    @Test func otherProtocolsAreRaw() {
        let send = RequestDecoder().decode(hex("14000000100001000100000000000000deadbeef"), protocol: 16)
        #expect(send.requests.map(words) == ["raw.request 16"])
    }
}
