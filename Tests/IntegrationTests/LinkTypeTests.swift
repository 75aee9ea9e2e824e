import Glibc
import Model
import Testing

/// Each type of device: what is asked, and what a state then shows, in the same words.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 10))) struct LinkTypeTests {
    /// How a device `x0` of a type is made and changed, in a host with a veth `v0`.
    struct Trial: Sendable {
        var type: String
        /// What stands behind `ip link add x0` (with `link v0`, where it begins so).
        var create: String
        /// The settings, as the request and the state have them.
        var asked: String
        var shown: String
        /// What stands behind `ip link set x0 type TYPE`, and what the state shows then; nil where nothing can be set.
        var set: String?
        var afterwards = ""
    }

    static let trials: [Trial] = [
        Trial(type: "dummy", create: "type dummy", asked: "", shown: ""),
        Trial(
            type: "vlan", create: "link v0 type vlan id 5 protocol 802.1ad", asked: "protocol 802.1ad",
            shown: "id 5 protocol 802.1ad"),
        Trial(
            type: "macvlan", create: "link v0 type macvlan mode private", asked: "mode private", shown: "mode private",
            set: "mode bridge", afterwards: "mode bridge"),
        Trial(
            type: "macvtap", create: "link v0 type macvtap mode bridge", asked: "mode bridge", shown: "mode bridge",
            set: "mode vepa", afterwards: "mode vepa"),
        Trial(
            type: "ipvlan", create: "link v0 type ipvlan mode l3", asked: "mode l3", shown: "mode l3", set: "mode l2",
            afterwards: "mode l2"),
        Trial(type: "vrf", create: "type vrf table 77", asked: "table 77", shown: "table 77"),
        Trial(
            type: "vxlan", create: "type vxlan id 42 remote 10.0.0.9 dstport 4789 nolearning",
            asked: "id 42 remote 10.0.0.9 dstport 4789 learning 0",
            shown: "id 42 remote 10.0.0.9 dstport 4789 learning 0", set: "ageing 77",
            afterwards: "id 42 remote 10.0.0.9 dstport 4789 learning 0 ageing 77"),
        Trial(
            type: "geneve", create: "type geneve id 42 remote 10.0.0.9", asked: "id 42 remote 10.0.0.9",
            shown: "id 42 remote 10.0.0.9", set: "id 42 remote 10.0.0.9 ttl 9",
            afterwards: "id 42 remote 10.0.0.9 ttl 9"),
        Trial(
            type: "gre", create: "type gre local 10.0.0.1 remote 10.0.0.2 key 7 ttl 9",
            asked: "local 10.0.0.1 remote 10.0.0.2 ikey 7 okey 7",
            shown: "local 10.0.0.1 remote 10.0.0.2 ikey 7 okey 7",
            set: "remote 10.0.0.3", afterwards: "remote 10.0.0.3"),
        Trial(
            type: "gretap", create: "type gretap local 10.0.0.1 remote 10.0.0.2 key 7",
            asked: "local 10.0.0.1 remote 10.0.0.2 ikey 7 okey 7", shown: "local 10.0.0.1 remote 10.0.0.2 ikey 7 okey 7"
        ),
        Trial(
            type: "ipip", create: "type ipip local 10.0.0.1 remote 10.0.0.2", asked: "local 10.0.0.1 remote 10.0.0.2",
            shown: "local 10.0.0.1 remote 10.0.0.2", set: "remote 10.0.0.3", afterwards: "remote 10.0.0.3"),
        Trial(
            type: "sit", create: "type sit local 10.0.0.1 remote 10.0.0.2", asked: "local 10.0.0.1 remote 10.0.0.2",
            shown: "local 10.0.0.1 remote 10.0.0.2"),
        Trial(
            type: "vti", create: "type vti local 10.0.0.1 remote 10.0.0.2 key 7",
            asked: "local 10.0.0.1 remote 10.0.0.2 ikey 7 okey 7",
            shown: "local 10.0.0.1 remote 10.0.0.2 ikey 7 okey 7"),
        Trial(
            type: "bond", create: "type bond mode active-backup miimon 77", asked: "mode active-backup miimon 77",
            shown: "mode active-backup miimon 77", set: "updelay 154", afterwards: "miimon 77 updelay 154"),
        Trial(type: "team", create: "type team", asked: "", shown: ""),
        Trial(type: "ifb", create: "type ifb", asked: "", shown: ""),
        Trial(type: "wireguard", create: "type wireguard", asked: "", shown: ""),
        Trial(
            type: "bridge", create: "type bridge stp_state 1", asked: "stp_state 1", shown: "stp_state 1",
            set: "ageing_time 700", afterwards: "ageing_time 700 stp_state 1"),
        Trial(type: "xfrm", create: "type xfrm dev v0 if_id 7", asked: "if_id 7", shown: "if_id 7"),
    ]

    /// What this machine's kernel makes, each tried once in a network namespace of its own.
    static let there: [Trial] = trials.filter { trial in
        let make = "ip link add v0 type veth peer name v1; ip link add x0 \(trial.create)"
        return system("unshare -n sh -c '\(make)' >/dev/null 2>&1") == 0
    }
    static let missing: [String] = trials.map(\.type).filter { type in !there.contains { $0.type == type } }

    /// One after the other in one host; where this kernel lacks some, this one test is told as skipped, with their names.
    @Test(.enabled(if: missing.isEmpty, "needs links of the types \(missing.joined(separator: ", "))"))
    func allTypesOneAfterTheOther() throws {
        let lines = Self.trials.map { "ip link add x0 \($0.create) && ip link del x0" }
        let script = (["ip link add v0 type veth peer name v1"] + lines).joined(separator: " && ")
        let record = try record(of: plan(shell(script), timeout: 120_000_000_000))
        #expect(record.attempt?.end == .exited(0))
        let made = record.operations("link.create").filter { $0.phrase.argument == "x0" }
        #expect(made.map { $0.phrase.qualifiers["type"] } == Self.trials.map(\.type))
        #expect(record.operations("link.delete").count == Self.trials.count)
    }

    private static func step(_ name: String, _ number: Int, of all: Int, _ body: Step.Body) -> Step {
        Step(name: name, occurrence: number, siblings: all, body: body)
    }

    private func settings(_ record: Record, after step: String) -> String {
        record.state(after: step)?.attributes("link", "x0", "host")?["settings"] ?? ""
    }

    @Test(arguments: there) func whatIsAskedIsWhatStatesShow(trial: Trial) throws {
        let type = trial.type
        let lines =
            ["ip link add v0 type veth peer name v1; ip link add x0 \(trial.create)"]
            + (trial.set.map { ["ip link set x0 type \(type) \($0)"] } ?? []) + ["ip link del x0"]
        var plan = plan(["true"])
        plan.steps = lines.enumerated().map { place, line in
            Self.step("run", place + 1, of: lines.count, .run(command(shell(line), timeout: 60_000_000_000)))
        }
        let record = try record(of: plan)
        #expect(record.header.outcomes.map { $0.attempts.first?.end } == lines.map { _ in .exited(0) }, "\(type)")
        let request = try #require(record.operations("link.create").last { $0.phrase.argument == "x0" })
        #expect(request.phrase.qualifiers["type"] == type)
        let asked = request.phrase.qualifiers["settings"] ?? ""
        #expect(
            (trial.asked.isEmpty ? asked.isEmpty : asked.contains(trial.asked)) && !asked.contains("other"),
            "\(type): \(asked)")
        if trial.create.contains(" v0 ") {
            #expect(request.phrase.qualifiers["link"] == "v0", "\(type)")
            #expect(
                record.state(after: "run.1")?.attributes("link", "x0", "host")?["link"] == "v0 in host", "\(type)")
        }
        let shown = settings(record, after: "run.1")
        #expect(shown.hasPrefix(trial.shown) && (!trial.shown.isEmpty || shown.isEmpty), "\(type): \(shown)")
        #expect(record.state(after: "run.1")?.attributes("link", "x0", "host")?["type"] == type)
        if let set = trial.set {
            #expect(
                record.operations("link.set").contains { $0.phrase.qualifiers["settings"] != nil }, "\(type) \(set)"
            )
            let there = settings(record, after: "run.2")
            #expect(there.contains(trial.afterwards), "\(type): \(there)")
        }
        #expect(record.operations("link.delete").map(\.phrase.argument) == ["x0"], "\(type)")
        #expect(record.end?.attributes("link", "x0", "host") == nil, "\(type)")
    }

    /// A host has one of each type, and a step makes one, with the settings that states then show.
    @Test(arguments: there) func aScenarioHasItMade(trial: Trial) throws {
        let type = trial.type
        let keys: [String: String] = ["vlan": "id 5 ", "vrf": "table 77"]
        let settings = type == "bridge" ? "" : String(trial.shown.dropFirst(keys[type]?.count ?? 0))
        let link = LinkSpecification(
            type: type, end: .init(name: "x0", up: false), link: trial.create.contains(" v0 ") ? "v0" : nil,
            id: type == "vlan" ? 5 : nil, table: type == "vrf" ? "77" : nil, settings: settings.isEmpty ? nil : settings
        )
        #expect(link.problem == nil)
        let shown = type == "bridge" ? "" : trial.shown
        var plan = plan(["true"])
        plan.host.links = [LinkSpecification(end: .init(name: "v0"), peer: .init(name: "v1")), link]
        plan.steps = [
            Step(name: "do", siblings: 2, body: .act(bound(Phrase("link.delete", "x0")))),
            Step(name: "do", occurrence: 2, siblings: 2, body: .act(.change(.createLink(link)))),
        ]
        let record = try record(of: plan)
        let states = [record.start, record.state(after: "do.1"), record.state(after: "do.2")]
            .map { $0?.attributes("link", "x0", "host") }
        #expect(states[1] == nil)
        for state in [states[0], states[2]] {
            let state = try #require(state, "\(type)")
            #expect(state["type"] == type)
            let there = state["settings"] ?? ""
            #expect(there.hasPrefix(shown), "\(type): \(there)")
            if link.link != nil { #expect(state["link"] == "v0 in host", "\(type)") }
        }
        #expect(states[0] == states[2])
    }

    /// A host's device is the port of another one of each type that has ports, and is up.
    @Test(arguments: there.filter { LinkSpecification.typesOfMasters.contains($0.type) })
    func aHostsDeviceIsItsPort(trial: Trial) throws {
        var plan = plan(["true"])
        let table = trial.type == "vrf" ? "77" : nil
        plan.host.links = [
            LinkSpecification(type: trial.type, end: .init(name: "x0"), table: table),
            LinkSpecification(end: .init(name: "v0", master: "x0"), peer: .init(name: "v1")),
        ]
        let record = try record(of: plan)
        let port = try #require(record.start?.attributes("link", "v0", "host"), "\(trial.type)")
        #expect(port["master"] == "x0" && port["up"] == "true", "\(trial.type): \(port)")
    }

    /// A device that another made again is what it was, or is not made again.
    @Test(arguments: there) func aReplacedDeviceHasItsSettings(trial: Trial) throws {
        let type = trial.type
        var plan = plan(["true"])
        let create =
            "ip link add v0 type veth peer name v1; ip link add x0 \(trial.create); ip link set x0 up; cat /sys/class/net/x0/ifindex"
        plan.steps = [
            Self.step("run", 1, of: 2, .run(command(shell(create), timeout: 60_000_000_000))),
            Step(name: "do", body: .act(bound(Phrase("link.replace", "x0")))),
            Self.step(
                "run", 2, of: 2, .run(command(shell("cat /sys/class/net/x0/ifindex"), timeout: 60_000_000_000))),
        ]
        let record = try record(of: plan)
        let before = record.state(after: "run.1")?.attributes("link", "x0", "host")
        #expect(before != nil, "\(type)")
        if ["wireguard", "team"].contains(type) {
            #expect(
                record.header.outcomes.contains { $0.failure?.contains("cannot be made again") == true }, "\(type)")
            return
        }
        #expect(record.header.outcomes.map(\.failure) == [nil, nil, nil], "\(type)")
        #expect(record.end?.attributes("link", "x0", "host") == before, "\(type)")
        let indexes = ["run.1", "run.2"].map { record.outcome(of: $0)?.attempts.first?.output }
        #expect(indexes[0] != indexes[1], "\(type)")
    }
}
