import CKernelHeaders
import Glibc
import Model
import NetlinkCodec
import Testing

/// What agents ask besides rtnetlink and nftables.
@Suite struct OtherProtocolTests {
    static let captures: [(request: [UInt8], protocol: Int32, words: String)] = [
        (
            CapturedOthers.createSet, NETLINK_NETFILTER,
            "ipset.create s type=hash:ip family=inet settings=d49f40dfec18c77fc69fc05b277b2049"
        ),
        (CapturedOthers.addElement, NETLINK_NETFILTER, "ipset.add s element=10.0.0.0/24,6:80-90"),
        (CapturedOthers.restoreElements, NETLINK_NETFILTER, "ipset.add r element=10.0.0.1 element=10.0.0.2"),
        (CapturedOthers.deleteElement, NETLINK_NETFILTER, "ipset.delete s element=10.0.0.0/24,eth0"),
        (
            CapturedOthers.testElement, NETLINK_NETFILTER,
            "ipset.list s element=10.0.0.1,02:00:00:00:00:09 object=element"
        ),
        (CapturedOthers.flushSet, NETLINK_NETFILTER, "ipset.flush s"),
        (CapturedOthers.destroySet, NETLINK_NETFILTER, "ipset.destroy s"),
        (CapturedOthers.renameSet, NETLINK_NETFILTER, "ipset.rename s to=z"),
        (CapturedOthers.swapSets, NETLINK_NETFILTER, "ipset.swap s to=z"),
        (CapturedOthers.listSets, NETLINK_NETFILTER, "ipset.list all"),
        (
            CapturedOthers.createConnection, NETLINK_NETFILTER,
            "conntrack.create 10.0.0.1 dst=10.0.0.2 proto=6 sport=1000 dport=80 mark=0x9 zone=3"
        ),
        (
            CapturedOthers.updateConnection, NETLINK_NETFILTER,
            "conntrack.update 10.0.0.1 dst=10.0.0.2 proto=6 sport=1000 dport=80 mark=0x7"
        ),
        (
            CapturedOthers.deleteConnection, NETLINK_NETFILTER,
            "conntrack.delete 10.0.0.1 dst=10.0.0.2 proto=6 sport=1000 dport=80 mark=0x0"
        ),
        (CapturedOthers.flushConnections, NETLINK_NETFILTER, "conntrack.delete all"),
        (CapturedOthers.listConnections, NETLINK_NETFILTER, "conntrack.list all"),
        (CapturedOthers.createExpectation, NETLINK_NETFILTER, "conntrack-expect.add 10.0.0.1 dst=10.0.0.2 proto=0"),
        (CapturedOthers.deleteExpectations, NETLINK_NETFILTER, "conntrack-expect.delete all"),
        (CapturedOthers.listExpectations, NETLINK_NETFILTER, "conntrack-expect.list all"),
        (CapturedOthers.resetCounters, NETLINK_NETFILTER, "nft.list all object=object reset"),
        (
            CapturedOthers.addState, NETLINK_XFRM,
            "xfrm-state.add 10.0.0.2 src=10.0.0.1 proto=esp spi=0x77 mode=tunnel reqid=5 mark=0x7/0xf settings=c421bf372bb376dd82d6982f5135e3c2"
        ),
        (
            CapturedOthers.updateState, NETLINK_XFRM,
            "xfrm-state.replace fd00::2 src=fd00::1 proto=ah spi=0x78 mode=transport settings=f08df3e5be488b326a227239d0cde9ba"
        ),
        (CapturedOthers.deleteState, NETLINK_XFRM, "xfrm-state.delete 10.0.0.2 src=10.0.0.1 proto=esp spi=0x77"),
        (CapturedOthers.getState, NETLINK_XFRM, "xfrm-state.list 10.0.0.2 src=10.0.0.1 proto=esp spi=0x77"),
        (CapturedOthers.flushStates, NETLINK_XFRM, "xfrm-state.flush all proto=esp"),
        (CapturedOthers.listStates, NETLINK_XFRM, "xfrm-state.list all"),
        (CapturedOthers.countStates, NETLINK_XFRM, "xfrm-state.list all"),
        (
            CapturedOthers.addPolicy, NETLINK_XFRM,
            "xfrm-policy.add 10.2.0.0/16 src=10.1.0.0/16 dir=out priority=77 mark=0x7/0xf settings=eda2cef010cfe7878a2058bcdd63ffce"
        ),
        (
            CapturedOthers.updatePolicy, NETLINK_XFRM,
            "xfrm-policy.replace fd02::/64 src=fd01::/64 selector=ff7613999bea5cecd54da7df663ffb22 dir=in index=9 action=block"
        ),
        (
            CapturedOthers.deletePolicy, NETLINK_XFRM,
            "xfrm-policy.delete 10.2.0.0/16 src=10.1.0.0/16 dir=out mark=0x7/0xf"
        ),
        (CapturedOthers.getPolicy, NETLINK_XFRM, "xfrm-policy.list all dir=fwd index=17"),
        (CapturedOthers.flushPolicies, NETLINK_XFRM, "xfrm-policy.flush all"),
        (CapturedOthers.listPolicies, NETLINK_XFRM, "xfrm-policy.list all"),
        (CapturedOthers.allocateSPI, NETLINK_XFRM, "raw.request 22 protocol=xfrm"),
        (CapturedOthers.findFamily, NETLINK_GENERIC, "generic.list ethtool"),
        (
            CapturedOthers.setFeatures, NETLINK_GENERIC,
            "generic.request ethtool command=12 dev=v0 settings=cc34e43808d65de5b0a89cc490880545"
        ),
        (CapturedOthers.listFamilies, NETLINK_GENERIC, "generic.list all"),
        (
            CapturedOthers.addEndpoint, NETLINK_GENERIC,
            "generic.request mptcp_pm command=1 settings=1b213c34e881fa507c1e40bc2f290e9f"
        ),
        (CapturedStatesOfStock.ask, NETLINK_GENERIC, "wireguard.list wg0"),
        (CapturedStatesOfStock.setPort, NETLINK_GENERIC, "wireguard.set wg0 listen-port=51821"),
        (
            CapturedStatesOfStock.setPeer, NETLINK_GENERIC,
            "wireguard.set wg0 private-key=230d3c13ce8bf1414cdc51173341bb79 fwmark=0x77 "
                + "peer=xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg= preshared-key=e85320c9ee63459af726d152b28af814 "
                + "endpoint=10.0.0.2:51820 persistent-keepalive=25 allowed-ips=10.9.0.0/16 allowed-ips=fd09::/64"
        ),
        (
            CapturedStatesOfStock.removePeer, NETLINK_GENERIC,
            "wireguard.set wg0 remove=xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="
        ),
        (
            CapturedStatesOfStock.clear, NETLINK_GENERIC,
            "wireguard.set wg0 flags=replace-peers private-key=none listen-port=0 fwmark=0x0"
        ),
        (CapturedOthers.listSockets, NETLINK_SOCK_DIAG, "socket.list all proto=6"),
        (CapturedOthers.listDCCP, NETLINK_SOCK_DIAG, "socket.list all proto=33"),
        (CapturedOthers.destroySocket, NETLINK_SOCK_DIAG, "socket.destroy 127.0.0.1:36598 proto=6 peer=127.0.0.1:77"),
    ]

    private static let families: [UInt16: String] = [21: "ethtool", 28: "mptcp_pm", 35: "wireguard"]

    private static var decoder: RequestDecoder {
        RequestDecoder(deviceName: { $0 == 3 ? "v0" : nil }, familyName: { families[$0] })
    }

    @Test(arguments: captures.indices)
    func captured(_ index: Int) throws {
        let (bytes, family, expected) = Self.captures[index]
        let send = Self.decoder.decode(bytes, protocol: family)
        #expect(send.requests.map(words) == [expected])
        #expect(send.error == nil)
        let isList = send.requests.first?.operation.verb == "list"
        // NLM_F_DUMP is in byte 7.
        #expect(send.requests.first?.isDump == (isList && bytes[7] & 3 == 3))
    }

    @Test func valuesAreOfTheTypesOfTheirKeys() {
        for (bytes, family, _) in Self.captures {
            for request in Self.decoder.decode(bytes, protocol: family).requests {
                let row = request.operation
                #expect(row.argument.problem(withPattern: request.argument) == nil, "\(words(request))")
                for argument in request.arguments {
                    let problem = row.qualifier(argument.name)?.value.problem(withPattern: argument.value)
                    #expect(problem == nil, "\(words(request)): \(problem?.message ?? "")")
                }
            }
        }
    }

    /// What the kernel does not name is told apart by its number and that of the command.
    @Test func aFamilyWithoutAName() {
        let send = RequestDecoder().decode(CapturedOthers.setFeatures, protocol: NETLINK_GENERIC)
        #expect(
            send.requests.map(words) == ["generic.request 21 command=12 settings=cc34e43808d65de5b0a89cc490880545"])
        var other = CapturedOthers.setFeatures
        other[16] = 13
        #expect(RequestDecoder().decode(other, protocol: NETLINK_GENERIC).requests.first?.value("command") == "13")
    }

    @Test func everyRowOfTheseProtocolsHasACapture() {
        let seen = Set(
            Self.captures.flatMap { Self.decoder.decode($0.request, protocol: $0.protocol).requests }.map(
                \.operation))
        for row in OperationTable.rows {
            switch row.origin {
            case .xfrm, .diagnosis, .generic: #expect(seen.contains(row), "no capture of \(row.word)")
            default: break
            }
        }
    }

    @Test func whatIsTooShortIsRawAndSaysWhy() {
        let whole = Self.captures.filter { $0.protocol == NETLINK_XFRM && $0.request.count > 40 }
        let short = whole.map { Array([20, 0] + $0.request[2..<20]) }
        let said = short.compactMap { RequestDecoder().decode($0, protocol: NETLINK_XFRM).requests.first }
            .compactMap { $0.operation == .rawRequest ? $0.value("malformed") : nil }
        // All but a list of all and one that has no row.
        #expect(said.count == whole.count - 2 && said.allSatisfy { $0.contains("shortPayload") })
    }

    @Test func aProtocolWithoutWordsIsSaid() {
        let bytes = hex("140000000104050001000000000000000000000000")
        let send = RequestDecoder().decode(Array(bytes.prefix(20)), protocol: NETLINK_AUDIT)
        #expect(send.requests.map(words) == ["raw.request 1025 protocol=audit"])
    }
}
