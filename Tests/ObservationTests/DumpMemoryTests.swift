import Kernel
import Model
import Testing

@testable import Observation

/// What was answered before is not decoded again, and never shown in place of what is there now.
@Suite struct DumpMemoryTests {
    private struct Refused: Error {}

    /// Looks once: each answer is one datagram of one byte, and is decoded to its text.
    private func look(_ memory: DumpMemory, _ answers: [UInt8]) -> (seen: [String], decoded: Int) {
        var decoded = 0
        memory.begin()
        let seen = answers.flatMap { byte in
            memory.records([[byte]]) {
                decoded += 1
                return ["\(byte)"]
            }
        }
        memory.end()
        return (seen, decoded)
    }

    @Test func whatIsTheSameIsDecodedOnce() {
        let memory = DumpMemory()
        #expect(look(memory, [1, 2, 3]) == (["1", "2", "3"], 3))
        let version = memory.version
        #expect(look(memory, [1, 2, 3]) == (["1", "2", "3"], 0))
        #expect(memory.version == version)
        #expect(look(memory, [1, 4, 3]) == (["1", "4", "3"], 1))
        #expect(memory.version != version)
    }

    @Test func oneQuestionMoreOrLessIsAnotherVersion() {
        let memory = DumpMemory()
        var versions: Set<Int> = []
        for answers in [[1, 2, 3], [1, 2], [1, 2, 9], [2, 9], [] as [UInt8]] {
            #expect(look(memory, answers).seen == answers.map { "\($0)" })
            versions.insert(memory.version)
        }
        #expect(versions.count == 5)
    }

    @Test func theSameBytesAsOtherRecordsAreDecoded() {
        let memory = DumpMemory()
        _ = look(memory, [1])
        memory.begin()
        #expect(memory.records([[1]]) { [7] } == [7])
        memory.end()
    }

    @Test func whatCouldNotBeDecodedIsTriedAgain() {
        let memory = DumpMemory()
        memory.begin()
        #expect(throws: Refused.self) { try memory.records([[1]]) { () throws(Refused) -> [Int] in throw Refused() } }
        memory.end()
        #expect(look(memory, [1]) == (["1"], 1))
    }

    @Test func factsAreMadeAnewWhereAnythingIsOther() {
        let memory = DumpMemory()
        var made = 0
        func facts(_ version: Int, _ label: String, _ ends: [UInt32: String], _ macs: Set<String>) {
            let inputs = FactInputs(version: version, label: label, ends: ends, setMACs: macs)
            _ = memory.facts(inputs) {
                made += 1
                return []
            }
        }
        facts(1, "pod", [:], [])
        facts(1, "pod", [:], [])
        #expect(made == 1)
        facts(2, "pod", [:], [])
        facts(2, "pod (deleted)", [:], [])
        facts(2, "pod (deleted)", [2: "eth0 in pod"], [])
        facts(2, "pod (deleted)", [2: "eth0 in pod"], ["02:00:00:00:00:01"])
        #expect(made == 5)
    }

    /// After each change of a host, who has looked before sees what somebody sees who looks for the first time.
    @Test(.enabled(if: canMakeHosts, "needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_SYS_PTRACE"))
    func whoHasLookedBeforeSeesTheSame() async {
        await #expect(processExitsWith: .success) {
            try enterNewNetworkNamespace()
            let host = try TestHost()
            let known = Snapshotter(registry: try host.registry(), initPID: host.initPID)
            let changes = [
                ":", "ip netns add pod", "ip link add v0 type veth peer name eth0 netns pod", "ip link set v0 up",
                "ip -n pod link set eth0 up", "ip -n pod address add 10.0.0.2/24 dev eth0",
                "ip -n pod route add default via 10.0.0.1", "ip -n pod route add 192.0.2.0/24 via 10.0.0.1",
                "ip -n pod route del 192.0.2.0/24", "ip -n pod route replace default via 10.0.0.3", ":",
                "ip -n pod rule add from 10.0.0.2 priority 100 table 100",
                "ip link add br0 type bridge", "ip link set v0 master br0", "ip link set v0 name v1",
                "ip -n pod neighbour add 10.0.0.9 dev eth0 lladdr 02:00:00:00:00:09 nud permanent",
                "nft add table ip t", "nft add chain ip t c", "nft add rule ip t c accept",
                "nft add set ip t s '{ type ipv4_addr; }'", "nft add element ip t s '{ 10.0.0.1 }'", ":",
                "nft delete table ip t", "ip netns add other", "ip -n pod link set eth0 netns other",
                "mv /run/netns/other /run/netns/moved 2>/dev/null || umount /run/netns/other", "ip netns del pod",
                "ip link del br0", ":",
            ]
            for change in changes {
                try host.run(change)
                // Nothing is about to change by itself: what the kernel does behind an event has been done.
                var states = (try known.take(), Snapshot(facts: []))
                for _ in 0..<50 {
                    let fresh = Snapshotter(registry: known.registry, initPID: host.initPID)
                    states = (try known.take(), try fresh.take())
                    if states.0 == states.1, try known.take() == states.0 { break }
                }
                guard states.0 == states.1 else {
                    fatalError("after \(change): \(states.1.differences(to: states.0))")
                }
            }
        }
    }
}
