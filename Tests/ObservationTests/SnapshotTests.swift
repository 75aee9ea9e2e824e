import Glibc
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
            func attributes(_ noun: String, _ argument: String, _ namespace: String = "pod") -> [String: String] {
                facts[Fact.Identity(noun: noun, name: argument, namespace: namespace)]?.attributes ?? [:]
            }
            #expect(attributes("netns", "pod", "")["state"] == "mounted")
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
            #expect(facts.keys.allSatisfy { $0.noun != "mount" || !$0.name.hasPrefix("/run/netns/") })
            #expect(facts.keys.allSatisfy { $0.noun != "process" }, "pid 1 is no fact")
            #expect(facts.count == snapshot.facts.count, "identities are unique")
            #expect(facts.keys.allSatisfy { $0.namespace != NamespaceRegistry.unknownRole })
        }
    }

    @Test(.enabled(if: access("/usr/sbin/nft", X_OK) == 0, "needs nft"))
    func ruleSets() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                """
                nft add table inet t
                nft add chain inet t in '{ type filter hook input priority 10; policy drop; }'
                nft add chain inet t plain
                nft add set inet t s '{ type ipv4_addr; }'
                nft add rule inet t in counter jump plain
                nft add rule inet t in ip saddr 10.0.0.1 accept comment '"mine"'
                """)
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            let snapshot = try snapshotter.take()
            func attributes(_ argument: String) -> [String: String]? {
                snapshot.byIdentity[Fact.Identity(noun: "nft", name: argument, namespace: "host")]?.attributes
            }
            #expect(attributes("table inet t") == ["family": "inet", "table": "t"])
            let chain = attributes("chain inet t in")
            #expect(chain?["hook"] == "input")
            #expect(chain?["policy"] == "drop")
            #expect(chain?["priority"] == "10")
            #expect(attributes("chain inet t plain")?["hook"] == nil)
            #expect(attributes("set inet t s") != nil)
            #expect(attributes("rule inet t in #1")?["text"]?.contains("jump plain") == true)
            #expect(attributes("rule inet t in #2")?["text"]?.contains("mine") == true)
            #expect(attributes("rule inet t in #3") == nil)
            // Counters count, handles are given anew: neither is state.
            try host.run("ping -c 1 -W 1 127.0.0.1 >/dev/null || true")
            #expect(try snapshotter.take().digest == snapshot.digest)
            try host.run(
                "nft replace rule inet t in handle $(nft -a list chain inet t in | sed -n 's/.*mine.*handle //p') drop")
            let later = try snapshotter.take()
            #expect(snapshot.differences(to: later).map(\.identity.name) == ["rule inet t in #2"])
        }
    }

    @Test func namesThatLeadNowhere() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run("ip netns add pod && ip netns add keep && umount /run/netns/pod && mkfifo /run/netns/pipe")
            try host.run(
                "ln -s keep /run/netns/link; ln -s /proc/1/ns/net /run/netns/self; ln -s /proc/1/ns/mnt /run/netns/mnt")
            let registry = try host.registry()
            let facts = try Snapshotter(registry: registry, initPID: host.initPID).take().byIdentity
            func state(_ name: String) -> String? {
                facts[Fact.Identity(noun: "netns", name: name)]?.attributes["state"]
            }
            #expect(["pod", "pipe", "mnt"].map(state) == ["dead", "dead", "dead"])
            #expect(["keep", "link", "self"].map(state) == ["mounted", "mounted", "mounted"])
            #expect(registry.role(named: "self") == "host")
            #expect(facts[Fact.Identity(noun: "link", name: "lo", namespace: "keep")] != nil)
            #expect(facts[Fact.Identity(noun: "link", name: "lo", namespace: "link")] == nil)
        }
    }

    /// Indices repeat in every namespace, so only the kernel's numbers tell which pair is which.
    @Test func pairsWithTheSameIndices() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                """
                for n in a b c d; do ip netns add $n; done
                ip link add name l netns a index 10 type veth peer name l netns b index 10
                ip link add name l netns c index 10 type veth peer name l netns d index 10
                ip -n a link add link l name m netns c index 20 type macvlan
                """)
            let facts = try Snapshotter(registry: try host.registry(), initPID: host.initPID).take().byIdentity
            func attribute(_ argument: String, _ namespace: String, _ name: String) -> String? {
                facts[Fact.Identity(noun: "link", name: argument, namespace: namespace)]?.attributes[name]
            }
            #expect(
                ["a", "b", "c", "d"].map { attribute("l", $0, "peer") } == ["l in b", "l in a", "l in d", "l in c"])
            #expect(attribute("m", "c", "link") == "l in a")
            #expect(attribute("m", "c", "settings") != nil)
        }
    }

    @Test func equalTopologiesHaveEqualDigests() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            var snapshots: [Snapshot] = []
            for before in [0, 3] {
                let host = try TestHost()
                try host.run("echo 1 > /proc/sys/net/ipv6/conf/default/addr_gen_mode")
                try host.run(
                    "for n in $(seq \(before)); do ip link add x$n type veth peer name y$n; ip link del x$n; done")
                try host.run("for n in $(seq \(before)); do ip netns add n$n && ip netns del n$n; done")
                try host.run(
                    """
                    ip netns add pod
                    ip -n pod link set lo up
                    ip link add br0 type bridge && ip link set br0 up
                    ip link add veth0 type veth peer name eth0 netns pod && ip link set veth0 master br0 up
                    ip link add fixed type bridge && ip link set fixed address 02:00:00:00:00:01
                    ip -n pod link set eth0 up && ip -n pod address add 10.0.0.2/24 dev eth0
                    ip -n pod address add fd00::2/64 dev eth0 nodad
                    ip -n pod route add default via 10.0.0.1
                    """)
                let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
                snapshotter.setMACs = ["02:00:00:00:00:01"]
                guard case .settled(let snapshot) = try settle(Settler(snapshotter)) else {
                    Issue.record("unsettled")
                    return
                }
                snapshots.append(snapshot)
            }
            #expect(snapshots[0].differences(to: snapshots[1]).isEmpty)
            #expect(snapshots[0].digest == snapshots[1].digest)
            let fixed = snapshots[0].byIdentity[Fact.Identity(noun: "link", name: "fixed", namespace: "host")]
            #expect(fixed?.attributes["mac"] == "02:00:00:00:00:01")
        }
    }
}
