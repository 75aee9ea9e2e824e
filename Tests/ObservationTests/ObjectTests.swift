import Glibc
import Kernel
import Model
import Observation
import Testing

/// Objects of the kernel that few agents use: each is a fact once it is there, and no fact when it is gone.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct ObjectTests {
    /// What a command adds to a state and another takes back.
    private struct Trial {
        var add: String
        /// `noun name`, and the attributes; all that is new.
        var facts: [String: [String: String]]
        var delete: String
    }

    private static let devices = """
        ip link add br0 type bridge && ip link set br0 up
        ip link add v0 type veth peer name v1
        ip link add u0 master br0 type veth peer name u1
        for d in v0 v1 u0 u1; do ip link set $d up; done
        ip address add 10.0.0.1/24 dev v0
        ip link add x0 type vxlan id 42 dstport 4789
        """

    /// Digests are not compared.
    private static func run(_ trials: [Trial]) throws {
        try enterNewNetworkNamespace()
        let host = try TestHost()
        try host.run(devices)
        let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
        guard case .settled(let before) = try settle(Settler(snapshotter)) else { return #expect(Bool(false)) }
        for trial in trials {
            try host.run(trial.add)
            var new: [String: [String: String]] = [:]
            for difference in before.differences(to: try snapshotter.take()) {
                guard case .extra(let fact) = difference else {
                    #expect(Bool(false), "\(trial.add): \(difference)")
                    continue
                }
                new["\(fact.identity.noun) \(fact.identity.name)"] = fact.attributes.filter { $0.key != "settings" }
            }
            #expect(new == trial.facts, "\(trial.add)")
            try host.run(trial.delete)
            #expect(before.differences(to: try snapshotter.take()).isEmpty, "\(trial.delete)")
        }
    }

    @Test(.enabled(if: access("/usr/sbin/tc", X_OK) == 0, "needs tc"))
    func traffic() async {
        await #expect(processExitsWith: .success) {
            try ObjectTests.run([
                Trial(
                    add: "tc qdisc add dev v0 root handle 1: htb default 10",
                    facts: ["qdisc root dev v0": ["dev": "v0", "type": "htb", "handle": "1:"]],
                    delete: "tc qdisc del dev v0 root"),
                Trial(
                    add: "tc qdisc add dev v0 root pfifo limit 8",
                    facts: ["qdisc root dev v0": ["dev": "v0", "type": "pfifo"]], delete: "tc qdisc del dev v0 root"),
                Trial(
                    add: """
                        tc qdisc add dev v0 root htb
                        tc class add dev v0 parent $(tc qdisc show dev v0 | awk '{ print $3 }') classid :10 htb rate 1mbit
                        """,
                    facts: [
                        "qdisc root dev v0": ["dev": "v0", "type": "htb"],
                        "class root:10 dev v0": ["dev": "v0", "type": "htb", "parent": "root"],
                    ], delete: "tc qdisc del dev v0 root"),
                Trial(
                    add: """
                        tc qdisc add dev v0 root handle 1: htb
                        tc class add dev v0 parent 1: classid 1:10 htb rate 1mbit
                        tc qdisc add dev v0 parent 1:10 pfifo limit 8
                        tc filter add dev v0 parent 1: protocol ip prio 5 u32 match ip dst 10.9.0.0/16 flowid 1:10
                        """,
                    facts: [
                        "qdisc root dev v0": ["dev": "v0", "type": "htb", "handle": "1:"],
                        "class 1:10 dev v0": ["dev": "v0", "type": "htb", "parent": "root"],
                        "qdisc 1:10 dev v0": ["dev": "v0", "type": "pfifo"],
                        "filter 1: dev v0 protocol ip priority 5": [
                            "dev": "v0", "type": "u32", "protocol": "ip", "priority": "5", "flowid": "1:10",
                        ],
                    ], delete: "tc qdisc del dev v0 root"),
                Trial(
                    add: """
                        tc qdisc add dev v0 ingress
                        tc filter add dev v0 ingress protocol all prio 1 u32 match u32 0 0 \
                        action mirred egress mirror dev v1
                        """,
                    facts: [
                        "qdisc ingress dev v0": ["dev": "v0", "type": "ingress"],
                        "filter ingress dev v0 protocol all priority 1": [
                            "dev": "v0", "type": "u32", "protocol": "all", "priority": "1",
                            "action": "mirred egress mirror dev v1",
                        ],
                    ], delete: "tc qdisc del dev v0 ingress"),
            ])
        }
    }

    @Test(.enabled(if: access("/usr/sbin/tc", X_OK) == 0, "needs tc"))
    func trafficThroughThemChangesNoFact() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(ObjectTests.devices)
            try host.run(
                """
                tc qdisc add dev v0 root handle 1: htb default 10
                tc class add dev v0 parent 1: classid 1:10 htb rate 1mbit
                tc filter add dev v0 parent 1: protocol ip prio 5 u32 match ip dst 10.0.0.0/16 \
                action mirred egress mirror dev v1
                ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0
                """)
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            guard case .settled(let before) = try settle(Settler(snapshotter)) else { return #expect(Bool(false)) }
            let counted = try host.run("ping -c 1 -W 1 10.0.0.9 >/dev/null || true; tc -s class show dev v0")
            #expect(!counted.contains("Sent 0 bytes"), "no packet went through it")
            #expect(before.differences(to: try snapshotter.take()).map(\.identity.description) == [])
            try host.run("tc class change dev v0 parent 1: classid 1:10 htb rate 2mbit")
            #expect(before.differences(to: try snapshotter.take()).map(\.identity.name) == ["1:10 dev v0"])
        }
    }

    @Test func nexthopsAndLabels() async {
        await #expect(processExitsWith: .success) {
            try ObjectTests.run([
                Trial(
                    add: "ip nexthop add id 7 via 10.0.0.2 dev v0 proto static",
                    facts: ["nexthop 7": ["via": "10.0.0.2", "dev": "v0", "proto": "static", "scope": "link"]],
                    delete: "ip nexthop del id 7"),
                Trial(
                    add:
                        "ip nexthop add id 7 via 10.0.0.2 dev v0; ip nexthop add id 8 blackhole; ip nexthop add id 9 group 7,3",
                    facts: [
                        "nexthop 7": ["via": "10.0.0.2", "dev": "v0", "scope": "link"],
                        "nexthop 8": ["type": "blackhole"], "nexthop 9": ["group": "7/3"],
                    ], delete: "ip nexthop flush"),
                Trial(
                    add: "ip addrlabel add prefix fd77::/16 label 77",
                    facts: ["address-label fd77::/16": ["label": "77"]],
                    delete: "ip addrlabel del prefix fd77::/16 label 77"),
                Trial(
                    add: "ip addrlabel del prefix 2002::/16 label 2",
                    facts: ["address-label 2002::/16": ["label": "none"]],
                    delete: "ip addrlabel add prefix 2002::/16 label 2"),
            ])
        }
    }

    @Test func forwardingEntries() async {
        await #expect(processExitsWith: .success) {
            try ObjectTests.run([
                Trial(
                    add: "bridge fdb add 02:00:00:00:00:11 dev u0 master static",
                    facts: [
                        "fdb 02:00:00:00:00:11 dev u0": ["dev": "u0", "master": "br0", "state": "static"]
                    ], delete: "bridge fdb del 02:00:00:00:00:11 dev u0 master"),
                Trial(
                    add: "bridge fdb append 00:00:00:00:00:00 dev x0 dst 10.0.0.9 self",
                    facts: [
                        "fdb 00:00:00:00:00:00 dev x0 dst 10.0.0.9 self": [
                            "dev": "x0", "self": "true", "dst": "10.0.0.9", "state": "permanent",
                        ]
                    ], delete: "bridge fdb del 00:00:00:00:00:00 dev x0 dst 10.0.0.9 self"),
                // What a packet teaches is none.
                Trial(add: "ping -c 1 -W 1 10.0.0.7 >/dev/null || true", facts: [:], delete: "true"),
                Trial(
                    add: "bridge mdb add dev br0 port u0 grp 239.1.1.1 permanent",
                    facts: [
                        "mdb 239.1.1.1 dev br0 port u0": ["dev": "br0", "port": "u0", "state": "permanent"]
                    ], delete: "bridge mdb del dev br0 port u0 grp 239.1.1.1"),
            ])
        }
    }
}
