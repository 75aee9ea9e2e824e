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

/// What SIOCADDTUNNEL says: the structures that ip(8) of iproute2 6.1 gave.
@Suite struct TunnelRequestTests {
    private func bytes(_ digits: String) -> [UInt8] {
        let all = digits.compactMap(\.hexDigitValue)
        return stride(from: 0, to: all.count - 1, by: 2).map { UInt8(all[$0] << 4 | all[$0 + 1]) }
    }

    /// `ip tunnel add g9 mode gre remote 10.0.0.2 local 10.0.0.1 key 77 ttl 9 dev lo`.
    private let gre = """
        67390000000000000000000000000000 01000000 20002000 0000004d 0000004d
        4500000000004000092f0000 0a000001 0a000002
        """
    /// `ip -6 tunnel add s9 mode ip6ip6 remote fd00::2 local fd00::1`.
    private let six = """
        73390000000000000000000000000000 00000000 29044000 00000000 00000000
        fd000000000000000000000000000001 fd000000000000000000000000000002
        """
    /// `ip tunnel add mode sit remote 10.0.0.2`.
    private let unnamed = """
        00000000000000000000000000000000 00000000 00000000 00000000 00000000
        450000000000400000290000 00000000 0a000002
        """

    @Test func whatTheyAre() {
        let request = TunnelRequest(bytes(gre), isSix: false)
        #expect(request.name == "g9" && request.link == 1)
        #expect(request.words == "local 10.0.0.1 remote 10.0.0.2 ikey 77 okey 77 ttl 9")
        let other = TunnelRequest(bytes(six), isSix: true)
        #expect(other.name == "s9" && other.link == 0 && other.words == "local fd00::1 remote fd00::2")
        let last = TunnelRequest(bytes(unnamed), isSix: false)
        #expect(last.name == "" && last.words == "remote 10.0.0.2")
    }
}

/// Paths that the kernel writes for what has no name, and those of a network namespace.
@Suite struct UnnamedPathTests {
    @Test func numbersAreLeftOut() {
        #expect(HostPaths.withoutNumber("/etc/#30 (deleted)") == "/etc/#")
        for other in ["/etc/x (deleted)", "/etc/#30", "/etc/a#30 (deleted)", "/etc/# (deleted)", "#30 (deleted)"] {
            #expect(HostPaths.withoutNumber(other) == other)
        }
    }

    @Test func filesOfTheNetwork() {
        for way in ["/proc/net", "/proc/self/net", "/proc/77/net", "/proc/77/task/78/net", "/proc/thread-self/net"] {
            #expect(HostPaths.networkFile("\(way)/xt_recent/r") == "/proc/net/xt_recent/r")
        }
        for other in [
            "/proc/77/status", "/proc/net", "/proc/sys/net/ipv4/ip_forward", "/etc/net/x", "/proc/77/oom_adj",
        ] {
            #expect(HostPaths.networkFile(other) == nil)
        }
    }

    @Test func placesOfPrograms() {
        func bytes(_ words: [UInt32]) -> [UInt8] { words.flatMap { [UInt8($0 & 255), 0, 0, 0] } }
        #expect(ProgramRequest.place(28, bytes([9, 3, 37])) == ("xdp", 3))
        #expect(ProgramRequest.place(8, bytes([3, 9, 46])) == ("tcx_ingress", 3))
        #expect(ProgramRequest.place(9, bytes([3, 9, 1])) == ("cgroup_inet_egress", nil))
        #expect(ProgramRequest.place(28, bytes([3, 9, 99])) == ("99", nil))
    }
}
