import Glibc
import Kernel
import Testing

@testable import Host

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct LifeTests {
    @Test func leavesNothing() async {
        await #expect(processExitsWith: .success) {
            let before = try machineState()
            let host = try Host()
            let own = try host.identify("host")
            let named = try host.makeNamespace("x")
            #expect(own.id != named.id)
            #expect(try own.isAlive() && named.isAlive())
            #expect(try machineState().filter { !$0.hasPrefix("group ") } == before)
            let pid = host.initPID
            try host.destroy()
            #expect(try machineState() == before)
            #expect(throws: SystemError.self) { try ProcessState.of(pid) }
            #expect(try own.liveness(identity: .preferred) != .alive)
            #expect(try named.liveness(identity: .preferred) != .alive)
            #expect(throws: SystemError.self) { try Kernel.wait() }
        }
    }

    @Test func createAndDestroyAreFast() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            var made: [Double] = []
            var gone: [Double] = []
            var descriptors: [Int] = []
            for _ in 0..<50 {
                let start = Monotonic.now()
                let host = try Host()
                let middle = Monotonic.now()
                try host.destroy()
                made.append(Double((middle - start).nanoseconds) / 1e6)
                gone.append(Double((Monotonic.now() - middle).nanoseconds) / 1e6)
                descriptors.append(try listDirectory("/proc/self/fd").count)
            }
            made.sort()
            gone.sort()
            print("HOST create \(made[25]) ms, destroy \(gone[25]) ms (medians of 50)")
            // The runtime may open one of its own; a leak would show fifty times.
            #expect((descriptors.max() ?? 0) - (descriptors.min() ?? 0) < 10)
        }
        for line in lines(result?.standardOutputContent) where line.hasPrefix("HOST ") { print(line) }
    }

    @Test func aThousandHostsLeaveNothing() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            let before = try machineState()
            var memory: [Int] = []
            var times: [Double] = []
            for number in 0..<1000 {
                let start = Monotonic.now()
                let host = try Host()
                try host.destroy()
                times.append(Double((Monotonic.now() - start).nanoseconds) / 1e6)
                guard number % 100 == 99 else { continue }
                // proc_pid_statm(5): the second number is what is resident, in pages.
                memory.append(Int(try readFile("/proc/self/statm").split(separator: " ")[1]) ?? 0)
            }
            let medians = [times.prefix(100), times.suffix(100)].map { $0.sorted()[50] }
            print("HOST life \(medians[0]) ms of the first hundred, \(medians[1]) ms of the last (medians)")
            #expect(try machineState() == before)
            // 256 pages are 1 MB; the first hundred have warmed everything up.
            #expect(memory[9] - memory[0] < 256, "\(memory)")
        }
        for line in lines(result?.standardOutputContent) where line.hasPrefix("HOST ") { print(line) }
    }

    /// The owner dies by SIGKILL with an agent running and a namespace made; the test that watches is another process.
    @Test func diesWithItsOwner() async throws {
        let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
            let host = try Host()
            let handles = [try host.identify("host"), try host.makeNamespace("x")]
            let null = try Descriptor.open("/dev/null", flags: O_RDWR)
            let agent = try host.spawn(
                SpawnRequest(["sleep", "1000"], standard: (null.raw, null.raw, null.raw)), exited: { _ in })
            try agent.go()
            print("HOST pids \(host.initPID) \(agent.pid)")
            for handle in handles { print("HOST namespace \(handle.id) \(handle.type) \(handle.inode)") }
            fflush(nil)
            kill(getpid(), SIGKILL)
        }
        let words = lines(result?.standardOutputContent).filter { $0.hasPrefix("HOST ") }.map {
            $0.split(separator: " ")
        }
        try #require(words.count == 3)
        let pids = words[0].dropFirst(2).compactMap { Int32($0) }
        try #require(pids.count == 2)
        let handles = try words.dropFirst().map { line in
            NamespaceHandle(
                id: NetworkNamespaceID(rawValue: try #require(UInt64(line[2]))), type: try #require(UInt32(line[3])),
                inode: try #require(UInt32(line[4])))
        }
        // Death of the namespaces follows within a moment of the owner's; ten seconds is a machine under load.
        let end = Monotonic.now() + .seconds(10).patient
        while Monotonic.now() < end, try pids.contains(where: exists) || handles.contains(where: { try $0.isAlive() }) {
            usleep(2000)
        }
        #expect(pids.filter(exists).isEmpty)
        #expect(try handles.filter { try $0.isAlive() }.isEmpty)
    }

    @Test func refusedRootIsNamed() async {
        await #expect(processExitsWith: .success) {
            let error = #expect(throws: HostError.self) { try Host(HostOptions(visibleMounts: ["/none-such"])) }
            #expect(
                error?.refusal?.description == "open(visible folder /none-such): No such file or directory (ENOENT)")
            #expect(throws: SystemError.self) { try Kernel.wait() }
        }
    }

    @Test func killAllSparesPidOne() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let null = try Descriptor.open("/dev/null", flags: O_RDWR)
            var ended: WaitStatus?
            let agent = try host.spawn(
                SpawnRequest(["/bin/sleep", "1000"], standard: (null.raw, null.raw, null.raw))
            ) { ended = $0 }
            try agent.go()
            try host.perform(.killAll)
            try host.waitUntil("end of the agent") { ended != nil }
            #expect(ended == .killed(signal: SIGKILL, core: false))
            #expect(try host.shell("echo alive") == "alive\n")
            try host.destroy()
        }
    }
}

private func exists(_ pid: Int32) -> Bool {
    guard let state = try? ProcessState.of(pid) else { return false }
    return state.state != "Z"
}

private func lines(_ bytes: [UInt8]?) -> [String] {
    String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
}
