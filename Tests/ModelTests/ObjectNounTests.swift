import Model
import Testing

/// The objects that few agents use: what a report says of them, and what of them has one cause.
@Suite struct ObjectNounTests {
    private func fact(_ noun: String, _ name: String, _ attributes: [String: String] = [:]) -> Fact {
        Fact(noun, name, in: "host", attributes)
    }

    @Test func theyAreSaidAsTheirProgramsDo() {
        let trials: [(Fact, String)] = [
            (
                fact("qdisc", "root dev v0", ["dev": "v0", "type": "htb", "handle": "1:"]),
                "qdisc htb 1: dev v0 root"
            ),
            (
                fact("class", "1:10 dev v0", ["dev": "v0", "type": "htb", "parent": "root"]),
                "class htb 1:10 dev v0 root"
            ),
            (
                fact(
                    "filter", "ingress dev v0 protocol all priority 1",
                    ["dev": "v0", "type": "u32", "protocol": "all", "priority": "1", "action": "gact drop"]),
                "filter dev v0 ingress protocol all pref 1 u32 action gact drop"
            ),
            (
                fact("nexthop", "7", ["via": "10.0.0.2", "dev": "v0"]), "nexthop id 7 via 10.0.0.2 dev v0"
            ),
            (fact("nexthop", "8", ["type": "blackhole"]), "nexthop id 8 blackhole"),
            (
                fact("fdb", "02:00:00:00:00:11 dev u0", ["dev": "u0", "master": "br0", "state": "static"]),
                "fdb 02:00:00:00:00:11 dev u0 master br0 static"
            ),
            (
                fact("mdb", "239.1.1.1 dev br0 port u0", ["dev": "br0", "port": "u0", "state": "permanent"]),
                "mdb dev br0 port u0 grp 239.1.1.1 permanent"
            ),
            (fact("address-label", "fd77::/16", ["label": "77"]), "address-label prefix fd77::/16 label 77"),
            (
                fact(
                    "iptables", "rule ip nat X #1",
                    ["family": "ip", "table": "nat", "chain": "X", "text": "-j MASQUERADE", "digest": "0"]),
                "iptables -t nat -A X -j MASQUERADE"
            ),
            (
                fact(
                    "iptables", "chain ip6 filter FORWARD",
                    ["family": "ip6", "table": "filter", "chain": "FORWARD", "policy": "DROP"]),
                "ip6tables -t filter -P FORWARD DROP"
            ),
            (fact("ipset", "s 10.0.0.1", ["element": "10.0.0.1"]), "ipset s element 10.0.0.1"),
        ]
        for (fact, text) in trials {
            // What tells a rule from its like stands behind it as a comment.
            #expect(ObjectText.line(fact).hasPrefix(text), "\(ObjectText.line(fact))")
        }
    }

    /// With a device goes what stands on it, with a discipline what stands below it, with a set its elements.
    @Test func whatGoesWithWhat() {
        let device = fact("link", "v0", ["type": "veth"])
        let root = fact("qdisc", "root dev v0", ["dev": "v0", "type": "htb"])
        let others = [
            fact("class", "1:10 dev v0", ["dev": "v0", "parent": "root"]),
            fact("filter", "1: dev v0 protocol ip priority 5", ["dev": "v0", "flowid": "1:10"]),
            fact("qdisc", "1:10 dev v0", ["dev": "v0", "type": "pfifo"]),
        ]
        let gone = ([device, root] + others).map { Difference.missing($0) }
        #expect(gone.related.map(\.first.identity.noun) == ["link"])
        let withoutDevice = Array(gone.dropFirst()).related
        #expect(withoutDevice.count == 1 && withoutDevice.first?.first.identity == root.identity)
        let apart = [
            Difference.missing(root), .missing(fact("class", "1:10 dev v1", ["dev": "v1", "parent": "root"])),
        ]
        #expect(apart.related.count == 2)

        let set = fact("ipset", "s", ["type": "hash:ip"])
        let element = fact("ipset", "s 10.0.0.1", ["element": "10.0.0.1"])
        #expect([Difference.extra(element), .extra(set)].related.map(\.first.identity) == [set.identity])
        let hop = fact("nexthop", "7", ["dev": "v0", "via": "10.0.0.2"])
        let route = fact("route", "10.8.0.0/16", ["nexthop": "7", "dev": "v0"])
        let group = fact("nexthop", "9", ["group": "7/3"])
        #expect([hop, route, group].map { Difference.missing($0) }.related.count == 1)
        let chain = fact("iptables", "chain ip nat X", ["family": "ip", "table": "nat", "chain": "X"])
        let jump = fact(
            "iptables", "rule ip nat POSTROUTING #1", ["text": "-s 10.0.0.0/8 -j X", "chain": "POSTROUTING"])
        #expect([jump, chain].map { Difference.extra($0) }.related.map(\.first.identity) == [chain.identity])
    }
}
