import Testing

@testable import Interception

/// Paths as agents write them, and what they stand for.
@Suite struct PathTests {
    @Test(arguments: [
        ("/run/netns/pod", "/run/netns/pod"), ("/var/run/netns/pod", "/run/netns/pod"), ("/a/./b/../c", "/a/c"),
        ("//run//netns/", "/run/netns"), ("/..", "/"), ("/a.b/c", "/a.b/c"), ("/", "/"),
    ])
    func areMadePlain(path: String, plain: String) { #expect(HostPaths.normal(path) == plain) }

    @Test(arguments: [
        ("/run/netns/pod", "pod"), ("/run/netns/", nil), ("/run/netns", nil), ("/run/netns/a/b", nil),
        ("/etc/pod", nil),
    ])
    func nameNamespaces(path: String, name: String?) { #expect(HostPaths.namespaceName(path) == name) }

    @Test(arguments: [
        ("/proc/sys/net/ipv4/ip_forward", "net.ipv4.ip_forward"),
        ("/proc/sys/net/ipv4/conf/eth0.100/forwarding", "net.ipv4.conf.eth0/100.forwarding"),
        ("/proc/self/ns/net", nil),
    ])
    func nameKernelSettings(path: String, name: String?) { #expect(HostPaths.sysctl(path) == name) }

    @Test(arguments: [
        ("/etc/hosts", true), ("/dev/null", false), ("/proc/1/comm", false), ("pipe:[7]", false),
        ("/memfd:x (deleted)", false),
    ])
    func areFilesOrNot(path: String, isFile: Bool) { #expect(HostPaths.isFile(path) == isFile) }

    @Test func lineageNumbersEqualSiblings() {
        let root = Lineage(root: "bridge")
        #expect(root.child("iptables").path == "bridge/iptables")
        #expect(root.child("iptables").path == "bridge/iptables#2")
        #expect(root.child("host-local").child("sh").path == "bridge/host-local/sh")
    }

    @Test(arguments: [(Int64(-512), true), (-516, true), (-511, false), (-4, false), (0, false)])
    func restartsAreTold(result: Int64, isRestart: Bool) { #expect(Calls.isRestart(result) == isRestart) }
}
