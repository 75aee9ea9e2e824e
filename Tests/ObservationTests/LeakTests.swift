import Kernel
import Model
import Observation
import Testing

/// Namespaces that live although nobody can name them, and those that are on their way out.
@Suite(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
struct LeakTests {
    @Test func holdersAreNamed() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                """
                for n in p d s m; do ip netns add $n; done
                ip -n s link set lo up
                nsenter --net=/run/netns/p sleep 1000 >/dev/null &
                sleep 1000 3</run/netns/d >/dev/null &
                nsenter --net=/run/netns/s bash -c 'exec 3<>/dev/udp/127.0.0.1/9
                    exec nsenter --net=/proc/1/ns/net sleep 1000' >/dev/null &
                unshare -n sleep 1000 >/dev/null & echo $! > /run/unnamed
                touch /run/kept && mount --bind /run/netns/m /run/kept
                until [ $(ps -C sleep -o pid= | wc -l) = 4 ]; do :; done
                """)
            let registry = try host.registry()
            let snapshotter = Snapshotter(registry: registry, initPID: host.initPID)
            #expect(try snapshotter.take().byIdentity[Fact.Identity(noun: "netns", name: "p")] != nil)
            let unnamed = try host.run("cat /run/unnamed").dropLast()
            registry.made(try host.namespace("/proc/\(unnamed)/ns/net"), by: "unshare")
            try host.run("for n in p d s m; do ip netns del $n; done")
            let snapshot = try snapshotter.take()
            let facts = snapshot.byIdentity
            func netns(_ argument: String) -> [String: String]? {
                facts[Fact.Identity(noun: "netns", name: argument)]?.attributes
            }
            #expect(netns("p (deleted)") == ["state": "unnamed", "holder": "process sleep"])
            // The search of the older back end knows a descriptor by its link, which shows the path of a name instead.
            if NamespaceIdentity.preferred == .handles {
                #expect(netns("d (deleted)") == ["state": "unnamed", "holder": "descriptor of sleep"])
            }
            #expect(netns("s (deleted)") == ["state": "unnamed", "holder": "descriptor of sleep"])
            #expect(netns("m (deleted)") == ["state": "unnamed", "holder": "mount /run/kept"])
            #expect(netns("ns#1") == ["state": "unnamed", "holder": "process sleep"])
            #expect(facts[Fact.Identity(noun: "link", name: "lo", namespace: "s (deleted)")] != nil)
            #expect(facts[Fact.Identity(noun: "link", name: "lo", namespace: "ns#1")] != nil)
            #expect(facts[Fact.Identity(noun: "process", name: "sleep")]?.attributes["count"] == "4")
            #expect(facts[Fact.Identity(noun: "mount", name: "/run/kept")]?.attributes["netns"] == "m")

            try host.run("umount /run/kept; kill $(ps -C sleep -o pid=); wait || true")
            guard case .settled(let end) = try settle(Settler(snapshotter)) else {
                Issue.record("unsettled")
                return
            }
            #expect(end.facts.allSatisfy { $0.identity.noun != "netns" && $0.identity.noun != "process" })
            #expect(end.facts.allSatisfy { ["", "host"].contains($0.identity.namespace) })
            #expect(try registry.newlyDead().isEmpty, "the settler was told of them")
        }
    }

    @Test(.enabled(if: NamespaceIdentity.preferred == .handles, "needs nsfs file handles (Linux 6.18)"))
    func aNamespaceHeldByNothingThatCanBeFound() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run("ip netns add pod")
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            _ = try snapshotter.take()
            // The test itself is no process of the host: as if the descriptor were in flight.
            let held = try host.namespace("/run/netns/pod").open()
            try host.run("ip netns del pod && ip netns add pod")
            let facts = try snapshotter.take().byIdentity
            #expect(
                facts[Fact.Identity(noun: "netns", name: "pod (deleted)")]?.attributes
                    == ["state": "unnamed", "holder": "unknown"])
            #expect(facts[Fact.Identity(noun: "netns", name: "pod")]?.attributes["state"] == "mounted")
            let handle = try NamespaceHandle.of(held)
            let death = NamespaceDeath(HostView(initPID: host.initPID))
            #expect(try waitForDeath(death, of: handle) == .held(by: ["unknown"]))
        }
    }

    @Test func theBarrierComesAfterTheDevices() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let registry = try host.registry()
            let snapshotter = Snapshotter(registry: registry, initPID: host.initPID)
            for _ in 0..<3 {
                try host.run(
                    "ip netns add pod; for n in $(seq 30); do ip link add v$n type veth peer w netns pod; ip -n pod link set w name w$n; done"
                )
                let pod = try host.namespace("/run/netns/pod")
                try host.run("ip netns del pod")
                guard case .gone(let time) = try waitForDeath(NamespaceDeath(HostView(initPID: host.initPID)), of: pod)
                else {
                    Issue.record("it lives")
                    return
                }
                #expect(time > 0)
                let left = try snapshotter.take().facts.filter { $0.identity.noun == "link" }
                #expect(left.map(\.identity.name) == ["lo"])
            }
        }
    }

    @Test func theSettlerWaitsForTheDevicesOfTheDead() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let registry = try host.registry()
            let snapshotter = Snapshotter(registry: registry, initPID: host.initPID)
            try host.run("ip netns add pod; for n in $(seq 30); do ip link add v$n type veth peer w$n netns pod; done")
            guard case .settled(let before) = try settle(Settler(snapshotter)) else {
                Issue.record("unsettled")
                return
            }
            #expect(before.facts.filter { $0.identity.noun == "link" }.count == 62)
            try host.run("ip netns del pod")
            guard case .settled(let after) = try settle(Settler(snapshotter)) else {
                Issue.record("unsettled")
                return
            }
            #expect(after.facts.filter { $0.identity.noun == "link" }.map(\.identity.name) == ["lo"])
        }
    }

    /// A closed netlink socket keeps its namespace for a while, and a look inside takes one.
    @Test func aLookInsideMakesNoLeak() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            for _ in 0..<5 {
                try host.run("ip netns add pod")
                _ = try snapshotter.take()
                try host.run("ip netns del pod")
                guard case .settled(let snapshot) = try settle(Settler(snapshotter)) else {
                    Issue.record("unsettled")
                    return
                }
                #expect(snapshot.facts.allSatisfy { $0.identity.noun != "netns" })
            }
        }
    }

    @Test func whoWorksIsNotSettled() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            try host.run("sh -c 'while :; do :; done' >/dev/null &")
            // Ten looks may or may not fit into the limit; both answers name who works.
            switch try settle(Settler(snapshotter, limit: .milliseconds(200))) {
            case .settled: Issue.record("settled")
            case .spinning(_, let programs): #expect(programs == ["sh"])
            case .unsettled(let reason): #expect(reason.contains("sh (R)") || reason.contains("processes ran"))
            }
            try host.run("kill $!; wait || true; sleep 1000 >/dev/null &")
            guard case .settled(let snapshot) = try settle(Settler(snapshotter)) else {
                Issue.record("unsettled")
                return
            }
            #expect(snapshot.facts.filter { $0.identity.noun == "process" }.map(\.identity.name) == ["sleep"])
        }
    }

    @Test func duplicateDetectionIsWaitedFor() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let snapshotter = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            try host.run("ip link add name va type veth peer name vb && ip link set va up && ip link set vb up")
            try host.run("ip address add fd00::1/64 dev va")
            let identity = Fact.Identity(noun: "address", name: "fd00::1/64 dev va", namespace: "host")
            #expect(try snapshotter.take().byIdentity[identity]?.attributes["flags"] == "tentative")
            guard case .settled(let snapshot) = try settle(Settler(snapshotter)) else {
                Issue.record("unsettled")
                return
            }
            #expect(snapshot.byIdentity[identity] != nil)
            #expect(snapshot.byIdentity[identity]?.attributes["flags"] == nil)
        }
    }
}
