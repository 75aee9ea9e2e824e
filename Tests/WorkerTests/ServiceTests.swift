import Glibc
import Host
import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Services: started until they are ready, stopped until they are gone.
@Suite struct ServiceTests {
    private func stage(_ steps: Step..., traced: Bool = true, cycles: Cycles? = nil) -> Stage {
        let ready = Condition.log(.text("ready"), agent: nil, since: nil)
        return Stage(
            plan(steps) { plan in
                var agent = AgentSpecification()
                agent.kind = .service(ServiceSpecification(argv: ["daemon"], ready: ready))
                agent.timeout = 100_000_000
                plan.agents = ["agent": agent]
                plan.cycles = cycles
            }, traced: traced)
    }

    private let start = Step(name: "start", body: .start(agent: "agent"))
    private let stop = Step(name: "stop", body: .stop(agent: "agent"))

    /// It says that it is ready after some milliseconds.
    private func getsReady(_ stage: Stage, after milliseconds: Int) {
        stage.starter.scripts["daemon"] = { start in
            let copy = dup(start.request.standard.output)
            stage.clock.after(.milliseconds(milliseconds)) {
                let text = Array("ready\n".utf8)
                #expect(Glibc.write(copy, text, text.count) == text.count)
                close(copy)
            }
        }
    }

    @Test func itIsReadyWhenItSaysSo() throws {
        let stage = stage(start)
        getsReady(stage, after: 30)
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.failure == nil && outcome.attempts.map(\.timedOut) == [false])
        #expect(outcome.attempts.first?.output == "ready\n")
        #expect(stage.state.residents == [1], "it is no part of the state")
    }

    @Test func whatItHoldsIsWrittenWhereStepsAreGoneThroughAgain() throws {
        for cycles in [Cycles(count: 1), nil] {
            let stage = stage(start, cycles: cycles)
            getsReady(stage, after: 30)
            let outcome = try #require(try stage.play().outcomes.first)
            #expect((outcome.resources?.map(\.agent) == ["agent"]) == (cycles != nil))
            #expect((outcome.resources == nil) == (cycles == nil))
        }
    }

    /// It says that it is ready, and has ended some milliseconds later, in the step after its start.
    private func ends(_ stage: Stage, status: Int32, sent signal: Int32? = nil) {
        stage.starter.scripts["daemon"] = { start in
            start.say("ready\nlast words\n")
            if let signal { start.process.sent.insert(signal) }
            stage.clock.after(.milliseconds(50)) { try stage.end(start.process, status) }
        }
        stage.works("look", for: 90)
    }

    @Test func whatEndsByItselfIsSaidInTheStepInWhichItDoes() throws {
        let stage = stage(start, run("look"), run("look"))
        ends(stage, status: 0)
        let outcomes = try stage.play().outcomes
        #expect(
            outcomes.map(\.ended) == [
                nil, [UnexpectedEnd(agent: "agent", end: .exited(0), said: ["ready", "last words"])], nil,
            ])
    }

    @Test func whatAFaultSentASignalDidNotEndByItself() throws {
        let stage = stage(start, run("look"))
        ends(stage, status: 0, sent: SIGTERM)
        #expect(try stage.play().outcomes.allSatisfy { $0.ended == nil })
    }

    /// Who is told to load its settings anew need not end by that, least of all with a failure.
    @Test(arguments: [
        (Int32(0), SIGHUP, false), (1, SIGHUP, true), (1, SIGTERM, false), (1, SIGCONT, false),
    ])
    func whatFailsAfterASignalThatEndsNobodyEndedByItself(status: Int32, signal: Int32, isSaid: Bool) throws {
        let stage = stage(start, run("look"))
        ends(stage, status: status, sent: signal)
        #expect(try stage.play().outcomes.contains { $0.ended != nil } == isSaid)
    }

    /// It ends between two steps, and the next start would hide that.
    @Test func whatIsRevivedHasEnded() throws {
        let again = Step(name: "again", body: .start(agent: "agent"))
        let stage = stage(start, run("look"), again)
        var began = 0
        stage.starter.scripts["daemon"] = { start in
            began += 1
            start.say("ready\n")
            if began == 1 { stage.clock.after(.milliseconds(50)) { try stage.end(start.process, 1) } }
        }
        stage.works("look", for: 50)
        let outcomes = try stage.play().outcomes
        #expect(began == 2)
        #expect(outcomes.compactMap(\.ended).flatMap { $0 }.map(\.end) == [.exited(1)])
    }

    /// Whatever becomes of it: no command answers for what a service writes.
    @Test func aTracebackOfAServiceIsKept() throws {
        let stage = stage(start, run("look"), run("look"))
        stage.starter.scripts["daemon"] = { start in
            start.say("ready\n")
            let copy = dup(start.request.standard.output)
            stage.clock.after(.milliseconds(50)) {
                let text = Array("Traceback (most recent call last):\n  File \"x\"\nKeyError: 7\n".utf8)
                #expect(Glibc.write(copy, text, text.count) == text.count)
                close(copy)
            }
        }
        stage.works("look", for: 90)
        let outcomes = try stage.play().outcomes
        #expect(outcomes.map { $0.tracebacks?.map(\.line) } == [nil, ["KeyError: 7"], nil])
    }

    @Test func howItEndsWhenItIsStoppedIsWritten() throws {
        let stage = stage(start, stop)
        getsReady(stage, after: 1)
        stage.tracer.outcome = { [unowned stage] _, process in
            stage.clock.after(.milliseconds(1)) { try stage.end(process, signal: SIGABRT) }
            return .ended
        }
        let outcome = try #require(try stage.play().outcomes.last)
        #expect(outcome.attempts.map(\.end) == [.signalled(SIGABRT)] && outcome.ended == nil)
    }

    /// The first process of a service, as it waits at its gate and runs on.
    private final class Daemon: StartedProcess {
        let pid: Int32 = 5_000_000
        let met: (Int32) -> Void
        init(met: @escaping (Int32) -> Void) { self.met = met }
        func go() throws {}
        func send(signal: Int32) throws { met(signal) }
        func execState() throws -> ExecState { .started }
    }

    private let signal = Step(name: "signal", body: .signal(agent: "agent", Signal(SIGHUP)))

    @Test func aSignalReachesTheFirstProcess() throws {
        let stage = stage(start, signal, run("look"))
        var met: [Int32] = []
        stage.starter.scripts["daemon"] = { start in
            start.say("ready\n")
            start.program.process = Daemon { met.append($0) }
        }
        stage.works("look", for: 1)
        let outcomes = try stage.play().outcomes
        #expect(met == [SIGHUP])
        #expect(outcomes.allSatisfy { $0.failure == nil && $0.ended == nil })
    }

    @Test func aServiceIsAskedWhetherItLives() throws {
        let lives = Step(name: "check", body: .check(.running(agent: "agent"), within: 0))
        let stage = stage(lives, start, lives, run("look"), lives)
        ends(stage, status: 0)
        let outcomes = try stage.play().outcomes
        #expect(
            outcomes.filter { $0.step == "check" }.map(\.failure) == [
                "agent does not run", nil, "agent does not run",
            ])
    }

    /// A service that does not know a signal ends by it, and nobody but itself ended it.
    @Test func whatEndsByASignalOfAStepIsSaid() throws {
        let stage = stage(start, signal, run("look"), signal)
        stage.starter.scripts["daemon"] = { start in
            start.say("ready\n")
            start.program.process = Daemon { signal in
                stage.clock.after(.milliseconds(1)) { try stage.end(start.process, signal: signal) }
            }
        }
        stage.works("look", for: 10)
        let outcomes = try stage.play().outcomes
        let end = UnexpectedEnd(agent: "agent", end: .signalled(SIGHUP), said: ["ready"])
        #expect(outcomes.compactMap(\.ended) == [[end]])
        #expect(outcomes.last?.failure == "agent does not run: nobody gets SIGHUP")
    }

    @Test func whatIsNotReadyInTimeIsSaid() throws {
        let stage = stage(start)
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.failure == "agent is not ready: no log says `ready`")
        #expect(outcome.attempts.map(\.timedOut) == [true] && stage.clock.passed == .milliseconds(100).patient)
    }

    @Test func whatDiesBeforeItIsReadyIsSaid() throws {
        let stage = stage(start)
        stage.works("daemon", for: 10, status: 3)
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.failure == "agent is not ready: exit 3" && outcome.attempts.map(\.end) == [.exited(3)])
        #expect(stage.clock.passed < .milliseconds(100))
    }

    /// A service is there as long as its first process.
    @Test func whatEndsIsNotReadyWhateverItSaid() throws {
        let stage = stage(start)
        stage.starter.scripts["daemon"] = { start in
            start.say("ready\n")
            stage.clock.after(.milliseconds(1)) { try stage.end(start.process) }
        }
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.failure == "agent is not ready: exit 0" && outcome.attempts.first?.output == "ready\n")
    }

    @Test func oneThatRunsIsNotStartedAgain() throws {
        let stage = stage(start, Step(name: "again", body: .start(agent: "agent")))
        getsReady(stage, after: 1)
        let header = try stage.play()
        #expect(stage.starter.starts.count == 1 && header.outcomes.map(\.attempts.count) == [1, 0])
    }

    @Test func itIsAskedToEnd() throws {
        let stage = stage(start, stop)
        getsReady(stage, after: 1)
        stage.tracer.outcome = { signal, process in
            stage.clock.after(.milliseconds(5)) { try stage.end(process, signal: signal) }
            return .ended
        }
        let header = try stage.play()
        #expect(header.error == nil && header.outcomes.last?.failure == nil)
        #expect(stage.deeds.all.filter { $0.hasPrefix("signal") } == ["signal 15 to daemon"])
        #expect(stage.state.residents == [])
    }

    @Test func oneThatDoesNotEndIsKilled() throws {
        let stage = stage(start, stop)
        getsReady(stage, after: 1)
        stage.killsEnd()
        let outcome = try #require(try stage.play().outcomes.last)
        #expect(outcome.failure == "agent does not stop" && outcome.attempts.map(\.timedOut) == [true])
        #expect(stage.deeds.all.filter { $0.hasPrefix("signal") } == ["signal 15 to daemon", "signal 9 to daemon"])
    }

    @Test func oneThatSIGKILLDoesNotEndIsNoEvidence() throws {
        let stage = stage(start, stop)
        getsReady(stage, after: 1)
        #expect(try stage.play().error == "the service agent does not die of SIGKILL")
    }

    @Test func oneThatWasNotStartedNeedNotBeStopped() throws {
        let header = try stage(stop).play()
        #expect(header.error == nil && header.outcomes.map(\.failure) == [nil])
    }

    @Test func anAgentWithoutServiceHasNone() throws {
        #expect(try Stage(plan([start])).play().error == "agent agent is no service")
    }
}
