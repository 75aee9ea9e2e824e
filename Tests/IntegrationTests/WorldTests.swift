import Glibc
import Model
import Testing

/// The world changes objects of the host: the next state shows it, `until` takes it back, and what does not mean exactly
/// one object is a failure that says what is there.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct WorldTests {
    // MARK: - Links

    @Test func linksAreMadeInBothNamespaces() throws {
        let record = try record(
            of: world(
                Phrase("link.create", "br9", ["type": "bridge", "up": "true"]),
                Phrase(
                    "link.create", "w0",
                    [
                        "peer": "w1", "peer-netns": "po*", "up": "true", "mtu": "1400", "mac": "02:00:00:00:00:0A",
                        "master": "b*9",
                    ]),
                Phrase("link.create", "br8", ["type": "bridge"], in: "pod")))
        #expect(record.failures == [nil, nil, nil])
        let end = try #require(record.end)
        #expect(
            end.attributes("link", "w0", "host")
                == [
                    "type": "veth", "mtu": "1400", "mac": "02:00:00:00:00:0a", "up": "true", "master": "br9",
                    "peer": "w1 in pod",
                ])
        #expect(end.attributes("link", "w1", "pod")?["up"] == "true")
        #expect(end.attributes("link", "w1", "pod")?["peer"] == "w0 in host")
        #expect(end.attributes("link", "br8", "pod")?["type"] == "bridge")
    }

    /// A device that cannot be made whole is not made.
    @Test func halfADeviceIsNone() throws {
        let record = try record(of: world(Phrase("link.create", "w0", ["peer": "w1", "master": "none*"])))
        #expect(record.failures.first??.hasPrefix("no link matches `none*` in host") == true)
        #expect(record.end?.attributes("link", "w0", "host") == nil)
    }

    @Test func aDeletedLinkTakesItsPeerAlong() throws {
        let record = try record(of: world(Phrase("link.delete", "v?", in: "pod")))
        #expect(record.failures == [nil])
        #expect(record.end?.attributes("link", "v1", "pod") == nil)
        #expect(record.end?.attributes("link", "v0", "host") == nil)
    }

    @Test func linksAreSetAndSetBack() throws {
        let settings = [
            ["up": "false"], ["mtu": "1300"], ["mac": "02:00:00:00:00:0b"], ["master": "br0"], ["name": "other"],
        ]
        for keys in settings {
            let record = try record(of: passing(Phrase("link.set", "d0", keys)))
            #expect(record.header.deliveries.map(\.failure) == [nil], "\(keys)")
            let name = keys["name"] ?? "d0"
            for (key, value) in keys where key != "name" {
                #expect(record.state(after: "run.1")?.attributes("link", name, "host")?[key] == value)
            }
            #expect(record.state(after: "run.1")?.attributes("link", name, "host") != nil)
            // A bridge that has had a port keeps the address that the kernel gave it then.
            #expect(record.returned?.filter { !$0.contains("LL(br0)") } == [], "\(keys)")
        }
    }

    /// A device on another one; of the types that stand on others this kernel must know one.
    @Test func devicesStandOnOthers() throws {
        var built = world(Phrase("link.create", "m1", ["type": "macvlan", "link": "v*1", "up": "true"], in: "pod"))
        built.host.links.append(LinkSpecification(type: "macvlan", end: .init(name: "m0"), link: "v0"))
        let record = try record(of: built)
        #expect(record.header.error == nil && record.failures == [nil])
        #expect(record.start?.attributes("link", "m0", "host")?["type"] == "macvlan")
        #expect(record.start?.attributes("link", "m0", "host")?["link"] == "v0 in host")
        #expect(record.end?.attributes("link", "m1", "pod")?["link"] == "v1 in pod")
    }

    /// It goes down on its way and loses its addresses, as with ip-link(8).
    @Test func aDeviceGoesToAnotherNamespace() throws {
        let record = try record(
            of: world(
                Phrase("link.set", "v0", ["netns": "p*", "name": "w0", "up": "true"]),
                Phrase("link.set", "d1", ["netns": "host"], in: "pod"),
                Phrase("link.set", "lo", ["netns": "pod"]), Phrase("link.set", "br0", ["netns": "none"])))
        #expect(record.failures.prefix(2) == [nil, nil])
        #expect(record.failures[2]?.hasPrefix("link.set lo netns pod in host: Invalid argument (EINVAL)") == true)
        #expect(
            record.failures[3] == "no namespace matches `none` at that moment; there are: host, pod")
        let end = try #require(record.end)
        #expect(end.attributes("link", "v0", "host") == nil && end.attributes("link", "d1", "pod") == nil)
        #expect(end.attributes("link", "w0", "pod")?["peer"] == "v1 in pod")
        #expect(end.attributes("link", "w0", "pod")?["up"] == "true")
        #expect(end.attributes("link", "d1", "host")?["peer"] == "d0 in host")
        #expect(!end.facts.contains { $0.identity.name.hasPrefix("10.1.0.1/24") })
    }

    @Test func aReplacedLinkIsTheSameWithAnotherIndex() throws {
        var plan = world()
        let look = shell(
            "cat /sys/class/net/v0/ifindex; ip netns exec pod cat /sys/class/net/v1/ifindex; cat /sys/class/net/br0/ifindex"
        )
        plan.steps = [
            Step(name: "run", occurrence: 1, siblings: 2, body: .run(command(look))),
            Step(name: "do", occurrence: 1, siblings: 2, body: .act(bound(Phrase("link.replace", "v1", in: "pod")))),
            Step(name: "do", occurrence: 2, siblings: 2, body: .act(bound(Phrase("link.replace", "br0")))),
            Step(name: "run", occurrence: 2, siblings: 2, body: .run(command(look))),
        ]
        let record = try record(of: plan)
        #expect(record.header.outcomes.map(\.failure) == [nil, nil, nil, nil])
        let before = record.outcome(of: "run.1")?.attempts.first?.output.split(separator: "\n") ?? []
        let after = record.outcome(of: "run.2")?.attempts.first?.output.split(separator: "\n") ?? []
        #expect(before.count == 3 && after.count == 3)
        for (old, new) in zip(before, after) { #expect(old != new) }
        #expect(record.end?.attributes("link", "v0", "host") == record.start?.attributes("link", "v0", "host"))
        #expect(record.end?.attributes("link", "v1", "pod") == record.start?.attributes("link", "v1", "pod"))
        // But for those that the kernel gives to a new device too.
        let addresses = record.end?.facts.filter { $0.identity.noun == "address" && $0.attributes["dev"] == "v0" }
        #expect(addresses?.filter { !$0.identity.name.hasPrefix("LL(") } == [])
    }

    /// Both ends in one namespace get indexes of their own.
    @Test func aPairInOneNamespaceIsReplaced() throws {
        var plan = world()
        plan.host.links.append(LinkSpecification(end: .init(name: "e0"), peer: .init(name: "e1", up: false)))
        plan.steps = [Step(name: "do", body: .act(bound(Phrase("link.replace", "e0"))))]
        let record = try record(of: plan)
        #expect(record.failures == [nil])
        #expect(record.returned == [])
    }

    /// The agent is at its operation when the world is faster.
    @Test func theWorldIsFasterThanTheAgent() throws {
        var plan = world()
        plan.steps = [
            Step(name: "run", body: .run(command(["ip", "link", "add", "w0", "type", "veth", "peer", "name", "w1"])))
        ]
        plan.faults = [
            before(Phrase("link.create", "w0"), Phrase("link.create", "w1", ["type": "bridge", "up": "true"]))
        ]
        let record = try record(of: plan)
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.header.deliveries.first?.effect == .changed("link w1 in host was made"))
        #expect(record.attempt?.errorOutput == "RTNETLINK answers: File exists\n")
        #expect(record.end?.attributes("link", "w1", "host")?["type"] == "bridge")
    }

    @Test func whatLastsForATimeGoesByItself() throws {
        var plan = passing(Phrase("link.set", "v0", ["up": "false"]), shell("sleep 0.3"))
        plan.faults[0].until = .duration(50_000_000)
        plan.steps.removeLast()
        let record = try record(of: plan)
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.end?.attributes("link", "v0", "host")?["up"] == "true")
        #expect(record.header.deliveries.first?.effect == .changed("link v0 in host was set: up false"))
    }

    // MARK: - Addresses, routes, rules, neighbours

    @Test func whatIsAddedIsThereAndGoesAgain() throws {
        let additions = [
            Phrase("address.add", "10.7.0.1/24", ["dev": "v*"], in: "pod"),
            Phrase("address.add", "2001:db8:7::1/64", ["dev": "v0"]),
            Phrase("route.add", "10.8.0.0/16", ["via": "10.1.0.2"]),
            Phrase("route.add", "default", ["dev": "v1", "table": "100", "metric": "7"], in: "pod"),
            Phrase("route.add", "2001:db8:8::/48", ["dev": "v0"]),
            Phrase("route.add", "10.9.0.0/16", ["dev": "v0", "src": "10.1.0.1", "proto": "static"]),
            Phrase("rule.add", "10.1.0.0/24", ["table": "100", "fwmark": "0x10/0xff"]),
            Phrase("rule.add", "all", ["table": "main", "iif": "v0", "priority": "77", "to": "2001:db8::/32"]),
            Phrase("neighbour.add", "10.1.0.7", ["dev": "v0", "lladdr": "02:00:00:00:00:07"]),
        ]
        for action in additions {
            let record = try record(of: passing(action))
            #expect(record.header.deliveries.map(\.failure) == [nil], "\(action)")
            let made = record.start?.differences(to: try #require(record.state(after: "run.1"))) ?? []
            #expect(made.contains { $0.identity.noun == action.noun }, "\(action)")
            #expect(record.returned == [], "\(action)")
        }
    }

    /// What was there before comes back with all that it had; where nothing was, nothing is left.
    @Test func whatIsReplacedIsAnotherAndComesBack() throws {
        let setUp = """
            ip route add 10.8.0.0/16 via 10.1.0.2 src 10.1.0.1 proto bird
            ip route add 10.8.0.0/16 dev d0 metric 7
            ip -6 addr add 2001:db8:5::1/64 dev d0 nodad; ip -6 route add 2001:db8:8::/48 via 2001:db8:5::2
            ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent
            """
        let replacements: [(Phrase, Phrase, String)] = [
            (
                Phrase("route.replace", "10.8.0.0/16", ["dev": "v0"]),
                Phrase("route", "10.8.0.0/16", ["dev": "v0", "proto": "boot"]),
                "route 10.8.0.0/16 dev v0 in host took the place of another"
            ),
            (
                Phrase("route.replace", "2001:db8:8::/48", ["dev": "v0"]),
                Phrase("route", "2001:db8:8::/48*", ["dev": "v0"]),
                "route 2001:db8:8::/48 dev v0 in host took the place of another"
            ),
            (
                Phrase("route.replace", "10.9.0.0/16", ["dev": "d0", "metric": "9"]),
                Phrase("route", "10.9.0.0/16 metric 9", ["dev": "d0"]),
                "route 10.9.0.0/16 dev d0 metric 9 in host was added: there was none to replace"
            ),
            (
                Phrase("neighbour.replace", "10.1.0.9", ["dev": "v0", "lladdr": "02:00:00:00:00:99"]),
                Phrase("neighbour", "10.1.0.9*", ["lladdr": "02:00:00:00:00:99"]),
                "neighbour 10.1.0.9 dev v0 in host took the place of one with 02:00:00:00:00:09"
            ),
            (
                Phrase("neighbour.replace", "10.1.0.8", ["dev": "v0", "proxy": "true"]),
                Phrase("neighbour", "10.1.0.8*", ["proxy": "true"]),
                "neighbour proxy 10.1.0.8 dev v0 in host was added: there was none to replace"
            ),
        ]
        for (action, object, said) in replacements {
            var plan = passing(action)
            plan.steps.insert(Step(name: "set", body: .run(command(shell(setUp)))), at: 0)
            let record = try record(of: plan)
            #expect(record.outcome(of: "set")?.attempts.first?.end == .exited(0))
            #expect(record.header.deliveries.map(\.failure) == [nil], "\(action)")
            #expect(record.header.deliveries.first?.effect == .changed(said))
            let former = try #require(record.state(after: "set"))
            let now = try #require(record.state(after: "run.1"))
            #expect(now.facts.contains(where: object.matches) && !former.facts.contains(where: object.matches))
            #expect(former.changes(to: try #require(record.end)) == [], "\(action)")
        }
    }

    /// One way makes both: what `host:` has, the same action makes, and the states are equal.
    @Test func aHostHasWhatAnActionMakes() throws {
        let rule = RuleSpecification(from: "0.0.0.0/0", fwmark: "16/0xff", table: "0x64", priority: 77)
        let route = RouteSpecification(
            to: "0.0.0.0/0", via: "10.1.0.2", table: "100", src: "10.4.0.1", proto: "18")
        var built = world()
        built.host.rules = [rule]
        built.host.routes = [route]
        built.host.links[0].end.mac = "02:00:00:00:00:0A"
        built.steps = [Step(name: "run", body: .run(command(["true"])))]
        var made = world(
            Phrase("rule.add", "all", ["fwmark": "0x10/255", "table": "100", "priority": "77"]),
            Phrase(
                "route.add", "default",
                ["via": "10.1.0.2", "table": "0x64", "src": "10.4.0.1", "proto": "0x12"]))
        made.host.links[0].end.mac = "02:00:00:00:00:0a"
        let first = try record(of: built)
        let second = try record(of: made)
        #expect(first.header.error == nil && second.failures == [nil, nil])
        let state = try #require(first.end)
        #expect(state.changes(to: try #require(second.end)) == [])
        #expect(state.attributes("rule", "all priority 77 fwmark 0x10/0xff", "host")?["table"] == "100")
        let attributes = state.attributes("route", "default table 100", "host")
        #expect(attributes?["via"] == "10.1.0.2" && attributes?["src"] == "10.4.0.1" && attributes?["proto"] == "18")
        #expect(state.attributes("link", "v0", "host")?["mac"] == "02:00:00:00:00:0a")
    }

    /// Every attribute comes back: protocol, scope, source, broadcast, label, the rule's mask.
    @Test func whatIsDeletedComesBackAsItWas() throws {
        let setUp = """
            ip addr add 10.5.0.1/24 brd + dev d0 label d0:x; ip addr add 10.5.9.1 peer 10.5.9.2/30 dev d0
            ip addr add 2001:db8:5::1/64 dev d0
            ip route add 10.6.0.0/16 via 10.1.0.2 src 10.1.0.1 proto bird metric 9
            ip route add blackhole 10.66.0.0/16 table 100
            ip -6 route add 2001:db8:6::/48 via 2001:db8:5::2 metric 44
            ip rule add from 10.1.0.0/24 fwmark 1/0xff table 100 suppress_prefixlength 0 priority 9
            ip -6 rule add to 2001:db8::/32 iif d0 table 100 priority 8
            """
        let deletions = [
            Phrase("address.delete", "10.5.0.1/24"), Phrase("address.delete", "10.5.9.1/30", ["dev": "d*"]),
            Phrase("address.delete", "2001:db8:5::1/64"), Phrase("route.delete", "10.6.*", ["via": "10.1.0.2"]),
            Phrase("route.delete", "10.66.0.0/16", ["table": "100"]), Phrase("route.delete", "within 2001:db8:6::/47"),
            Phrase("rule.delete", "10.1.0.0/24", ["fwmark": "0x1/0xff"]),
            Phrase("rule.delete", "all", ["iif": "d0", "priority": "8"]),
        ]
        for action in deletions {
            var plan = passing(action)
            plan.steps.insert(Step(name: "set-up", body: .run(command(shell(setUp)))), at: 0)
            let record = try record(of: plan)
            #expect(record.outcome(of: "set-up")?.attempts.first?.errorOutput == "")
            #expect(record.header.deliveries.map(\.failure) == [nil], "\(action)")
            let before = try #require(record.state(after: "set-up"))
            let gone = before.differences(to: try #require(record.state(after: "run.1")))
            #expect(
                gone.contains { if case .missing(let fact) = $0 { fact.identity.noun == action.noun } else { false } })
            let end = try #require(record.end)
            #expect(before.changes(to: end) == [], "\(action)")
        }
    }

    @Test func neighboursComeAndGo() throws {
        let record = try record(
            of: world(
                Phrase("neighbour.add", "10.1.0.9", ["dev": "v0", "lladdr": "02:00:00:00:00:09"]),
                Phrase("neighbour.add", "10.1.0.8", ["dev": "v0", "proxy": "true"]),
                Phrase("neighbour.delete", "10.1.0.9"), Phrase("neighbour.delete", "10.1.0.8", ["dev": "v0"])))
        #expect(record.failures == [nil, nil, nil, nil])
        let second = try #require(record.state(after: "do.2"))
        #expect(second.attributes("neighbour", "10.1.0.9 dev v0", "host")?["lladdr"] == "02:00:00:00:00:09")
        #expect(second.attributes("neighbour", "10.1.0.8 dev v0", "host")?["proxy"] == "true")
        #expect(record.end?.facts.contains { $0.identity.noun == "neighbour" } == false)
    }

    // MARK: - Settings, files, programs

    @Test func settingsAreWrittenInTheirNamespace() throws {
        // One that a new namespace does not take over from the machine's own, as it does ip_forward.
        let path = "/proc/sys/net/ipv4/icmp_echo_ignore_all"
        let look = shell("ip netns exec pod cat \(path); cat \(path)")
        let record = try record(
            of: passing(Phrase("sysctl.write", "net.ipv4.icmp_echo_ignore_all", ["value": "1"], in: "pod"), look))
        #expect(record.header.deliveries.map(\.failure) == [nil])
        #expect(record.header.outcomes.map { $0.attempts.first?.output } == ["1\n0\n", "0\n0\n"])
    }

    @Test func filesAreWrittenAndDeletedAndComeBack() throws {
        let look = shell("stat -c %a /srv/old; cat /srv/old; cat /srv/new/a/b; true")
        func outputs(_ action: Phrase) throws -> [String?] {
            var plan = passing(action, look)
            plan.host.files = ["/srv/old": FileContent(bytes: Array("before\n".utf8), mode: 0o640)]
            let record = try record(of: plan)
            #expect(record.header.deliveries.map(\.failure) == [nil], "\(action)")
            return record.header.outcomes.map { $0.attempts.first?.output }
        }
        let before = "640\nbefore\n"
        #expect(try outputs(Phrase("file.write", "/srv/o*", ["text": "now\n"])) == ["640\nnow\n", before])
        #expect(try outputs(Phrase("file.write", "/srv/new/a/b", ["text": "b\n"])) == [before + "b\n", before])
        #expect(try outputs(Phrase("file.delete", "/srv/old")) == ["", before])
    }

    @Test func aFileIsRestoredToWhatItHeldBeforeTheFirstChange() throws {
        var plan = world(
            Phrase("file.write", "/srv/old", ["text": "one"]), Phrase("file.write", "/srv/old", ["text": "two"]),
            Phrase("file.restore", "/srv/o?d"), Phrase("file.delete", "/srv/old"), Phrase("file.restore", "/srv/old"),
            Phrase("file.restore", "/srv/other"))
        plan.host.files = ["/srv/old": FileContent(bytes: Array("before".utf8))]
        let record = try record(of: plan)
        #expect(
            record.failures == [
                nil, nil, nil, nil, nil,
                "no changed file matches `/srv/other` at that moment; there are: /srv/old",
            ])
        let states = ["do.1", "do.2", "do.3", "do.4", "do.5"].map { step in
            record.state(after: step)?.attributes("file", "/srv/old", "")?["size"]
        }
        #expect(states == ["3", "3", "6", nil, "6"])
    }

    /// An absolute link of the host leads into the host, where the kernel would lead the worker into the machine.
    @Test func linksOfFilesStayInTheHost() throws {
        let name = "/tmp/tocsin-world-\(getpid())"
        var plan = world()
        plan.steps = [
            Step(
                name: "run",
                body: .run(command(shell("mkdir -p /srv/in; ln -s \(name) /srv/in/link; ln -s /proc /srv/p")))),
            Step(
                name: "do", occurrence: 1, siblings: 2,
                body: .act(bound(Phrase("file.write", "/srv/in/link/file", ["text": "x"])))),
            Step(
                name: "do", occurrence: 2, siblings: 2,
                body: .act(bound(Phrase("file.write", "/srv/p/sys/vm/swappiness", ["text": "61"])))),
        ]
        let record = try record(of: plan)
        #expect(
            record.header.outcomes.map(\.failure) == [
                nil, nil, "`/proc/sys/vm/swappiness` is the kernel's, and no file of the host",
            ])
        #expect(access(name, F_OK) == -1)
        #expect(record.end?.attributes("file", "\(name)/file", "")?["size"] == "1")
    }

    @Test func programsRunToTheirEnd() throws {
        let record = try record(
            of: world(
                Phrase("exec", #"["/bin/sh", "-c", "ip link set v1 down"]"#, in: "pod"),
                Phrase("exec", #"["/bin/false"]"#)))
        #expect(record.state(after: "do.1")?.attributes("link", "v1", "pod")?["up"] == "false")
        #expect(record.failures.first == .some(nil))
        #expect(record.failures.last??.isEmpty == false)
    }

    // MARK: - What means none, or two

    @Test func whatMeansNotExactlyOneIsToldWithWhatThereIs() throws {
        let record = try record(
            of: world(
                Phrase("link.delete", "fpr-*"), Phrase("link.delete", "*0"),
                Phrase("link.delete", "v1", in: "p*d-"), Phrase("address.delete", "10.9.9.9", in: "pod"),
                Phrase("address.delete", "within 10.0.0.0/8"), Phrase("route.delete", "default"),
                Phrase("address.add", "10.1.0.1/24", ["dev": "v0"]), Phrase("rule.delete", "all"),
                Phrase("file.delete", "/tmp/none*"), Phrase("link.delete", "v*", in: "*")))
        #expect(
            record.failures == [
                "no link matches `fpr-*` in host at that moment; there are: lo, v0, d0, br0",
                "3 links match `*0` in host at that moment: v0, d0, br0",
                "no namespace matches `p*d-` at that moment; there are: host, pod",
                "no address matches `10.9.9.9` in pod at that moment; there are: 127.0.0.1/8 dev lo, 10.1.0.2/24 dev v1, ::1/128 dev lo, LL(v1) dev v1, LL(d1) dev d1",
                "2 addresses match `within 10.0.0.0/8` in host at that moment: 10.1.0.1/24 dev v0, 10.4.0.1/24 dev d0",
                "no route matches `default` in host at that moment; there are: 10.1.0.0/24, 10.4.0.0/24",
                "address.add 10.1.0.1/24 dev v0 in host: File exists (EEXIST): ipv4: Address already assigned",
                "5 rules match `all` in host at that moment: all priority 0, all priority 32766, all priority 32767, all priority 0 inet6, all priority 32766 inet6",
                "no file matches `/tmp/none*` at that moment; there is none",
                "2 namespaces match `*` at that moment: host, pod",
            ])
    }

    /// What the agent took away itself needs no taking back.
    @Test func whatIsGoneNeedNotBeTakenBack() throws {
        for removal in [["ip", "link", "del", "v0"], ["ip", "addr", "del", "10.7.0.1/24", "dev", "v0"]] {
            let record = try record(of: passing(Phrase("address.add", "10.7.0.1/24", ["dev": "v0"]), removal))
            #expect(record.header.error == nil)
            #expect(record.end?.facts.contains { $0.identity.name == "10.7.0.1/24 dev v0" } == false)
        }
    }
}

/// A host with a pair between `host` and `pod`, another without addresses in `pod`, a bridge, and steps of the world.
private func world(_ actions: Phrase...) -> Plan {
    var world = plan(["true"])
    world.host.links = [
        LinkSpecification(
            end: .init(name: "v0", addresses: ["10.1.0.1/24"]),
            peer: .init(name: "v1", namespace: "pod", addresses: ["10.1.0.2/24"])),
        LinkSpecification(
            end: .init(name: "d0", addresses: ["10.4.0.1/24"], mac: "02:00:00:00:00:d0"),
            peer: .init(name: "d1", namespace: "pod")),
        LinkSpecification(type: "bridge", end: .init(name: "br0", mac: "02:00:00:00:00:b0")),
    ]
    world.steps = actions.enumerated().map { place, action in
        Step(name: "do", occurrence: place + 1, siblings: actions.count, body: .act(bound(action)))
    }
    return world
}

/// A fault that lasts from before the first of two equal commands until before the second.
private func passing(_ action: Phrase, _ argv: [String] = ["true"]) -> Plan {
    var plan = world()
    plan.steps = (1...2).map { Step(name: "run", occurrence: $0, siblings: 2, body: .run(command(argv))) }
    plan.faults = [
        Fault(
            name: "fault", point: Point(.before, Phrase("step", "run.1")), actions: [bound(action)],
            until: .point(Point(.before, Phrase("step", "run.2"))))
    ]
    return plan
}

/// What a fault does lasts until a point that never comes, or comes and never counts.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct UntilTests {
    @Test(arguments: [
        Point(.before, Phrase("netns.name", "none")),
        Point(.before, Phrase("step", "run.2"), countingFrom: .fired("none")),
        Point(.before, Phrase("step", "run.2"), nth: .these([2])),
    ]) func anUntilThatNeverComesIsAnError(point: Point) throws {
        var plan = passing(Phrase("link.set", "d0", ["up": "true"]))
        plan.faults[0].until = .point(point)
        let record = try record(of: plan)
        #expect(record.header.undelivered.count == 1)
        #expect(
            record.header.undelivered.first?.hasPrefix("fault `fault` was never taken back: since it fired") == true)
    }
}

extension Snapshot {
    /// The attributes of one object; nil where it is not there.
    func attributes(_ noun: String, _ argument: String, _ namespace: String) -> [String: String]? {
        byIdentity[Fact.Identity(noun: noun, name: argument, namespace: namespace)]?.attributes
    }

    /// What is other in a second state, one line each.
    fileprivate func changes(to other: Snapshot) -> [String] {
        differences(to: other).map { difference in
            switch difference {
            case .extra(let fact): "extra \(fact.identity)"
            case .missing(let fact): "missing \(fact.identity)"
            case .changed(let old, let new): "changed \(old.identity): \(old.attributes) is \(new.attributes)"
            }
        }
    }
}

extension Record {
    /// What came of the steps.
    fileprivate var failures: [String?] { header.outcomes.map(\.failure) }

    /// What is other at the end than it was at the beginning; nil where a state is missing.
    fileprivate var returned: [String]? {
        guard header.error == nil, let start, let end else { return nil }
        return start.changes(to: end)
    }
}
