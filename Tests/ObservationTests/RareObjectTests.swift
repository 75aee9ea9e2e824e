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
}
