import Kernel
import Testing

@testable import Host

/// IPv6 as the kernel makes it, but for the second in which an address is tentative.
@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct AddressTests {
    static let pair = "ip link add v0 type veth peer v1 && ip link set v0 up && ip link set v1 up"

    @Test func linkLocalAddressesAreTheKernels() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            #expect(try host.linkLocal(after: AddressTests.pair).contains("inet6 fe80::"))
            #expect(try !host.linkLocal(after: "true").contains("tentative"))
            try host.destroy()
        }
    }

    @Test func anAddressIsTentativeWhenAsked() async {
        await #expect(processExitsWith: .success) {
            let host = try Host(HostOptions(duplicateAddressDetection: true))
            #expect(try host.linkLocal(after: AddressTests.pair).contains("tentative"))
            #expect(try host.shell("cat /proc/sys/net/ipv6/conf/default/accept_dad") == "1\n")
            try host.makeNamespace("pod")
            #expect(
                try host.shell("ip netns exec pod cat /proc/sys/net/ipv6/conf/default/accept_dad") == "1\n")
            try host.destroy()
        }
    }

    /// Every setting of `all` and `default` is that of a namespace that nobody touched, but for one.
    @Test func oneSettingDiffers() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            try host.makeNamespace("pod")
            // stable_secret cannot be read before it is set.
            let list = "cd /proc/sys/net/ipv6/conf && grep -s . all/* default/* | grep -v stable_secret"
            let untouched = try host.shell("unshare -n sh -c '\(list)'").split(separator: "\n")
            for run in ["", "ip netns exec pod "] {
                let own = try host.shell("\(run)sh -c '\(list)'").split(separator: "\n")
                #expect(own.count == untouched.count && own.count > 50)
                #expect(zip(own, untouched).filter { $0 != $1 }.map { $0.0 } == ["default/accept_dad:0"])
            }
            try host.destroy()
        }
    }

    /// Writing addr_gen_mode gave a loopback that is down its address.
    @Test func aLoopbackThatIsDownHasNoAddress() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            try host.makeNamespace("pod", settled: false)
            #expect(try host.shell("ip netns exec pod ip address show dev lo").contains("inet") == false)
            try host.destroy()
        }
    }
}

extension Host {
    /// The link-local addresses of v0 once there is one; the kernel gives it when it has heard of the carrier.
    fileprivate func linkLocal(after script: String) throws -> String {
        try shell(
            """
            \(script)
            until ip -6 address show dev v0 scope link | grep .; do ip -6 address show dev v0 >/dev/null; done
            """)
    }
}
