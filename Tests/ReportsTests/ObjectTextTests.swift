import Model
import Testing

@testable import Reports

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
        // What it does not know, it does not claim: a mask, another comparison, another header.
        (
            "payload(network+16,4) bitwise cmp(e0000000) accept", "ip",
            "payload(network+16,4) bitwise cmp(e0000000) accept"
        ),
        ("payload(network+16,4) cmp(!=e0000000) accept", "ip", "payload(network+16,4) cmp(!=e0000000) accept"),
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

/// Lines of a terminal.
struct TextLineTests {
    @Test func linesAreWrappedBetweenWordsWithAnIndent() {
        let line = TextLine("  one two three four five six seven", hanging: 4)
        #expect(line.written(.plain, width: 28) == "  one two three four five\n    six seven")
        #expect(line.written(.plain, width: nil) == "  one two three four five six seven")
    }

    @Test func aWordThatIsTooLongIsBroken() {
        let text = TextLine(String(repeating: "x", count: 70), hanging: 4).written(.plain, width: 30)
        #expect(text.split(separator: "\n").map(\.count) == [30, 30, 18])
    }

    @Test func aColourGoesOnBehindAWrap() {
        let line = TextLine("aaaa ", hanging: 0).add(String(repeating: "b ", count: 20), .strong)
        let lines = line.written(.colour, width: 24).split(separator: "\n")
        #expect(lines.allSatisfy { $0.contains("\u{1b}[1m") && $0.hasSuffix("\u{1b}[0m") })
    }

    @Test func nothingInATextSteersATerminal() {
        let text = TextLine("a\u{1b}[31mb\u{7}\u{9b}c\u{202e}d\ne\rf").written(.colour, width: nil)
        #expect(text == "a\\x1b[31mb\\x07\\x9bc\\u{202e}d\\ne\\rf")
    }

    @Test(arguments: [80, 120]) func noLineIsLongerThanTheTerminal(width: Int) {
        for text in [
            TextReport(width: width).text(Samples.run), TextReport(width: width, verbose: true).text(Samples.run),
            TextReport(width: width).overview(AgreementTests.run), TextReport(width: width).text(HostileTests.all),
        ] {
            for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        }
    }

    @Test func aFindingFitsAScreen() throws {
        let text = try #require(TextReport(width: 80).cause(1, in: AgreementTests.run))
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 40)
    }
}

/// Sentences that several reports share.
struct SentenceTests {
    @Test(arguments: [
        ("add / bridge / netns.enter(pod) @ host # 1", "add, netns.enter(pod) by bridge"),
        ("del.1 / bash/nft#2 / nft.list(ip / x) @ pod' # 3", "del.1, nft.list(ip / x) in pod' by nft#2 (number 3)"),
        ("serving / end", "serving / end"), ("a / b / c", "a / b / c"), ("", ""),
    ])
    func aKeyIsSaidShorter(key: String, said: String) { #expect(Sentences.point(key) == said) }
}

/// What a step did to the state, beside what it does without faults.
struct StateChangeTests {
    private func change(reference: Bool) -> StateChange {
        let names = ["gone", "kept", "lost", "other", "extra"]
        func state(_ facts: [(String, String)]) -> Snapshot {
            Snapshot(facts: facts.map { Fact("link", $0.0, in: "pod", ["mtu": $0.1]) })
        }
        let before = state([(names[0], "1"), (names[1], "1")])
        let after = state([(names[1], "1"), (names[3], "2"), (names[4], "1")])
        let expected = state([(names[1], "1"), (names[2], "1"), (names[3], "1")])
        var record = Samples.record
        record.header.startSnapshot = "before"
        record.header.outcomes = [StepOutcome(step: "add", snapshot: "after")]
        record.snapshots = ["before": before, "after": after]
        return StateChange(
            of: "add", in: record, reference: reference ? Reference(states: ["add": expected], start: before) : nil)
    }

    @Test func objectsStandToTheReference() {
        let change = change(reference: true)
        #expect(change.rows.map(\.mark) == [.extra, .missing, .changed, .same])
        #expect(change.rows.map(\.before) == [nil, nil, nil, "link gone mtu 1"])
        #expect(change.rows.map(\.reference) == [nil, "link lost mtu 1", "link other mtu 1", nil])
        #expect(change.rows.map(\.after) == ["link extra mtu 1", nil, "link other mtu 2", nil])
        #expect(change.hasReference && change.omitted == 0)
    }

    @Test func withoutAReferenceTheyStandToTheStateBefore() {
        let change = change(reference: false)
        #expect(change.rows.map(\.mark) == [.extra, .missing, .extra])
        #expect(change.rows.allSatisfy { $0.reference == nil })
        #expect(!change.hasReference)
    }
}
