import Glibc
import Kernel
import Testing

@testable import Host

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct NamespaceTests {
    @Test func namesComeAndGoByHandles() async {
        await #expect(processExitsWith: .success) { try nameLife(.preferred) }
    }

    @Test func namesComeAndGoByCookies() async {
        await #expect(processExitsWith: .success) { try nameLife(.cookies) }
    }

    @Test func ipSeesThem() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            try host.makeNamespace("pod")
            #expect(try host.shell("ip netns list") == "pod\n")
            #expect(try host.shell("ip netns exec pod cat /sys/class/net/lo/flags") == "0x9\n")
            _ = try host.shell("ip netns add other && ip netns del pod")
            let other = try host.identify("other")
            #expect(try host.perform(.deleteNamespace("other")).removed == other)
            #expect(try host.shell("ls -A /run/netns") == "")
            try host.destroy()
        }
    }

    /// A shell that stands in the namespace keeps it; its name is taken away from under it.
    @Test func commandsHoldNoNamespace() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let pod = try host.makeNamespace("pod")
            try host.writeSysctl("net/ipv4/ip_forward", "1", in: "pod")
            try host.perform(.settleNamespace("pod"))
            #expect(try host.capture(["cat", "/proc/sys/net/ipv4/ip_forward"], namespace: "pod").text == "1\n")
            #expect(try host.capture(["cat", "/proc/sys/net/ipv4/ip_forward"]).text == "0\n")
            try host.perform(.deleteNamespace("pod"))
            #expect(try !pod.isAlive())
            try host.destroy()
        }
    }

    @Test func errorsNameTheStep() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let missing = #expect(throws: HostError.self) { try host.perform(.deleteNamespace("none")) }
            #expect(missing?.refusal?.errno == .noSuchFileOrDirectory)
            #expect(missing?.refusal?.stage == "namespace /run/netns/none")
            try host.makeNamespace("x")
            let twice = #expect(throws: HostError.self) { try host.makeNamespace("x") }
            #expect(twice?.refusal?.description == "open(create /run/netns/x): File exists (EEXIST)")
            #expect(throws: HostError.self) { try host.makeNamespace("../x") }
            #expect(throws: HostError.self) { try host.writeSysctl("../x", "1") }
            #expect(throws: HostError.self) { try host.perform(.deleteNamespace("host")) }
            try host.destroy()
        }
    }
}

private func nameLife(_ identity: NamespaceIdentity) throws {
    let host = try Host(HostOptions(identity: identity))
    let first = try host.makeNamespace("x", settled: false)
    #expect(try NamespaceHandle.atPath("/proc/\(host.initPID)/root/run/netns/x", identity: identity) == first)
    let replaced = try host.perform(.replaceNamespace("x", settled: false))
    #expect(replaced.removed == first)
    let second = try #require(replaced.made)
    #expect(second.id != first.id)
    #expect(try first.liveness(identity: identity) != .alive)
    #expect(try second.liveness(identity: identity) == .alive)
    #expect(try host.perform(.unmountNamespace("x")).removed == second)
    #expect(try second.liveness(identity: identity) != .alive)
    #expect(try host.shell("stat -c %s /run/netns/x") == "0\n")
    #expect(throws: HostError.self) { try host.identify("x") }
    #expect(try host.identify("host") == NamespaceHandle.ofThread(host.initPID, identity: identity))
    try host.destroy()
}
