import Glibc
import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Steps: what comes in which order, and what is written of it.
@Suite struct StepTests {
    private static func edge(_ side: Point.Side, _ name: String, _ action: Action) -> Fault {
        Fault(name: "\(side.rawValue) \(name)", point: Point(side, Phrase("step", name)), actions: [action])
    }

    @Test func eachRunOfACommandHasItsOwnStateAndBeginning() throws {
        var left = 1
        let stage = Stage(plan([run("add", retry: 1)])) { _, _ in
            left -= 1
            return left >= 0
        }
        let states = ["start", "first", "second"].map { Snapshot(facts: [Fact("link", $0)]) }
        stage.state.states = states
        stage.works("add")
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.attempts.map(\.snapshot) == states.dropFirst().map(\.digest))
        let began = outcome.attempts.compactMap(\.began)
        #expect(began.count == 2 && began[0] < began[1])
    }

    /// Only what others can read, what is a log, and what the step has written.
    @Test func aCanaryIsSoughtInWhatAStepHasWritten() throws {
        var plan = plan([run("add"), run("del")])
        plan.planted = [Planted(variable: "key", kind: .canary, text: "pzvwsqk-mxnbt")]
        let stage = Stage(plan)
        func file(_ path: String, _ digest: String = "1") -> Fact {
            Fact("file", path, ["type": "file", "digest": digest, "mode": "644"])
        }
        let paths = ["/etc/open", "/etc/closed", "/var/log/closed", "/etc/other"]
        stage.state.states = [
            Snapshot(facts: [file("/etc/given")]), Snapshot(facts: (["/etc/given"] + paths).map { file($0) }),
            Snapshot(facts: ["/etc/open", "/etc/other"].map { file($0, "2") }),
        ]
        stage.state.files = Dictionary(
            uniqueKeysWithValues: (paths + ["/etc/given"]).map { ($0, "key = pzvwsqk-mxnbt\n") })
        stage.state.files["/etc/other"] = "key = pzvwsqk\n"
        stage.state.hidden = ["/etc/closed", "/var/log/closed"]
        stage.works("add")
        stage.works("del")
        let outcomes = try stage.play().outcomes
        #expect(outcomes.map { $0.sightings?.map(\.path) ?? [] } == [["/etc/open", "/var/log/closed"], ["/etc/open"]])
        #expect(outcomes[0].sightings?.map(\.isLog) == [false, true])
    }

    @Test func whoNeverRestsIsWritten() throws {
        let stage = Stage(plan([run("add")]))
        stage.state.spinning = ["sh"]
        stage.works("add")
        #expect(try stage.play().outcomes.map(\.spinning) == [["sh"]])
    }

    @Test func aStepHasItsEdgesAroundIt() throws {
        let stage = Stage(
            plan(
                [run("add")],
                faults: [
                    StepTests.edge(.before, "add", write("/run/before")),
                    StepTests.edge(.after, "add", write("/run/after")),
                ]))
        stage.works("add")
        let header = try stage.play()
        #expect(
            stage.deeds.all == [
                "settle", "await release", "{ file.write: /run/before, text: x }", "await release", "start add",
                "end add",
                "settle", "{ file.write: /run/after, text: x }",
            ])
        #expect(header.error == nil && header.undelivered == [])
        #expect(header.deliveries.map(\.key) == ["add / beginning", "add / end"])
        #expect(header.outcomes.map(\.step) == ["add"] && header.outcomes[0].attempts.map(\.end) == [.exited(0)])
    }

    /// What happens at the edge is over before the command begins.
    @Test func theEdgeIsAwaited() throws {
        let stage = Stage(plan([run("add")], faults: [StepTests.edge(.before, "add", .delay(50_000_000))]))
        var began = Duration.zero
        stage.starter.scripts["add"] = { start in
            began = stage.clock.passed
            try stage.end(start.process)
        }
        #expect(try stage.play().error == nil)
        #expect(began == .milliseconds(50))
    }

    /// Its state is not taken while an action that its command met is under way.
    @Test func aStepEndsWhenWhatItMetIsDelivered() throws {
        let write = Phrase("file.write", "/run/x")
        let fault = Fault(name: "cut", point: Point(.before, write), actions: [.delay(50_000_000)])
        let stage = Stage(plan([run("add")], faults: [fault]))
        stage.starter.scripts["add"] = { start in
            let stop = PlayStop("stop", .before, [operation(write)], of: start.process)
            #expect(!stage.faults.pass(.before, stop))
            stage.clock.after(.milliseconds(10)) { try stage.end(start.process) }
        }
        let header = try stage.play()
        #expect(stage.deeds.all.suffix(3) == ["start add", "release stop", "settle"])
        #expect(header.deliveries.map(\.failure) == [nil] && stage.clock.passed == .milliseconds(50))
    }

    @Test func aStepOfTheWorldIsNoFault() throws {
        let stage = Stage(plan([Step(name: "change", body: .act(write("/run/x")))]))
        stage.world.isRefusing = true
        let header = try stage.play()
        #expect(header.deliveries == [] && header.outcomes.map(\.failure) == ["the world says no"])
    }

    @Test func aCommandIsRunAgainWhileTheStateIsNotTheReferences() throws {
        let wrong = Snapshot(facts: [Fact("link", "left")])
        let stage = Stage(plan([run("del", retry: 3)])) { state, step in step == "del" && state == wrong }
        stage.state.states = [Snapshot(facts: []), wrong, wrong, Snapshot(facts: [])]
        stage.works("del")
        let outcome = try #require(try stage.play().outcomes.first)
        #expect(outcome.attempts.count == 3)
        #expect(outcome.snapshot == Snapshot(facts: []).digest)
    }

    @Test func aCommandIsRunAgainAsOftenAsItMay() throws {
        let stage = Stage(plan([run("del", retry: 1)])) { _, _ in true }
        stage.works("del")
        #expect(try stage.play().outcomes.first?.attempts.count == 2)
    }

    @Test func withoutReferenceItIsRunOnce() throws {
        let stage = Stage(plan([run("del", retry: 1)]))
        stage.works("del")
        #expect(try stage.play().outcomes.first?.attempts.count == 1)
    }

    @Test func aStateThatDoesNotSettleSaysWhy() throws {
        let stage = Stage(plan([run("add")]))
        stage.works("add")
        stage.state.unsettled = "ip runs"
        #expect(try stage.play().outcomes.first?.unsettled == "ip runs")
    }

    // MARK: - Time

    @Test func aCommandWhoseTimeIsOverIsKilled() throws {
        let stage = Stage(plan([run("hang", timeout: 100_000_000)]))
        stage.killsEnd()
        let attempt = try #require(try stage.play().outcomes.first?.attempts.first)
        #expect(attempt.timedOut && attempt.end == .signalled(SIGKILL))
        #expect(attempt.deaths == [ProcessDeath(lineage: "hang", signal: SIGKILL, byTocsin: true)])
        #expect(stage.clock.passed == .milliseconds(100).patient + .milliseconds(1))
    }

    @Test func theTimeInWhichItIsHeldIsNotItsOwn() throws {
        let stage = Stage(plan([run("add", timeout: 100_000_000)]))
        stage.works("add", for: 150)
        stage.clock.after(.milliseconds(60)) { stage.tracer.held = 60_000_000 }
        let attempt = try #require(try stage.play().outcomes.first?.attempts.first)
        #expect(!attempt.timedOut && attempt.duration == 90_000_000 && attempt.held == 60_000_000)
    }

    @Test func whatSIGKILLDoesNotEndIsNoEvidence() throws {
        let stage = Stage(plan([run("hang", timeout: 1_000_000), run("never")]))
        let header = try stage.play()
        #expect(header.error == "a command does not die of SIGKILL")
        #expect(header.outcomes == [] && !stage.deeds.all.contains("start never"))
        #expect(stage.clock.passed > .seconds(5).patient && stage.clock.passed < .seconds(6).patient)
    }

    // MARK: - Failures

    @Test func whatWasDoneBeforeAFailureIsInTheRecord() throws {
        let stage = Stage(plan([run("add"), run("del"), run("never")]))
        stage.works("add")
        stage.starter.scripts["del"] = { _ in
            stage.clock.after(.milliseconds(1)) { stage.loop.fail(with: .hostEnded(signal: 9)) }
        }
        let header = try stage.play()
        #expect(header.error == "pid 1 of the host ended by signal 9")
        #expect(header.outcomes.map(\.step) == ["add"] && header.startSnapshot != "")
        #expect(!stage.deeds.all.contains("start never"))
    }

    @Test func aDiskThatDiesEndsTheRun() throws {
        let stage = Stage(plan([run("add")]))
        stage.works("add")
        // What is as before was kept before.
        stage.state.states = [Snapshot(facts: []), Snapshot(facts: [Fact("link", "v0")])]
        stage.starter.scripts["add"] = { start in
            stage.store.dead = ["states"]
            try stage.end(start.process)
        }
        #expect(try stage.play().error == "the record could not be written: No space left on device")
    }

    /// After the last step nobody runs the loop, and still it is heard; its `not` does not hold.
    @Test func aConditionThatCannotBeLookedAtEndsTheRun() throws {
        let log = Condition.log(.text("x"), agent: nil, since: nil)
        let point = Point(.after, Phrase("step", "add"), countingFrom: .not(log))
        let stage = Stage(
            plan([run("add")], faults: [Fault(name: "cut", point: point, actions: [write("/run/x")])]) {
                $0.agents["agent"]?.logs = ["/var/log/x"]
            })
        stage.starter.scripts["add"] = { start in
            stage.state.unreadable = WorldError.impossible("no")
            try stage.end(start.process)
        }
        #expect(try stage.play().error == "\(log) could not be looked at: no")
    }
}
