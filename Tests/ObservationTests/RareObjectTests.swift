import Glibc
import Kernel
import Model
import Observation
import Testing

/// Objects that are asked for only where somebody was seen to use them, on the real kernel.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct RareObjectTests {
    /// The facts that a command adds, once they are looked for; `back` must leave none.
    private static func added(
        _ command: String, _ looksFor: RareObjects, back: String
    ) throws -> [String: [String: String]] {
        try enterNewNetworkNamespace()
        let host = try TestHost()
        let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
        let before = try snapshotter.take()
        try host.run(command)
        #expect(before.differences(to: try snapshotter.take()).isEmpty, "it is not looked for")
        snapshotter.looksFor = looksFor
        var new: [String: [String: String]] = [:]
        for difference in before.differences(to: try snapshotter.take()) {
            new["\(difference.identity.noun) \(difference.identity.name)"] =
                difference.fact.attributes.filter { !["settings", "digest"].contains($0.key) }
        }
        try host.run(back)
        #expect(before.differences(to: try snapshotter.take()).isEmpty, "\(back)")
        return new
    }

    @Test(.enabled(if: access("/usr/sbin/ipset", X_OK) == 0, "needs ipset"))
    func sets() async {
        await #expect(processExitsWith: .success) {
            let facts = try RareObjectTests.added(
                "ipset create s hash:ip timeout 100; ipset add s 10.0.0.1; ipset create n hash:net comment; "
                    + "ipset add n 10.0.0.0/24 comment hello",
                .sets, back: "ipset destroy")
            #expect(
                facts == [
                    "ipset s": ["type": "hash:ip", "family": "inet"], "ipset s 10.0.0.1": ["element": "10.0.0.1"],
                    "ipset n": ["type": "hash:net", "family": "inet"],
                    "ipset n 10.0.0.0/24": ["element": "10.0.0.0/24", "data": "hello"],
                ])
        }
    }

    @Test(.enabled(if: access("/usr/sbin/ipset", X_OK) == 0, "needs ipset"))
    func largeSets() async {
        await #expect(processExitsWith: .success) {
            let facts = try RareObjectTests.added(
                "{ echo create s hash:ip; for n in $(seq 20); do for m in $(seq 200); do echo add s 10.0.$n.$m; done; "
                    + "done; } | ipset restore", .sets, back: "ipset destroy")
            #expect(facts == ["ipset s": ["type": "hash:ip", "family": "inet", "elements": "4000"]])
        }
    }

    @Test func policiesOfIPsec() async {
        await #expect(processExitsWith: .success) {
            let facts = try RareObjectTests.added(
                "ip xfrm policy add src 10.1.0.0/16 dst 10.2.0.0/16 dir out priority 77 "
                    + "tmpl src 10.0.0.1 dst 10.0.0.2 proto esp mode tunnel; "
                    + "ip xfrm state allocspi src 10.0.0.1 dst 10.0.0.2 proto esp mode tunnel min 0x100 max 0x100 >/dev/null",
                .transforms, back: "ip xfrm policy flush; ip xfrm state flush")
            #expect(
                facts == [
                    "xfrm-policy 10.2.0.0/16 src 10.1.0.0/16 dir out": [
                        "src": "10.1.0.0/16", "dir": "out", "priority": "77",
                    ],
                    "xfrm-state 10.0.0.2 src 10.0.0.1 proto esp spi 0x100": [
                        "src": "10.0.0.1", "proto": "esp", "spi": "0x100", "mode": "tunnel",
                    ],
                ])
        }
    }

    @Test(.enabled(if: access("/usr/sbin/iptables-legacy", X_OK) == 0, "needs iptables-legacy"))
    func tables() async {
        await #expect(processExitsWith: .success) {
            let facts = try RareObjectTests.added(
                """
                iptables-legacy -A OUTPUT -d 10.0.0.1 -j DROP; iptables-legacy -P FORWARD DROP
                iptables-legacy -t nat -N X; iptables-legacy -t nat -A POSTROUTING -s 10.0.0.0/8 -j X
                ip6tables-legacy -A INPUT -s fd00::/16 -j DROP; iptables-legacy -t mangle -L >/dev/null
                """, .legacyTables,
                back: """
                    iptables-legacy -F; iptables-legacy -P FORWARD ACCEPT; iptables-legacy -t nat -F
                    iptables-legacy -t nat -X; ip6tables-legacy -F
                    """)
            #expect(
                facts == [
                    "iptables rule ip filter OUTPUT #1": [
                        "family": "ip", "table": "filter", "chain": "OUTPUT", "text": "-d 10.0.0.1/32 -j DROP",
                    ],
                    "iptables chain ip filter FORWARD": [
                        "family": "ip", "table": "filter", "chain": "FORWARD", "policy": "DROP",
                    ],
                    "iptables chain ip nat X": ["family": "ip", "table": "nat", "chain": "X"],
                    "iptables rule ip nat POSTROUTING #1": [
                        "family": "ip", "table": "nat", "chain": "POSTROUTING", "text": "-s 10.0.0.0/8 -j X",
                    ],
                    "iptables rule ip6 filter INPUT #1": [
                        "family": "ip6", "table": "filter", "chain": "INPUT", "text": "-s fd00::/16 -j DROP",
                    ],
                ])
        }
    }

    @Test(.enabled(if: access("/usr/sbin/conntrack", X_OK) == 0, "needs conntrack"))
    func connections() async {
        await #expect(processExitsWith: .success) {
            let facts = try RareObjectTests.added(
                "conntrack -I -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1000 --dport 80 --state ESTABLISHED -t 1000 -m 7; "
                    + "conntrack -I -s 10.0.0.1 -d 10.0.0.9 -p udp --sport 1 --dport 2 -t 1000 --dst-nat 10.0.0.77 --zone 5",
                .connections, back: "conntrack -F")
            #expect(
                facts == [
                    "conntrack 10.0.0.1 dst 10.0.0.2 proto 6 sport 1000 dport 80": [
                        "dst": "10.0.0.2", "proto": "6", "sport": "1000", "dport": "80", "mark": "0x7",
                        "state": "ESTABLISHED", "status": "unreplied",
                    ],
                    "conntrack 10.0.0.1 dst 10.0.0.9 proto 17 sport 1 dport 2 zone 5": [
                        "dst": "10.0.0.9", "proto": "17", "sport": "1", "dport": "2", "zone": "5",
                        "status": "unreplied", "reply": "10.0.0.77:2 to 10.0.0.1:1",
                    ],
                ])
        }
    }

    /// What traffic makes, and what an agent only lists or flushes, is none of its own.
    @Test(.enabled(if: access("/usr/sbin/conntrack", X_OK) == 0, "needs conntrack"))
    func connectionsThatNobodyNamed() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            let before = try snapshotter.take()
            let other = "-p udp --sport 1 --dport 2 -t 1000"
            try host.run("conntrack -I -s 10.0.0.1 -d 10.0.0.2 \(other); conntrack -I -s 10.0.0.1 -d 10.0.0.9 \(other)")
            func named() throws -> [String] {
                before.differences(to: try snapshotter.take()).map(\.identity.name)
            }
            snapshotter.look(for: Phrase("conntrack.list", "all"))
            snapshotter.look(for: Phrase("conntrack.delete", "all"))
            #expect(try named() == [] && snapshotter.looksFor == [])
            snapshotter.look(for: Phrase("conntrack.delete", "10.0.0.1", ["dst": "10.0.0.9", "proto": "17"]))
            #expect(try named() == ["10.0.0.1 dst 10.0.0.9 proto 17 sport 1 dport 2"])
            snapshotter.lookForAll()
            #expect(try named() == ["10.0.0.1 dst 10.0.0.9 proto 17 sport 1 dport 2"])
        }
    }

    @Test func tablesOfNeighbours() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run("ip link add v0 type veth peer name v1")
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            let before = try snapshotter.take()
            try host.run(
                "ip ntable change name arp_cache dev v0 base_reachable 12000 app_probes 2; "
                    + "ip ntable change name ndisc_cache dev v1 retrans 700")
            snapshotter.looksFor = .neighbourTables
            let new = before.differences(to: try snapshotter.take()).map(\.fact)
            #expect(
                new.map(\.identity.description) == [
                    "neighbour-table arp_cache dev v0 in host", "neighbour-table ndisc_cache dev v1 in host",
                ])
            #expect(
                new.map(\.attributes) == [
                    ["dev": "v0", "settings": "base_reachable 12000 app_probes 2"],
                    ["dev": "v1", "settings": "retrans 700"],
                ])
            try host.run(
                "ip ntable change name arp_cache dev v0 base_reachable 30000 app_probes 0; "
                    + "ip ntable change name ndisc_cache dev v1 retrans 1000")
            #expect(before.differences(to: try snapshotter.take()).isEmpty)
        }
    }

    /// Whether commands succeed in a network namespace of their own: what this machine's kernel can is tried, not guessed.
    private static func works(_ commands: String) -> Bool {
        system("unshare -n sh -c '\(commands)' >/dev/null 2>&1") == 0
    }

    static let hasVLANs = works("ip link add br0 type bridge vlan_filtering 1")
    static let hasWireguard = works("ip link add wg0 type wireguard")

    /// Where the kernel has no VLANs of bridges, nobody says that the usual one is missing.
    @Test func whatEachPortHasIsNoFact() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                "ip link add br0 type bridge; ip link add u0 type veth peer name u1; ip link set u0 master br0")
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            let before = try snapshotter.take()
            snapshotter.looksFor = .vlans
            #expect(before.differences(to: try snapshotter.take()).isEmpty)
        }
    }

    @Test(.enabled(if: hasVLANs, "needs CONFIG_BRIDGE_VLAN_FILTERING"))
    func vlansOfBridges() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                "ip link add br0 type bridge vlan_filtering 1; ip link add u0 type veth peer name u1; "
                    + "ip link set u0 master br0; ip link add x0 type vxlan dstport 4789 external; "
                    + "ip link set x0 master br0; bridge link set dev x0 vlan_tunnel on")
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            snapshotter.looksFor = .vlans
            let filtering = try snapshotter.take()
            try host.run(
                "bridge vlan add dev u0 vid 10 pvid untagged; bridge vlan add dev u0 vid 20-22; "
                    + "bridge vlan set dev u0 vid 21 state blocking; bridge vlan del dev br0 vid 1 self; "
                    + "bridge vlan add dev br0 vid 100-900 self; "
                    + "bridge vlan add dev x0 vid 30-31; bridge vlan add dev x0 vid 30-31 tunnel_info id 3000-3001")
            let new = filtering.differences(to: try snapshotter.take()).map(\.fact)
            let facts = Dictionary(uniqueKeysWithValues: new.map { ($0.identity.name, $0.attributes) })
            #expect(
                facts == [
                    "1 dev br0": ["dev": "br0", "state": "none"],
                    "100-900 dev br0": ["dev": "br0"],
                    // Another is the PVID now.
                    "1 dev u0": ["dev": "u0", "flags": "untagged"],
                    "10 dev u0": ["dev": "u0", "flags": "pvid, untagged"],
                    "20 dev u0": ["dev": "u0"], "21 dev u0": ["dev": "u0", "state": "blocking"],
                    "22 dev u0": ["dev": "u0"], "30 dev x0": ["dev": "x0", "tunnel": "3000"],
                    "31 dev x0": ["dev": "x0", "tunnel": "3001"],
                ])
        }
    }

    @Test(
        .enabled(if: access("/usr/bin/wg", X_OK) == 0, "needs wg(8)"),
        .enabled(if: hasWireguard, "needs WireGuard in the kernel"))
    func wireguard() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run("ip link add wg0 type wireguard")
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            let before = try snapshotter.take()
            snapshotter.looksFor = .wireguard
            #expect(before.differences(to: try snapshotter.take()).isEmpty, "it was told nothing")
            let key = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="
            try host.run(
                "echo yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk= >/run/k; wg set wg0 private-key /run/k fwmark 0x77 "
                    + "listen-port 51820 peer \(key) allowed-ips 10.9.0.0/16,fd09::/64 endpoint 10.0.0.2:51820 "
                    + "persistent-keepalive 25 preshared-key /run/k; rm /run/k")
            let new = before.differences(to: try snapshotter.take()).map(\.fact)
            #expect(new.map(\.identity.name) == ["wg0", "wg0 peer \(key)"])
            #expect(new.first?.attributes["listen-port"] == "51820" && new.first?.attributes["fwmark"] == "0x77")
            #expect(new.last?.attributes["allowed-ips"] == "10.9.0.0/16, fd09::/64")
            #expect(new.last?.attributes["endpoint"] == "10.0.0.2:51820")
            #expect(new.last?.attributes["persistent-keepalive"] == "25")
            #expect(new.last?.attributes["preshared-key"]?.count == 32)
            #expect(
                new.allSatisfy { !$0.attributes.values.contains { $0.contains("yAnz5TF") } }, "a key that is private")
        }
    }
}
