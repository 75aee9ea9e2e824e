import CLinux
import Glibc
import Kernel
import Testing

@testable import Host

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct EventTests {
    @Test func answersComeLater() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            var order: [String] = []
            try host.request(.createNamespace("a", settled: false)) {
                order.append((try? $0.get().made) != nil ? "a" : "?")
            }
            try host.request(.deleteNamespace("none")) { result in
                if case .failure(let error as HostError) = result, error.refusal != nil { order.append("refused") }
            }
            try host.request(.killAll) { _ in order.append("killed") }
            #expect(order.isEmpty)
            try host.waitUntil("three answers") { order.count == 3 }
            #expect(order == ["a", "refused", "killed"])
            try host.destroy()
        }
    }

    /// More requests than either direction of the socket holds, without reading between them.
    @Test func aFullSocketLosesNothing() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            var answers = 0
            for _ in 0..<3000 {
                try host.request(.identifyNamespace("host")) { if (try? $0.get()) != nil { answers += 1 } }
            }
            try host.waitUntil("all answers") { answers == 3000 }
            let long = [UInt8](repeating: 0, count: 200_000)
            #expect(throws: HostError.self) { try host.send(long) }
            try host.destroy()
        }
    }

    @Test func aDeadHostIsSaid() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            kill(host.initPID, SIGKILL)
            #expect(try poll([PollItem(host.initPidfd, .readable)], timeout: .seconds(5)).count == 1)
            #expect(throws: HostError.self) { try host.perform(.killAll) }
            #expect(throws: HostError.self) { try host.processEvents() }
            try host.destroy()
        }
    }

    /// An unreaped tracee keeps pid 1 from ending: its status must be taken first, and reach the tracer.
    @Test func tracedAgentsDoNotKeepTheHostAlive() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let null = try Descriptor.open("/dev/null", flags: O_RDWR)
            var traced: [Int32] = []
            for _ in 0..<3 {
                let request = SpawnRequest(["/bin/sleep", "1000"], standard: (null.raw, null.raw, null.raw))
                let agent = try host.spawn(request) { _ in }
                try systemCall("ptrace", stage: "seize") { cl_trace_seize(agent.pid) }
                try agent.go()
                traced.append(agent.pid)
            }
            var ended: [Int32] = []
            let start = Monotonic.now()
            try host.destroy { result in
                if result.status.isEnd {
                    ended.append(result.process)
                } else {
                    cl_trace_continue(result.process, 0)
                }
            }
            #expect(ended.sorted() == traced.sorted())
            #expect(Monotonic.now() - start < .seconds(2).patient)
        }
    }

    @Test func whatHasNotEndedInTimeIsNamed() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            let pid = host.initPID
            do {
                // Pid 1 needs more than no time to die; a machine fast enough to disprove it has nothing to name.
                try host.destroy(timeout: .zero)
            } catch HostError.survivors(let left) {
                #expect(left.contains(pid))
                try host.destroy()
            }
            #expect(throws: SystemError.self) { try Kernel.wait() }
        }
    }
}
