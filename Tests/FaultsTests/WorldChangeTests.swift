import Faults
import Model
import Testing

@Suite struct WorldChangeTests {
    private static let veth = LinkSpecification(
        type: "veth", end: .init(name: "eth1", up: false), peer: .init(name: "peer1", up: false))
    private static let bridge = LinkSpecification(
        type: "bridge", end: .init(name: "br", namespace: "pod", up: true, mtu: 1400, mac: "52:54:00:12:34:56"))
    private static let moved = LinkSpecification(
        end: .init(name: "a", namespace: "pod", up: false, master: "br*"),
        peer: .init(name: "b", namespace: "host", up: false))

    private static let changes: [(Phrase, WorldChange)] = [
        (Phrase("link.create", "eth1", ["type": "veth", "peer": "peer1"]), .createLink(veth)),
        (
            Phrase(
                "link.create", "br",
                ["type": "bridge", "up": "true", "mtu": "1400", "mac": "52:54:00:12:34:56"], in: "pod"),
            .createLink(bridge)
        ),
        (
            Phrase("link.create", "a", ["peer": "b", "peer-netns": "host", "master": "br*"], in: "pod"),
            .createLink(moved)
        ),
        (Phrase("link.delete", "fpr-*", in: "fip-*"), .deleteLink(object: Phrase("link", "fpr-*", in: "fip-*"))),
        (Phrase("link.replace", "eth0"), .replaceLink(object: Phrase("link", "eth0", in: "host"))),
        (
            Phrase("link.set", "eth0", ["up": "false", "mtu": "1000", "master": "none"]),
            .setLink(
                object: Phrase("link", "eth0", in: "host"),
                LinkSettings(up: false, mtu: 1000, master: .nobody))
        ),
        (
            Phrase("link.set", "eth0", ["netns": "po*", "name": "e"]),
            .setLink(object: Phrase("link", "eth0", in: "host"), LinkSettings(name: "e", netns: "po*"))
        ),
        (
            Phrase("link.set", "eth0", ["mac": "52:54:00:12:34:56", "master": "br0", "name": "e"], in: "pod"),
            .setLink(
                object: Phrase("link", "eth0", in: "pod"),
                LinkSettings(mac: "52:54:00:12:34:56", master: .device("br0"), name: "e"))
        ),
        (
            Phrase("address.add", "10.0.0.1/24", ["dev": "eth*"]),
            .addAddress(AddressChange(prefix: "10.0.0.1/24", dev: "eth*"))
        ),
        (
            Phrase("address.delete", "within 10.0.0.0/8", ["dev": "eth0"], in: "pod"),
            .deleteAddress(object: Phrase("address", "within 10.0.0.0/8", ["dev": "eth0"], in: "pod"))
        ),
        (
            Phrase("route.add", "default", ["via": "10.0.0.1", "metric": "5"]),
            .addRoute(RouteSpecification(to: "default", via: "10.0.0.1", metric: 5))
        ),
        (
            Phrase("route.add", "10.7.0.0/16", ["dev": "eth0", "src": "10.0.0.7", "proto": "static"]),
            .addRoute(RouteSpecification(to: "10.7.0.0/16", dev: "eth0", src: "10.0.0.7", proto: "static"))
        ),
        (
            Phrase("route.add", "10.9.0.0/16", ["dev": "eth0", "table": "16"], in: "pod"),
            .addRoute(RouteSpecification(to: "10.9.0.0/16", dev: "eth0", table: "16", namespace: "pod"))
        ),
        (
            Phrase("route.delete", "default", ["table": "main"]),
            .deleteRoute(object: Phrase("route", "default", ["table": "main"], in: "host"))
        ),
        (
            Phrase(
                "rule.add", "all",
                ["to": "10.0.0.7", "iif": "a", "fwmark": "0x1/0xff", "table": "16", "priority": "7"]),
            .addRule(
                RuleSpecification(
                    from: "all", to: "10.0.0.7", iif: "a", fwmark: "0x1/0xff", table: "16", priority: 7))
        ),
        (
            Phrase("rule.delete", "10.0.0.7", ["priority": "57*"], in: "qrouter-*"),
            .deleteRule(object: Phrase("rule", "10.0.0.7", ["priority": "57*"], in: "qrouter-*"))
        ),
        (
            Phrase("neighbour.add", "10.0.0.9", ["dev": "eth0", "lladdr": "52:54:00:12:34:56"]),
            .addNeighbour(NeighbourChange(address: "10.0.0.9", dev: "eth0", lladdr: "52:54:00:12:34:56"))
        ),
        (
            Phrase("neighbour.add", "fd00::9", ["dev": "eth0", "proxy": "true"], in: "pod"),
            .addNeighbour(NeighbourChange(address: "fd00::9", dev: "eth0", lladdr: nil, namespace: "pod"))
        ),
        (
            Phrase("route.replace", "default", ["dev": "eth0"], in: "pod"),
            .replaceRoute(RouteSpecification(to: "default", dev: "eth0", namespace: "pod"))
        ),
        (
            Phrase("neighbour.replace", "10.0.0.9", ["dev": "eth0", "lladdr": "52:54:00:12:34:56"]),
            .replaceNeighbour(NeighbourChange(address: "10.0.0.9", dev: "eth0", lladdr: "52:54:00:12:34:56"))
        ),
        (
            Phrase("neighbour.delete", "10.0.0.9", ["dev": "eth0"]),
            .deleteNeighbour(object: Phrase("neighbour", "10.0.0.9", ["dev": "eth0"], in: "host"))
        ),
        (
            Phrase("nft.delete", "rule inet lab out #*", ["text": "*drop*"], in: "pod"),
            .deleteNft(object: Phrase("nft", "rule inet lab out #*", ["text": "*drop*"], in: "pod"))
        ),
        (
            Phrase("sysctl.write", "net.ipv4.ip_forward", ["value": "0"], in: "pod"),
            .writeSysctl(SysctlSpecification(sysctl: "net.ipv4.ip_forward", value: "0", namespace: "pod"))
        ),
        (Phrase("file.write", "/run/x", ["text": "a\n"]), .writeFile(path: "/run/x", text: "a\n")),
        (Phrase("file.delete", "/run/*.pid"), .deleteFile(path: "/run/*.pid")),
        (Phrase("file.restore", "/run/x"), .restoreFile(path: "/run/x")),
        (Phrase("lock.hold", "/run/*.lock"), .holdLock(path: "/run/*.lock")),
        (Phrase("netns.hold", "pod*"), .holdNamespace(name: "pod*")),
        (Phrase("overflow", "3", in: "pod"), .overflow(notices: 3, namespace: "pod")),
        (
            Phrase("exec", ArgumentVector.text(["nft", "flush", "a \"b\""]), in: "pod"),
            .execute(argv: ["nft", "flush", "a \"b\""], namespace: "pod")
        ),
    ]

    @Test(arguments: changes)
    func phrasesBecomeChanges(phrase: Phrase, change: WorldChange) throws {
        #expect(try Action(phrase) == .change(change))
    }

    /// What is printed is read as the same action: a plan can be written as a scenario.
    @Test(arguments: changes)
    func anActionIsPrintedAsItIsRead(phrase: Phrase, change: WorldChange) throws {
        #expect(try Action(Action.change(change).phrase) == .change(change))
    }

    @Test func everyKindIsTried() {
        // Those that take a name are actions of their own.
        let names = ["netns.delete", "netns.unmount", "netns.replace"]
        let kinds = ActionWords.kinds.filter { $0.hasControls && !names.contains($0.word) }
        #expect(Set(Self.changes.map(\.0.word)) == Set(kinds.map(\.word)))
    }

    @Test func aDelayIsNone() throws {
        #expect(try Action(Phrase("delay", "1.5s")) == .delay(1_500_000_000))
    }

    @Test(arguments: [
        (
            Phrase("link.create", "eth*", ["peer": "b"]), "link.create",
            "`eth*` is no interface name (15 characters, no / and no %)"
        ),
        (Phrase("link.create", "a", ["type": "vlan", "id": "5"]), "link.create", "a vlan needs `link`"),
        (Phrase("link.create", "a", ["type": "bridge", "table": "5"]), "table", "a bridge has no table"),
        (Phrase("link.create", "a", ["type": "bridge", "peer-netns": "p"]), "peer-netns", "a bridge has no peer"),
        (Phrase("link.create", "a"), "link.create", "a veth needs a peer"),
        (Phrase("link.create", "a", ["type": "dummy", "peer": "b"]), "peer", "a dummy has no peer"),
        (
            Phrase("link.create", "a", ["type": "hsr"]), "type",
            "`hsr` is none of \(LinkSpecification.types.map { "`\($0)`" }.joined(separator: " "))"
        ),
        (
            Phrase("link.create", "a", ["type": "geneve", "settings": "id 5 id 6"]), "settings", "`id` is said twice"
        ),
        (Phrase("link.create", "a", ["type": "dummy", "settings": "id 5"]), "settings", "a dummy has no settings"),
        (
            Phrase("link.set", "a"), "link.set",
            "`link.set` sets nothing: `up`, `mtu`, `mac`, `master`, `name` or `netns`"
        ),
        (
            Phrase("link.set", "a", ["netns": "pod", "master": "br0"]), "master",
            "a device that goes to another namespace has no master there yet"
        ),
        (Phrase("link.set", "a", ["mtu": "9"]), "mtu", "`9` is no number in 68...65535"),
        (Phrase("link.set", "a", ["up": "no"]), "up", "`no` is neither true nor false"),
        (Phrase("link.set", "a", ["mac": "1"]), "mac", "`1` is no hardware address: 52:54:00:12:34:56"),
        (Phrase("link.delete", "a/*"), "link.delete", "`a/*` can match no link: an interface name has no /"),
        (Phrase("link.delete", "a", in: "x/y"), "in", "`x/y` is no name of a namespace"),
        (Phrase("address.add", "10.0.0.1/24"), "address.add", "`address.add` needs `dev`"),
        (Phrase("address.add", "10.0.0.*", ["dev": "a"]), "address.add", "`10.0.0.*` is no address"),
        (Phrase("address.delete", "ten"), "address.delete", "`ten` is no address"),
        (Phrase("route.add", "default"), "route.add", "a route needs `via` or `dev`"),
        (Phrase("route.add", "default", ["via": "x"]), "via", "`x` is no address"),
        (
            Phrase("route.add", "default", ["dev": "a", "proto": "statik"]), "proto",
            "`statik` is no protocol of routes: static, boot, kernel, ra, dhcp, bird, zebra, bgp, ospf or a number"
        ),
        (Phrase("rule.add", "all"), "rule.add", "`rule.add` needs `table`"),
        (Phrase("rule.add", "all", ["table": "1", "fwmark": "x"]), "fwmark", "`x` is no mark: 16, 0x10 or 0x10/0xff"),
        (
            Phrase("neighbour.add", "10.0.0.1", ["dev": "a"]), "neighbour.add",
            "a neighbour needs `lladdr` or `proxy: true`"
        ),
        (
            Phrase("neighbour.add", "10.0.0.1", ["dev": "a", "proxy": "true", "lladdr": "52:54:00:12:34:56"]), "lladdr",
            "a proxy has no `lladdr`"
        ),
        (
            Phrase("nft.delete", "inet lab"), "nft.delete",
            "`inet lab` is no object of nftables: `table inet lab`, `chain inet lab out`, `rule inet lab out #1`, "
                + "`set inet lab bad` or `element inet lab bad 10.0.0.5`"
        ),
        (Phrase("sysctl.write", "a"), "sysctl.write", "`sysctl.write` needs `value`"),
        (Phrase("file.write", "/a"), "file.write", "`file.write` needs `text`"),
        (Phrase("file.delete", "a"), "file.delete", "`a` is no path: it begins with /"),
        (Phrase("file.delete", "/a", in: "pod"), "in", "`file.delete` is in no namespace: `in` says nothing"),
        (Phrase("exec", "ip link"), "exec", "`ip link` is no program with its arguments"),
        (Phrase("exec", "[]"), "exec", "`[]` is no program with its arguments"),
        (Phrase("delay", "50"), "delay", "`50` is no duration: a number and us, ms, s, m or h"),
    ]) func whatIsNoChangeIsRefused(phrase: Phrase, key: String, message: String) {
        let problem = #expect(throws: FaultProblem.self) { try Action(phrase) }
        #expect(problem?.key == key && problem?.message == message)
    }

    @Test func whatCanBeTakenBack() {
        let reversible = ActionWords.kinds.filter(\.isReversible).map(\.word)
        #expect(
            reversible == [
                "limit", "netns.hold", "link.set", "address.add", "address.delete", "route.add", "route.replace",
                "route.delete",
                "rule.add",
                "rule.delete", "neighbour.add", "neighbour.replace", "neighbour.delete", "sysctl.write", "file.write",
                "file.delete", "lock.hold",
            ])
        #expect(FaultProblem.takingBack(Phrase("link.set", "a", ["up": "false", "mtu": "1400"])) == nil)
        #expect(
            FaultProblem.takingBack(Phrase("link.set", "a", ["netns": "b"]))
                == "`netns` of `link.set` cannot be taken back")
        #expect(
            FaultProblem.takingBack(Phrase("link.set", "a", ["name": "b"]))
                == "`name` of `link.set` cannot be taken back")
        #expect(
            FaultProblem.takingBack(Phrase("nft.delete", "table inet lab"))
                == "`nft.delete` cannot be taken back: what is made again has another handle, and neither its counters "
                + "nor its timeouts")
        #expect(FaultProblem.takingBack(Phrase("kill", "all")) == "`kill` cannot be taken back")
        #expect(FaultProblem.takingBack(Phrase("link.delete", "a")) == "`link.delete` cannot be taken back")
    }

    @Test func aServiceCanBeKilledBetweenSteps() {
        let edge = Point(.after, Phrase("step", "serving"))
        func refusal(_ phrase: Phrase, _ running: Set<String>) -> String? {
            FaultProblem.placing(phrase, at: edge, running: running)
        }
        #expect(refusal(Phrase("kill", "main"), ["k"]) == nil)
        #expect(refusal(Phrase("kill", "all", ["agent": "k"]), ["k"]) == nil)
        #expect(refusal(Phrase("kill", "all", ["agent": "b"]), ["k"]) == "`b` does not run at that edge of the step")
        #expect(
            refusal(Phrase("kill", "process"), ["k"])
                == "`kill: process` needs an operation: at the edge of a step no process is at the point")
    }
}

@Suite struct ArgumentVectorTests {
    @Test(arguments: [[], ["ip"], ["a b", "", "\"", "\\", "\n\t\u{1}", "é, \"x\", [y]", "/"]])
    func wordsComeBack(words: [String]) {
        #expect(ArgumentVector.read(ArgumentVector.text(words)) == words)
    }

    @Test(arguments: ["", "[", "]", "[a]", "[\"a]", "[\"a\" \"b\"]", "[\"a\",]", "ip", "[\"a\", ]", "[\"\\u12\"]"])
    func otherTextsAreNone(text: String) { #expect(ArgumentVector.read(text) == nil) }

    @Test func theActionCanBePasted() {
        let phrase = Phrase("exec", ArgumentVector.text(["ip", "link"]), in: "pod")
        #expect(phrase.description == #"{ exec: ["ip", "link"], in: pod }"#)
        #expect(Phrase("exec", "[ab]*").description == #"{ exec: "[ab]*" }"#)
    }
}
