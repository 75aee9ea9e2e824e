import Kernel
import Model
import Observation
import Testing

/// Snapshots of real hosts, each in a process of its own.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct SnapshotTests {
    @Test func everyKindOfObject() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                """
                ip netns add pod
                ip link add br0 type bridge && ip link set br0 up
                ip link add veth0 type veth peer name eth0 netns pod
                ip link set veth0 master br0 up
                ip -n pod link set lo up
                ip -n pod link set eth0 mtu 1400 up
                ip -n pod address add 10.0.0.2/24 dev eth0
                ip -n pod route add default via 10.0.0.1
                ip -n pod route add 192.0.2.0/24 via 10.0.0.1 table 100 metric 5
                ip -n pod route add blackhole 198.51.100.0/24
                ip -n pod rule add from 10.0.0.2 priority 100 table 100
                ip -n pod neighbour add 10.0.0.9 dev eth0 lladdr 02:00:00:00:00:09 nud permanent
                ip -n pod neighbour add proxy 10.0.0.8 dev eth0
                """)
            let registry = try host.registry()
            let snapshotter = Snapshotter(registry: registry, initPID: host.initPID)
            let snapshot = try snapshotter.take()
            let facts = snapshot.byIdentity
            func attributes(_ noun: String, _ which: String, _ namespace: String = "pod") -> [String: String] {
                facts[Fact.Identity(noun: noun, which: which, namespace: namespace)]?.attributes ?? [:]
            }
            #expect(attributes("netns", "pod", "") == ["state": "mounted", "role": "pod"])
            #expect(attributes("link", "lo", "host")["type"] == "loopback")
            let veth = attributes("link", "veth0", "host")
            #expect(veth["peer"] == "eth0 in pod")
            #expect(veth["master"] == "br0")
            #expect(veth["mac"] == "mac(veth0)")
            let eth = attributes("link", "eth0")
            #expect(eth == ["type": "veth", "mtu": "1400", "mac": "mac(eth0)", "up": "true", "peer": "veth0 in host"])
            #expect(attributes("address", "10.0.0.2/24 dev eth0") == ["dev": "eth0", "scope": "global"])
            let expected = ["via": "10.0.0.1", "dev": "eth0", "table": "main", "proto": "boot", "scope": "global"]
            #expect(attributes("route", "default") == expected.merging(["type": "unicast"]) { $1 })
            #expect(attributes("route", "192.0.2.0/24 table 100 metric 5")["via"] == "10.0.0.1")
            #expect(attributes("route", "198.51.100.0/24")["type"] == "blackhole")
            #expect(attributes("route", "10.0.0.0/24")["src"] == "10.0.0.2")
            #expect(attributes("rule", "10.0.0.2/32 priority 100")["table"] == "100")
            #expect(attributes("rule", "all priority 32766")["table"] == "main")
            #expect(attributes("rule", "all priority 32766 inet6")["table"] == "main")
            #expect(attributes("neighbour", "10.0.0.9 dev eth0")["lladdr"] == "02:00:00:00:00:09")
            #expect(attributes("neighbour", "10.0.0.8 dev eth0") == ["dev": "eth0", "proxy": "true"])
            #expect(attributes("mount", "/run", "") == ["type": "tmpfs"])
            #expect(facts.keys.allSatisfy { $0.noun != "mount" || !$0.which.hasPrefix("/run/netns/") })
            #expect(facts.keys.allSatisfy { $0.noun != "process" }, "pid 1 is no fact")
            #expect(facts.count == snapshot.facts.count, "identities are unique")
            #expect(facts.keys.allSatisfy { $0.namespace != NamespaceRegistry.unknownRole })
        }
    }
}
