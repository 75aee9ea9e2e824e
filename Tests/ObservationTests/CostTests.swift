import Glibc
import Kernel
import Model
import Testing

@testable import Observation

/// What a snapshot costs, printed; a bound that only something gone badly wrong exceeds.
@Suite(
    .enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"),
    .enabled(if: Patience.factor == 1, "measures a machine of today, and TOCSIN_PATIENCE says that this one is slower"))
struct CostTests {
    @Test func ofANamespace() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            try host.run(
                """
                for n in $(seq 10); do
                    ip netns add p$n; ip -n p$n link set lo up
                    ip link add v$n type veth peer name eth0 netns p$n; ip link set v$n up
                    ip -n p$n link set eth0 up; ip -n p$n address add 10.0.$n.2/24 dev eth0
                    ip -n p$n route add default via 10.0.$n.1; ip -n p$n rule add from 10.0.$n.2 table 100
                done
                """)
            let registry = try host.registry()
            let snapshotter = Snapshotter(registry: registry, initPID: host.initPID)
            let state = try snapshotter.take()
            let entries = registry.entries.dropFirst()
            #expect(entries.count == 10)
            let rounds = 30
            let dumps = try cost(rounds * entries.count) {
                for entry in entries { _ = try NamespaceDump.of(entry.handle, role: entry.role, identity: .preferred) }
            }
            let whole = try cost(rounds * registry.entries.count) { _ = try snapshotter.take() }
            let digests = cost(rounds * registry.entries.count) { _ = state.digest }
            let processes = try cost(rounds) { _ = try HostProcesses.list(snapshotter.host, excluding: []) }
            print(
                "CPU: dump \(dumps) us, snapshot \(whole) us, digest \(digests) us a namespace; processes \(processes) us"
            )
            #expect(whole < 20_000)
        }
        if let result { print(String(decoding: result.standardOutputContent, as: UTF8.self)) }
    }
}

/// CPU time in microseconds of one of `count` parts, done in 30 rounds.
private func cost(_ count: Int, _ body: () throws -> Void) rethrows -> Int {
    func spent() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + usage.ru_utime.tv_usec
            + usage.ru_stime.tv_usec
    }
    let before = spent()
    for _ in 0..<30 { try body() }
    return (spent() - before) / count
}
