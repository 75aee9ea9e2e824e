import CLinux
import Glibc
import Kernel
import Model
import Testing

@testable import Interception

/// Calls from their entry to their exit: made again, held, put off, and never finished.
@Suite struct CallTests {
    let audience: Audience
    var play: Play { audience.play }
    let main = Audience.first
    let other = Audience.first + 1

    init() throws { audience = try Audience() }

    private func drain() { while audience.interceptor.drain() {} }

    private func addThread() {
        play.groups[other] = main
        play.bear(main, other)
        play.tell(other, .interrupted)
        drain()
        _ = play.takeDeeds()
    }

    @Test func aCallIsOfferedBeforeAndAfterAndRecorded() {
        play.enterMakeFolder(main, "/run/x")
        drain()
        #expect(play.takeDeeds() == [.toExit(main)])
        play.leave(main, -Int64(EEXIST))
        drain()
        #expect(play.takeDeeds() == [.goesOn(main)])
        #expect(audience.offered == ["before /run/x", "after /run/x"])
        #expect(audience.said == ["agent /run/x: EEXIST"])
    }

    @Test func aCallThatTheKernelMakesAgainIsOne() {
        play.enterMakeFolder(main, "/run/x")
        play.leave(main, -512)
        play.tell(main, .signal(SIGALRM))
        // The handler makes a call of its own, below the frame of the first, which is interrupted too.
        play.enterMakeFolder(main, "/run/handler", at: 0x6000)
        play.leave(main, -512)
        play.tell(main, .signal(SIGALRM))
        play.enterMakeFolder(main, "/run/handler", at: 0x6000)
        play.leave(main)
        play.enterMakeFolder(main, "/run/x")
        play.leave(main)
        drain()
        #expect(audience.said == ["agent /run/x: ok", "agent /run/handler: ok"])
        #expect(audience.offered.filter { $0.hasPrefix("before") }.count == 2)
    }

    @Test func aCallThatASignalEndedForGoodIsEINTR() {
        play.enterMakeFolder(main, "/run/x")
        play.leave(main, -512)
        play.enterMakeFolder(main, "/run/y")
        play.leave(main)
        drain()
        #expect(audience.said == ["agent /run/x: EINTR", "agent /run/y: ok"])
    }

    @Test func aThreadThatDiesWhileItIsHeldLetsTheRecordGoOn() {
        addThread()
        audience.holds = { $0.operations.first?.phrase.argument == "/run/held" }
        play.enterMakeFolder(other, "/run/held")
        play.enterMakeFolder(main, "/run/x")
        play.leave(main)
        play.time = 100
        drain()
        #expect(audience.said == [], "in the order in which they began")
        play.time = 300
        play.tell(other, .signalled(SIGKILL))
        drain()
        #expect(audience.said == ["agent /run/held: unknown", "agent /run/x: ok"])
        play.time = 500
        #expect(audience.interceptor.held == 200)
        _ = play.takeDeeds()
        audience.held.forEach(audience.interceptor.release)
        #expect(play.takeDeeds() == [], "nobody is there to be released")
    }

    /// The leader's operation did not happen: the thread that calls exec ends it where it stands.
    @Test func aHeldLeaderWhoseProcessExecutesHasDoneNothing() {
        addThread()
        audience.holds = { $0.operations.first?.phrase.argument == "/run/held" }
        play.enterMakeFolder(main, "/run/held")
        play.enter(other, __NR_execve, [play.place("/bin/next"), 0])
        drain()
        play.execute(main, former: other, "next")
        drain()
        #expect(audience.said == ["agent /run/held: unknown", "agent /bin/next: ok"])
        _ = play.takeDeeds()
        audience.held.forEach(audience.interceptor.release)
        #expect(play.takeDeeds() == [])
        play.enterMakeFolder(main, "/run/x")
        play.leave(main)
        drain()
        #expect(audience.said.last == "agent/next /run/x: ok")
    }

    @Test func afterAnExecIsOfferedAndCanBeHeld() {
        audience.holds = { $0.side == .after }
        play.enter(main, __NR_execve, [play.place("/bin/next"), 0])
        play.execute(main, former: main, "next")
        drain()
        #expect(audience.offered == ["before /bin/next", "after /bin/next"])
        #expect(play.takeDeeds() == [.toExit(main)])
        #expect(audience.held.map(\.process.lineagePath) == ["agent/next"])
        audience.held.forEach(audience.interceptor.release)
        #expect(play.takeDeeds() == [.goesOn(main)])
        #expect(audience.said == ["agent /bin/next: ok"])
    }

    @Test func aCallOfAnotherArchitectureIsRefusedAndSaid() {
        play.enter(main, 20, mark: FilterProgram.foreignMark)
        drain()
        #expect(play.registers[main]?[.result] == UInt64(bitPattern: -Int64(ENOSYS)))
        #expect(play.registers[main]?[.call] == UInt64.max)
        #expect(play.takeDeeds() == [.goesOn(main)])
        #expect(audience.notes == ["agent was refused a call of another architecture (ENOSYS)"])
    }

    /// A filter of the agent's own that asks for a tracer is answered as where there is none.
    @Test func aTrapOfTheAgentsOwnIsNoCall() {
        play.enter(main, __NR_mkdir, [play.place("/run/x")], mark: 0)
        drain()
        #expect(play.registers[main]?[.result] == UInt64(bitPattern: -Int64(ENOSYS)))
        #expect(audience.offered == [])
        #expect(audience.notes == [])
    }

    @Test func filtersThatHideCallsAreSaid() {
        play.enter(main, __NR_seccomp, [UInt64(SECCOMP_SET_MODE_FILTER), 8])
        play.enter(main, __NR_seccomp, [UInt64(SECCOMP_SET_MODE_FILTER), 0])
        drain()
        play.enter(main, __NR_prctl, [22, 1])
        drain()
        #expect(audience.notes.count == 2)
        #expect(audience.notes.first?.contains("a listener of its own") == true)
        #expect(audience.notes.last?.contains("strict seccomp") == true)
    }
}
