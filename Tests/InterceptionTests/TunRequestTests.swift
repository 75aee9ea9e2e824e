import Testing

@testable import Interception

/// What the request of ioctl(2) for a tun or tap device says.
@Suite struct TunRequestTests {
    private func request(_ name: String, flags: [UInt8]) -> TunRequest {
        let text = Array(name.utf8.prefix(16))
        return TunRequest(text + Array(repeating: 0, count: 16 - text.count) + flags)
    }

    @Test func theTypeIsOneOfTwoFlags() {
        #expect(request("t0", flags: [1, 0]).type == "tun")
        // With IFF_NO_PI and IFF_VNET_HDR, as virtual machines ask.
        #expect(request("t0", flags: [2, 0x50]).type == "tap")
        #expect(request("t0", flags: [0, 0x10]).type == nil)
        #expect(request("t0", flags: [3, 0]).type == nil)
    }

    @Test func aNameThatIsLeftOutIsTheKernelsPattern() {
        #expect(request("", flags: [2, 0]).device == "tap%d")
        #expect(request("vpn%d", flags: [1, 0]).device == "vpn%d")
        #expect(request("abcdefghijklmnopq", flags: [1, 0]).device == "abcdefghijklmnop")
    }
}
