import CLinux
import Glibc
import SystemPackage
import Testing

@testable import Kernel

@Suite struct ProcessTests {
    @Test func readsItsOwnFiles() throws {
        let pid = getpid()
        let state = try ProcessState.of(pid)
        #expect(state.thread == pid && state.parent == getppid() && state.startTicks > 0)
        let status = try ProcessStatus.of(pid)
        #expect(status.namespacePIDs.first == pid)
        #expect(status.tracer == 0 && status.voluntarySwitches != nil)
        #expect(try !commandLine(of: pid).isEmpty)
        #expect(try listThreads(of: pid).contains(pid))
        #expect(try listProcesses(inPIDNamespaceOf: pid).contains(pid))
        #expect(try waitChannel(of: pid).isEmpty == false)
        #expect(try ProcessDescriptor(pid).processID() == pid)
        #expect(throws: SystemError.self) { try ProcessState.of(0) }
    }

    @Test func namesWithBracketsAreRead() async {
        await #expect(processExitsWith: .success) {
            try Descriptor.open("/proc/self/comm", flags: O_WRONLY).writeAll(Array("a) R (b".utf8))
            let state = try ProcessState.of(getpid())
            #expect(state.name == "a) R (b")
            #expect(state.parent == getppid())
        }
    }

    @Test(
        arguments: [
            (Int32(0), WaitStatus.exited(0)), (0x2a00, .exited(42)), (9, .killed(signal: 9, core: false)),
            (0x8b, .killed(signal: 11, core: true)), (0x137f, .stopped(signal: 19, event: 0)),
            (0x7057f, .stopped(signal: 5, event: 7)), (0xffff, .continued),
        ] as [(Int32, WaitStatus)])
    func statusesAreDecoded(raw: Int32, status: WaitStatus) {
        #expect(WaitStatus(rawValue: raw) == status)
        #expect(status.isEnd == (raw & 0x7f != 0x7f && raw != 0xffff))
    }

    @Test func aThreadsCallIsSeen() async throws {
        await #expect(processExitsWith: .success) {
            let pipe = try Descriptor.pipe()
            let number = pipe.first.raw
            var thread = pthread_t()
            let argument = UnsafeMutableRawPointer(bitPattern: Int(number))
            pthread_create(
                &thread, nil,
                { fd in
                    var byte: UInt8 = 0
                    return UnsafeMutableRawPointer(bitPattern: read(Int32(Int(bitPattern: fd)), &byte, 1))
                }, argument)
            let end = Monotonic.now() + .seconds(5).patient
            var seen = false
            while !seen, Monotonic.now() < end {
                for tid in try listThreads(of: getpid()) {
                    guard case .inCall(let call, let arguments)? = try? ThreadCall.of(tid) else { continue }
                    if call == Int(__NR_read), arguments.first == UInt64(number) { seen = true }
                }
            }
            #expect(seen)
            try pipe.second.writeAll([1])
            pthread_join(thread, nil)
        }
    }

    @Test func signalsComeByDescriptor() async {
        await #expect(processExitsWith: .success) {
            let signals = try SignalDescriptor([.terminate, .interrupt])
            #expect(try signals.next() == nil)
            raise(SIGTERM)
            #expect(try poll([PollItem(signals.raw, .readable)], timeout: .seconds(1)).count == 1)
            #expect(try signals.next()?.number == SIGTERM)
            #expect(try signals.next() == nil)
        }
    }

    @Test func unblockedSignalsInterruptPoll() async {
        await #expect(processExitsWith: .success) {
            try SignalSet.terminate.block()
            try SignalSet.terminate.makeInterrupting()
            raise(SIGTERM)
            // Threads of the runtime may have every signal blocked, so the mask is not the one before.
            let start = Monotonic.now()
            #expect(try poll([], timeout: .seconds(30), mask: [], interruptible: true).isEmpty)
            #expect(Monotonic.now() - start < .seconds(20))
        }
    }

    @Test func placementIsKept() async {
        await #expect(processExitsWith: .success) {
            let all = try Placement.cpus()
            let last = try #require(all.last)
            try Placement.confine(to: [last])
            #expect(try Placement.cpus() == [last])
            let error = #expect(throws: SystemError.self) { try Placement.confine(to: []) }
            #expect(error?.errno == .invalidArgument)
        }
    }

    @Test func timeGoesForward() {
        let now = Monotonic.now()
        #expect(Monotonic.now() >= now)
        #expect((now + .milliseconds(5)) - now == .milliseconds(5))
        #expect(now - (now + .milliseconds(5)) == .milliseconds(-5))
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    }
}

@Suite struct CapabilityTests {
    @Test func namesAreTheManuals() {
        #expect(Capability.sysAdmin.description == "CAP_SYS_ADMIN")
        #expect(Capability.dacReadSearch.description == "CAP_DAC_READ_SEARCH")
    }

    @Test func agreesWithStatus() throws {
        let text = try #require(try ProcessStatus.of(getpid()).fields["CapEff"])
        let mask = try #require(UInt64(text, radix: 16))
        let effective = try Capabilities.current().effective
        for capability in Capability.allCases {
            #expect(effective.contains(capability) == (mask & (1 << UInt64(capability.number)) != 0))
        }
    }

    @Test func missingOnesAreNamed() {
        let error = #expect(throws: MissingCapability.self) {
            try Capabilities(effective: [.netAdmin]).require(.sysAdmin)
        }
        #expect(error?.description == "needs CAP_SYS_ADMIN")
    }
}
