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
        (Captured.addAltname, "altname.add port-one dev=port1"),
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
        (Captured.appendForwarding, "fdb.add 02:00:00:00:00:41 dev=veth0 self=true state=noarp permanent append=true"),
        (Captured.deleteForwarding, "fdb.delete 02:00:00:00:00:31 dev=veth0 master=true"),
        (Captured.dumpForwarding, "fdb.list all dev=veth0"),
        (Captured.setGroup, "link.set all mtu=1300 group=0"),
        (Captured.setPort, "link.set veth0 settings=cost 9"),
        (Captured.setMacvlan, "link.set br0 settings=macaddr add of 02:00:00:00:00:77"),
        (
            Captured.createVXLAN,
            "link.create x1 type=vxlan link=port1 settings=id 42 remote 10.0.0.9 dstport 4789 learning 1"
        ),
        (
            Captured.deleteNeighbourOfProtocol,
            "neighbour.delete 10.0.0.5 dev=veth0 lladdr=02:00:00:00:00:05 proto=static"
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

    /// Of bridges, of traffic control, and what has come to be said of addresses, routes and rules.
    static let more: [(request: [UInt8], words: String)] = [
        (Captured.addVLAN, "vlan.add 10 dev=#6 flags=pvid flags=untagged"),
        (Captured.addVLANRange, "vlan.add 10-20 dev=port1 self=true"),
        (Captured.addVLANTunnel, "vlan.add 10-12 dev=#6 tunnel=77-79"),
        (Captured.deleteVLAN, "vlan.delete 10 dev=#6"),
        (Captured.setVLAN, "vlan.set 10-12 dev=#6 state=blocking"),
        (Captured.setVLANOfAll, "vlan.set 10 dev=port1 global=true settings=592c28785080a42b5c3f95b7f493e9ab"),
        (Captured.dumpVLANs, "vlan.list all"),
        (Captured.dumpVLANOptions, "vlan.list all"),
        (Captured.dumpPorts, "link.list all"),
        (Captured.setPortOfBridge, "link.set #6 settings=cost 7"),
        (Captured.setPortMode, "link.set #6 settings=54c232ba1d13bdd79ff49d2c3b4ab1f4"),
        (Captured.addGroup, "mdb.add 239.1.1.1 dev=port1 port=#6 vlan=5 state=permanent"),
        (Captured.addGroup6, "mdb.add ff05::77 dev=port1 port=#6 state=temporary"),
        (Captured.addGroupOfLayer2, "mdb.add 01:00:5e:01:01:01 dev=port1 port=#6 state=permanent"),
        (
            Captured.addGroupOfSource,
            "mdb.add 239.1.1.1 dev=port1 port=#6 state=permanent settings=b13974bacba5b8dbb4e77e291c6ee3cb"
        ),
        (Captured.replaceGroup, "mdb.replace 239.1.1.1 dev=port1 port=#6 vlan=5 state=permanent"),
        (Captured.deleteGroup, "mdb.delete ff05::77 dev=port1 port=#6"),
        (Captured.dumpGroups, "mdb.list all"),
        (Captured.flushForwarding, "fdb.flush all dev=port1 self=true state=permanent other=16"),
        (
            Captured.addForwardingOfTunnel,
            "fdb.add 02:00:00:00:00:11 dev=#9 dst=10.0.0.9 self=true state=noarp permanent append=true flags=extern_learn port=4790 vni=7 src-vni=8 via=veth2"
        ),
        (
            Captured.addForwardingByNexthop,
            "fdb.add 02:00:00:00:00:12 dev=#9 self=true state=noarp permanent flags=sticky nhid=7"
        ),
        (Captured.addClass, "class.add 1:a dev=veth0 parent=1: type=drr settings=e1a00f2dd50378b86851f9a615e20ebd"),
        (
            Captured.replaceClass,
            "class.replace 1:a dev=veth0 parent=1: type=drr settings=e1a00f2dd50378b86851f9a615e20ebd"
        ),
        (
            Captured.changeClass,
            "class.change 1:b dev=veth0 parent=1:a type=drr settings=e1a00f2dd50378b86851f9a615e20ebd"
        ),
        (Captured.deleteClass, "class.delete 1:10 dev=veth0"),
        (Captured.dumpClasses, "class.list all dev=veth0"),
        (
            Captured.addFilter,
            "filter.add 1: dev=veth0 priority=5 protocol=ip type=u32 settings=8cf8da557aca9c1961d4e731eeea4dbd"
        ),
        (
            Captured.replaceFilter,
            "filter.replace 1: dev=veth0 priority=5 protocol=ipv6 type=u32 handle=0x80000005 settings=16ea719b5326b372e008235395ce9203"
        ),
        (
            Captured.changeFilter,
            "filter.change 1: dev=veth0 priority=5 protocol=802.1Q type=u32 handle=0x80000005 settings=16ea719b5326b372e008235395ce9203"
        ),
        (
            Captured.addFilterInBlock,
            "filter.add all block=7 priority=1 protocol=arp type=u32 settings=d45e300dafb1ab17131fb5d913fd090c"
        ),
        (
            Captured.addFilterInChain,
            "filter.add ingress dev=veth0 priority=1 protocol=all type=u32 chain=3 settings=d45e300dafb1ab17131fb5d913fd090c"
        ),
        (Captured.deleteFilter, "filter.delete egress dev=veth0 priority=5"),
        (Captured.dumpFilters, "filter.list 1: dev=veth0"),
        (Captured.addChain, "tc-chain.add 7 dev=veth0 parent=ingress"),
        (Captured.deleteChain, "tc-chain.delete 7 dev=veth0 parent=ingress"),
        (Captured.dumpChains, "tc-chain.list all dev=veth0 parent=ingress"),
        (Captured.addAction, "tc-action.add mirred index=9 settings=3941cb1e731cd0f19b3cda579dfb7d23"),
        (Captured.replaceAction, "tc-action.replace mirred index=9 settings=3941cb1e731cd0f19b3cda579dfb7d23"),
        (Captured.deleteAction, "tc-action.delete mirred index=9"),
        (Captured.flushActions, "tc-action.delete mirred"),
        (Captured.dumpActions, "tc-action.list mirred"),
        (Captured.addNexthop, "nexthop.add 7 via=10.0.0.2 dev=veth0 proto=static flags=onlink"),
        (Captured.addNexthopGroup, "nexthop.add 9 group=7/3 group=8"),
        (Captured.addBlackhole7, "nexthop.add 8 type=blackhole"),
        (Captured.addNexthopOfBridge, "nexthop.add 8 via=10.0.0.9 fdb=true"),
        (
            Captured.addNexthopAnyNumber,
            "nexthop.add auto via=fd00::2 dev=veth0 settings=e32cdfd8e42faab4f2a6804637bb0a97"
        ),
        (Captured.replaceNexthop, "nexthop.replace 7 via=10.0.0.3 dev=veth0"),
        (Captured.deleteNexthop, "nexthop.delete 7"),
        (Captured.getNexthop, "nexthop.list 7"),
        (Captured.dumpNexthops, "nexthop.list all dev=veth0"),
        (Captured.dumpNexthopGroups, "nexthop.list all type=group"),
        (Captured.dumpBuckets, "nexthop.list all"),
        (Captured.addLabel, "address-label.add fd77::/16 dev=veth0 label=77"),
        (Captured.replaceLabel, "address-label.replace fd77::/16 dev=veth0 label=77"),
        (Captured.deleteLabel, "address-label.delete fd77::/16 label=77"),
        (Captured.dumpLabels, "address-label.list all"),
        (
            Captured.setNeighbourTable,
            "neighbour-table.set arp_cache dev=veth0 settings=base_reachable 12345"
        ),
        (Captured.setNeighbourLimits, "neighbour-table.set arp_cache settings=thresh1 99"),
        (Captured.dumpNeighbourTables, "neighbour-table.list all"),
        (Captured.getNetconf, "netconf.list all"),
        (Captured.dumpNetconf, "netconf.list all"),
        (Captured.deleteAltname, "altname.delete uplink0 dev=veth0"),
        (Captured.setQueueLength, "link.set veth0 txqueuelen=77"),
        (Captured.setAddressMode, "link.set veth0 addrgenmode=none"),
        (Captured.setToken, "link.set veth0 token=::9"),
        (Captured.setProtodown, "link.set veth0 protodown=true"),
        (Captured.addAddressForAWhile, "address.add fd00::9/64 dev=veth0 flags=nodad valid=1000 preferred=500"),
        (Captured.replaceAddress, "address.replace 10.0.0.1/24 dev=veth0 metric=70"),
        (Captured.changeRoute, "route.change 10.8.0.0/16 via=10.0.0.3"),
        (
            Captured.appendRoute,
            "route.add 10.8.0.0/16 via=10.0.0.3 metrics=mtu 1300 metrics=advmss 1200 metrics=congctl cubic append=true"
        ),
        (
            Captured.addRouteWrapped,
            "route.add fd80::/16 dev=veth0 encap=seg6 04f998398ee1793d5a62e3459cffc7ec pref=high expires=77"
        ),
        (Captured.getRouteOfPacket, "route.get 10.8.0.1/32 from=10.9.0.9/32 uid=0 iif=veth0 mark=0x7"),
        (Captured.addRuleOfGroup, "rule.add all table=main priority=502 suppress-group=7"),
        (Captured.addRuleOfUsers, "rule.add all table=100 priority=503 not=true uids=5-6 tunnel=9"),
        (Captured.addRuleOfDomain, "rule.add all priority=504 l3mdev=true"),
        (Captured.addRouter, "neighbour.add 10.0.0.9 dev=veth0 lladdr=02:00:00:00:00:09 flags=router proto=static"),
        (Captured.addManaged, "neighbour.add 10.0.0.9 dev=veth0 flags=managed"),
    ]

    static let all = captures + more

    @Test(arguments: all.indices)
    func captured(_ index: Int) throws {
        let (bytes, expected) = RequestDecoderTests.all[index]
        let send = RequestDecoderTests.decoder.decode(bytes, protocol: NETLINK_ROUTE)
        #expect(send.requests.map(words) == [expected])
        #expect(send.error == nil)
        // NLM_F_DUMP is in byte 7.
        #expect(send.requests.first?.isDump == (expected.contains(".list ") && bytes[7] & 3 == 3))
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
        let send = RequestDecoder().decode(hex("14000000100001000100000000000000deadbeef"), protocol: 9)
        #expect(send.requests.map(words) == ["raw.request 16 protocol=audit"])
    }
}
