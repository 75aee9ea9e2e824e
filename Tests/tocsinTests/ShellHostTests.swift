import Model
import Testing

@testable import tocsin

/// A host as the lines of a script that makes it.
@Suite struct ShellHostTests {
    @Test func eachPartIsMade() {
        var host = HostSpecification()
        host.namespaces = ["pod"]
        host.files = ["/etc/a b": FileContent(bytes: Array("it's".utf8), mode: 0o600, owner: 5)]
        host.sysctls = [SysctlSpecification(sysctl: "net.ipv4.conf.eth0/5.forwarding", value: "1")]
        host.links = [
            LinkSpecification(
                type: "veth", end: .init(name: "v0", up: true, addresses: ["10.0.0.1/24"], mtu: 1400),
                peer: .init(name: "v1", namespace: "pod"))
        ]
        #expect(
            ShellHost.lines(for: host) == [
                "ip netns add pod", "ip -n pod link set lo up", "mkdir -p /etc/",
                "printf %s 'it'\\''s' >'/etc/a b'", "chown 5:0 '/etc/a b'", "chmod 600 '/etc/a b'",
                "echo 1 >/proc/sys/net/ipv4/conf/eth0.5/forwarding",
                "ip link add v0 type veth peer name v1 netns pod",
                "ip address add 10.0.0.1/24 dev v0", "ip link set v0 mtu 1400", "ip link set v0 up",
                "ip -n pod link set v1 up",
            ])
    }
}
