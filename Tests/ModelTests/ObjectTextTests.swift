import Testing

@testable import Model

/// Objects of a state in the syntax of the programs that make them.
struct ObjectTextTests {
    static let objects: [(Fact, String)] = [
        (
            Fact(
                "link", "veth1", in: "host",
                [
                    "mac": "mac(veth1)", "master": "br0", "mtu": "1500", "peer": "eth0 in pod", "type": "veth",
                    "up": "true",
                ]),
            "link veth1 type veth address mac(veth1) mtu 1500 up master br0  # peer eth0 in pod"
        ),
        (
            Fact(
                "address", "10.0.0.1/24 dev eth0", in: "pod",
                ["broadcast": "10.0.0.255", "dev": "eth0", "scope": "global"]),
            "address 10.0.0.1/24 broadcast 10.0.0.255 dev eth0 scope global"
        ),
        (
            Fact(
                "route", "default", in: "pod",
                [
                    "dev": "eth0", "proto": "boot", "scope": "global", "table": "main", "type": "unicast",
                    "via": "10.0.0.1",
                ]),
            "route default via 10.0.0.1 dev eth0 proto boot"
        ),
        (
            Fact("route", "fd00::/64 metric 256", in: "host", ["metric": "256", "table": "100", "type": "blackhole"]),
            "route blackhole fd00::/64 table 100 metric 256"
        ),
        (
            Fact(
                "rule", "all priority 0", in: "host",
                ["action": "lookup", "from": "all", "priority": "0", "proto": "kernel", "table": "local"]),
            "rule from all priority 0 lookup local"
        ),
        (
            Fact(
                "neighbour", "10.0.0.9 dev eth0", ["dev": "eth0", "lladdr": "02:00:00:00:00:01", "state": "permanent"]),
            "neighbour 10.0.0.9 lladdr 02:00:00:00:00:01 dev eth0 nud permanent"
        ),
        (
            Fact(
                "nft", "chain ip nat POSTROUTING", in: "host",
                [
                    "chain": "POSTROUTING", "family": "ip", "hook": "postrouting", "policy": "accept",
                    "priority": "100",
                    "table": "nat", "type": "nat",
                ]), "chain ip nat POSTROUTING { type nat hook postrouting priority 100; policy accept; }"
        ),
        (
            Fact("nft", "element inet t s 10.9.0.5", ["family": "inet", "set": "s", "table": "t"]),
            "element inet t s { 10.9.0.5 }"
        ),
        (Fact("sysctl", "net.ipv4.ip_forward", ["value": "1"]), "sysctl net.ipv4.ip_forward = 1"),
        (Fact("file", "/run/x", ["mode": "755", "type": "directory"]), "file /run/x/ mode 755"),
        (Fact("netns", "pod", ["state": "dead"]), "netns pod  # a file that leads to no namespace"),
        (Fact("process", "dnsmasq", ["count": "2"]), "process dnsmasq  # count 2"),
    ]

    @Test(arguments: objects) func anObjectIsSaidAsItsProgramSaysIt(object: (Fact, String)) {
        #expect(ObjectText.line(object.0) == object.1)
    }

    @Test(arguments: [
        (
            "payload(network+12,4) cmp(0a160003) match(comment) counter jump CNI-1 comment \"name: \"lab\"\"", "ip",
            "ip saddr 10.22.0.3 counter jump CNI-1 comment \"name: \"lab\"\""
        ),
        (
            "meta(nfproto) cmp(02) payload(network+16,4) cmp(0a4d000a) accept", "inet",
            "meta nfproto ipv4 ip daddr 10.77.0.10 accept"
        ),
        ("meta(l4proto) cmp(06) payload(transport+2,2) cmp(0016) drop", "inet", "meta l4proto tcp tcp dport 22 drop"),
        ("meta(oifname) cmp(6574683000000000) masq", "ip", "oifname \"eth0\" masquerade"),
        ("meta(iifname) cmp(76657468) accept", "ip", "iifname \"veth*\" accept"),
        ("payload(network+12,4) bitwise(fffff000) cmp(0a161000) drop", "ip", "ip saddr 10.22.16.0/20 drop"),
        ("payload(network+16,4) cmp(!=e0000000) accept", "ip", "ip daddr != 224.0.0.0 accept"),
        (
            "meta(nfproto) cmp(0a) payload(network+24,16) cmp(fd000000000000000000000000000001) accept", "inet",
            "meta nfproto ipv6 ip6 daddr fd00::1 accept"
        ),
        ("meta(mark) cmp(10000000) accept", "ip", "meta mark 0x10 accept"),
        ("meta(mark) bitwise(ff000000) cmp(10000000) accept", "ip", "meta mark & 0xff == 0x10 accept"),
        ("ct(state) bitwise(06000000) cmp(!=00000000) accept", "ip", "ct state established,related accept"),
        // What it does not know, it does not claim: a mask with holes, another header.
        (
            "payload(network+16,4) bitwise(ff00ff00) cmp(0a000000) accept", "ip",
            "payload(network+16,4) bitwise(ff00ff00) cmp(0a000000) accept"
        ),
        (
            "payload(network+16,4) bitwise cmp(e0000000) accept", "ip",
            "payload(network+16,4) bitwise cmp(e0000000) accept"
        ),
        ("payload(network+16,4) cmp(0a4d000a) accept", "inet", "payload(network+16,4) cmp(0a4d000a) accept"),
        ("payload(network+16,4) cmp(zz) accept", "ip", "payload(network+16,4) cmp(zz) accept"),
    ]) func aRuleIsSaidAsNftSaysIt(text: String, family: String, said: String) {
        #expect(RuleText.line(text, family: family) == said)
    }

    @Test func whatIsNotTheSameIsSaidAlone() {
        let expected = Fact("route", "10.0.0.0/8", in: "pod", ["dev": "eth0", "src": "10.0.0.3"])
        let there = Fact("route", "10.0.0.0/8", in: "pod", ["dev": "eth0", "flags": "linkdown", "src": "10.0.0.2"])
        #expect(
            ObjectText.line(.changed(expected, there))
                == "changed  route 10.0.0.0/8 in pod: flags linkdown, src 10.0.0.2, expected no flags, src 10.0.0.3")
        let link = Fact("link", "eth0", in: "pod", ["mtu": "1500", "peer": "veth1 in host"])
        #expect(ObjectText.line(.extra(link)) == "extra    link eth0 mtu 1500 in pod  # peer veth1 in host")
        #expect(ObjectText.line(.missing(Fact("netns", "pod", ["state": "mounted"]))) == "missing  netns pod")
    }
}
