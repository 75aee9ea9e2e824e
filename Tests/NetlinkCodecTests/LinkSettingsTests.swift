import NetlinkCodec
import Testing

/// What somebody set of a device, from the answers of a kernel.
@Suite struct LinkSettingsTests {
    private func link(_ bytes: [UInt8]) throws -> LinkRecord {
        try #require(try DumpPart<LinkRecord>(bytes).records.first)
    }

    @Test func ofABridge() throws {
        let bridge = try link(CapturedLinkSettings.bridge)
        #expect(bridge.kind == "bridge")
        #expect(
            BridgeSettings.ofBridge(bridge)
                == "forward_delay 400 ageing_time 700 stp_state 1 priority 7 nf_call_iptables 1")
        #expect(BridgeSettings.ofPort(bridge) == "")
        var untouched = bridge
        untouched.kindData = []
        #expect(BridgeSettings.ofBridge(untouched) == "")
    }

    @Test func ofAPort() throws {
        let port = try link(CapturedLinkSettings.port)
        #expect(port.portKind == "bridge")
        #expect(BridgeSettings.ofPort(port) == "cost 7 priority 9 hairpin 1 learning 0 flood 0 isolated 1")
        #expect(BridgeSettings.ofBridge(port) == "")
        #expect(KernelNames.linkFlags(port) == "", "the bridge holds it promiscuous, and nobody asked for it")
        var broken = port
        broken.portData = Array(port.portData.dropLast(3))
        #expect(BridgeSettings.ofPort(broken).hasPrefix("cost 7"))
    }

    @Test func flags() throws {
        let other = try link(CapturedLinkSettings.other)
        #expect(KernelNames.linkFlags(other) == "noarp promisc allmulticast")
        #expect(other.queueLength == 77)
        #expect(other.addressMode.map(KernelNames.addressMode) == "none")
        #expect(!other.isProtocolDown && other.token == nil)
        #expect(other.portKind == nil && BridgeSettings.ofPort(other) == "")
    }
}
