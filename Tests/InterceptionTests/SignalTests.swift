import CLinux
import Glibc
import Model
import Testing

@testable import Interception

/// Signals that are sent to a process which stands at a point.
@Suite struct SignalTests {
    let audience: Audience
    var play: Play { audience.play }
    let main = Audience.first

    init() throws { audience = try Audience() }

    private func drain() { while audience.interceptor.drain() {} }

    /// Holds the process at a side of its operation, and sends it a signal there.
    private func send(_ signal: Int32, told: @escaping (SignalOutcome) -> Void) {
        audience.interceptor.processes.forEach { audience.interceptor.send(signal, to: $0, told: told) }
    }

    @Test func comesBeforeTheCallAtWhichItWasSent() {
        var outcomes: [SignalOutcome] = []
        audience.holds = { $0.side == .before }
        play.enterMakeFolder(main, "/run/x")
        drain()
        send(SIGTERM) { outcomes.append($0) }
        #expect(play.takeDeeds() == [.sent(main, signal: SIGTERM)])
        #expect(outcomes == [])
        let before = play.registers[main]?[.instruction] ?? 0
        audience.held.forEach(audience.interceptor.release)
        #expect(play.registers[main]?[.instruction] == before - 2, "it stands before the instruction again")
        #expect(play.registers[main]?[.result] == UInt64(__NR_mkdir))
        #expect(play.takeDeeds() == [.goesOn(main)])
        play.dispositions.caught = [SIGTERM]
        play.tell(main, .signal(SIGTERM))
        drain()
        #expect(outcomes == [.caught])
        #expect(play.takeDeeds() == [.given(main, signal: SIGTERM)])
        // It is caught; its handler makes a call; then the call is made that was put off.
        play.enterMakeFolder(main, "/run/handler", at: 0x6000)
        audience.holds = { _ in false }
        play.leave(main)
        play.enterMakeFolder(main, "/run/x")
        play.leave(main)
        drain()
        #expect(audience.said == ["agent /run/x: ok", "agent /run/handler: ok"])
        #expect(audience.offered.filter { $0 == "before /run/x" }.count == 1)
    }

    @Test func oneFromOutsideOfTheHostIsNoDeedOfAnyAgent() {
        play.tell(main, .signal(SIGSEGV))
        drain()
        #expect(audience.notes == [])
        play.reachedFromOutside = [main]
        send(SIGHUP) { _ in }
        play.tell(main, .signal(SIGHUP))
        drain()
        #expect(audience.notes == [], "ours come from outside too")
        play.tell(main, .signal(SIGSEGV))
        drain()
        #expect(audience.notes == ["ERROR a process outside of the host sent SIGSEGV to agent"])
        #expect(play.takeDeeds().last == .given(main, signal: SIGSEGV), "it has it all the same")
    }

    @Test func endsTheProcessBeforeItsCall() {
        var outcomes: [SignalOutcome] = []
        audience.holds = { _ in true }
        play.enterMakeFolder(main, "/run/x")
        drain()
        send(SIGTERM) { outcomes.append($0) }
        audience.held.forEach(audience.interceptor.release)
        play.tell(main, .signal(SIGTERM))
        play.tell(main, .signalled(SIGTERM))
        drain()
        #expect(outcomes == [.ended])
        #expect(audience.said == ["agent /run/x: unknown"])
        #expect(audience.ends == ["agent signal 15"])
    }

    @Test func afterTheCallItComesWhenTheThreadGoesOn() {
        var outcomes: [SignalOutcome] = []
        audience.holds = { $0.side == .after }
        play.enterMakeFolder(main, "/run/x")
        play.leave(main)
        drain()
        play.dispositions.ignored = [SIGHUP]
        send(SIGHUP) { outcomes.append($0) }
        _ = play.takeDeeds()
        audience.held.forEach(audience.interceptor.release)
        #expect(play.takeDeeds() == [.goesOn(main)])
        play.tell(main, .signal(SIGHUP))
        drain()
        #expect(outcomes == [.ignored])
        #expect(audience.said == ["agent /run/x: ok"])
    }

    @Test func thatIsBlockedIsKnownAtOnce() {
        var outcomes: [SignalOutcome] = []
        play.dispositions.blocked = [SIGUSR1]
        send(SIGUSR1) { outcomes.append($0) }
        #expect(outcomes == [.blocked])
    }

    @Test func thatSomebodyWaitsForIsTaken() {
        var outcomes: [SignalOutcome] = []
        play.dispositions.blocked = [SIGHUP]
        play.dispositions.accepted = [SIGHUP]
        send(SIGHUP) { outcomes.append($0) }
        #expect(outcomes == [.accepted])
    }

    /// The kernel would give it to another thread, and the held one would make its call before it.
    @Test func goesToTheThreadThatIsHeld() {
        let other = main + 1
        play.groups[other] = main
        play.bear(main, other)
        play.tell(other, .interrupted)
        audience.holds = { $0.side == .before }
        play.enterMakeFolder(other, "/run/x")
        drain()
        _ = play.takeDeeds()
        play.dispositions.blockedByThread = [main: [], other: []]
        send(SIGTERM) { _ in }
        #expect(play.takeDeeds() == [.sent(other, signal: SIGTERM)])
        play.dispositions.blockedByThread = [main: [], other: [SIGHUP]]
        send(SIGHUP) { _ in }
        #expect(play.takeDeeds() == [.sent(main, signal: SIGHUP)])
    }

    @Test func waitsWhileTheProcessIsStopped() {
        var outcomes: [SignalOutcome] = []
        play.tell(main, .group(SIGSTOP))
        drain()
        send(SIGTERM) { outcomes.append($0) }
        send(SIGCONT) { outcomes.append($0) }
        #expect(outcomes == [.stopped])
        play.tell(main, .interrupted)
        play.tell(main, .signal(SIGCONT))
        drain()
        #expect(outcomes == [.stopped, .ignored])
    }

    @Test func twoOfOneNumberAreOneToTheKernel() {
        var outcomes: [SignalOutcome] = []
        play.dispositions.caught = [SIGUSR1]
        send(SIGUSR1) { outcomes.append($0) }
        send(SIGUSR1) { outcomes.append($0) }
        play.tell(main, .signal(SIGUSR1))
        drain()
        #expect(outcomes == [.caught, .caught])
    }

    @Test func ofAProcessThatEndsAreToldSo() {
        var outcomes: [SignalOutcome] = []
        send(SIGKILL) { outcomes.append($0) }
        play.tell(main, .signalled(SIGKILL))
        drain()
        #expect(outcomes == [.ended])
    }
}
