import Glibc
import Model
import Testing

@testable import Oracles

/// What becomes of services while steps run.
@Suite struct DaemonTests {
    let start = Step(name: "start-d", body: .start(agent: "d"))
    let stop = Step(name: "stop-d", body: .stop(agent: "d"))

    func story() -> Story {
        var story = Story([start, step("look"), stop])
        var agent = AgentSpecification()
        agent.kind = .service(ServiceSpecification(argv: ["d"], ready: .time(0)))
        story.plan.agents["d"] = agent
        story.expected = [[], [], []]
        return story
    }

    @Test func aServiceThatEndsByItselfIsFoundWhereItEnds() throws {
        var story = story()
        story.outcomes["look"] = StepOutcome(
            step: "look", attempts: [Attempt(end: .exited(0))],
            ended: [UnexpectedEnd(agent: "d", end: .exited(0), said: ["Traceback", "KeyError: 'eth0'"])])
        let finding = try #require(try story.findings(OracleName(rawValue: "ended")).first)
        #expect(finding.message == "in look, d ended by itself: exit 0")
        #expect(finding.evidence.contains("d said: KeyError: 'eth0'"))
    }

    @Test func aFaultIsNoExcuseForAnEndThatNeedsNone() throws {
        var story = story()
        story.outcomes["look"] = StepOutcome(
            step: "look", attempts: [Attempt(end: .exited(0))],
            ended: [UnexpectedEnd(agent: "d", end: .exited(1), said: [])])
        story.fault(.delay(1), in: "stop-d")
        #expect(try story.findings(OracleName(rawValue: "ended")).map(\.subject) == ["look"])
    }

    @Test func whomAFaultHasStoppedDoesNotHang() throws {
        var story = story()
        story.attempts(Attempt(end: .exited(0), timedOut: true), in: "stop-d")
        #expect(try story.findings(.hang).map(\.subject) == ["stop-d"])
        let process = DeliveryEffect.SignalledProcess(lineage: "d", outcome: .stops)
        story.fault(.kill(victims: .main, signal: Signal(SIGSTOP)), in: "look")
        story.deliveries[0].effect = .signalled(Signal(SIGSTOP), [process])
        #expect(try story.findings(.hang).isEmpty)
        story.fault(.kill(victims: .main, signal: Signal(SIGCONT)), in: "look")
        #expect(try story.findings(.hang).map(\.subject) == ["stop-d"])
    }

    @Test func whoNeverRestsIsBusyOnce() throws {
        var story = story()
        for name in ["look", "stop-d"] {
            story.outcomes[name] = StepOutcome(step: name, attempts: [Attempt(end: .exited(0))], spinning: ["sh"])
        }
        let findings = try story.findings(OracleName(rawValue: "busy"))
        #expect(findings.map(\.subject) == ["look"])
        #expect(findings.first?.message == "after look, sh ran on and on, and nothing changed any more")
    }

    @Test func aServiceNeedNotCatchTheSignalThatStopsIt() throws {
        var story = story()
        story.attempts(Attempt(end: .signalled(SIGTERM)), in: "stop-d")
        #expect(try story.findings(.crash).isEmpty)
        story.attempts(Attempt(end: .signalled(SIGSEGV)), in: "stop-d")
        #expect(try story.findings(.crash).map(\.subject) == ["stop-d"])
    }

    /// What `exit` says of a `stop` is what a run without faults must do; one with faults is for the oracles.
    @Test func aServiceEndsAsItsStopSays() throws {
        func problem(_ exit: [Int32]?, _ end: ProcessEnd, isFaulted: Bool = false) throws -> String? {
            var story = Story([start, step("look"), Step(name: "stop-d", body: .stop(agent: "d", exit: exit))])
            story.plan.agents["d"] = self.story().plan.agents["d"]
            story.expected = [[], [], []]
            story.attempts(Attempt(end: end), in: "stop-d")
            if isFaulted { story.fault(netnsDelete, in: "look") }
            #expect(story.record.problem(in: story.plan) == nil)
            return try story.findings(Exit.name).first?.message
        }
        #expect(try problem(nil, .exited(1)) == nil && problem(nil, .signalled(SIGTERM)) == nil)
        #expect(try problem([0], .exited(0)) == nil && problem([0, 143], .exited(143)) == nil)
        #expect(try problem([0], .exited(1)) == "stop-d: exit 1")
        #expect(try problem([0], .signalled(SIGTERM)) == "stop-d: signal 15")
        // That has its oracle.
        #expect(try problem([0], .signalled(SIGSEGV)) == nil)
        #expect(try problem([0], .exited(1), isFaulted: true) == nil)
    }

    @Test func aServiceThatIsStartedSaysNoSuccess() throws {
        var story = story()
        story.states = [[mark], [], []]
        story.fault(netnsDelete, in: "start-d")
        story.attempts(Attempt(end: .exited(0)), in: "start-d")
        #expect(try story.findings(.falseSuccess).isEmpty)
    }

    /// Who is refused something, says so, fails and leaves what it found does all that can be done.
    @Test func aServiceThatIsRefusedMaySaySoAndEnd() throws {
        func findings(_ action: Action, _ end: ProcessEnd, saying text: String, leaving: [Fact] = []) throws
            -> [Finding]
        {
            var story = story()
            story.states = [leaving, leaving, leaving]
            story.fault(action, at: Point(.before, Phrase("step", "start-d")), in: "start-d")
            let attempt = Attempt(end: end, errorOutput: text)
            story.outcomes["start-d"] = StepOutcome(
                step: "start-d", attempts: [attempt], failure: "ended before it was ready")
            return try story.findings(.notReady)
        }
        let lost = Action.capabilityDrop("CAP_NET_ADMIN")
        #expect(try findings(lost, .exited(1), saying: "not permitted\n").isEmpty)
        #expect(try findings(lost, .exited(1), saying: "\n").count == 1, "silent")
        #expect(try findings(lost, .exited(0), saying: "not permitted\n").count == 1, "a success")
        #expect(try findings(lost, .signalled(SIGSEGV), saying: "not permitted\n").count == 1, "no end of its own")
        #expect(try findings(lost, .exited(1), saying: "not permitted\n", leaving: [mark]).count == 1, "a leftover")
        #expect(try findings(.delay(1), .exited(1), saying: "late\n").count == 1, "refused nothing")
    }

    private let mark = Fact("rule", "all priority 50", in: "host", ["table": "7"])
}

/// Tracebacks that no command answers for.
@Suite struct TracebackTests {
    private func story() -> Story {
        var story = Story([step("add")])
        story.expected = [added]
        story.fault(.kill(victims: .process, signal: .kill), in: "add")
        var outcome = StepOutcome(step: "add", attempts: [Attempt(end: .exited(0))])
        outcome.tracebacks = [LateTraceback(agent: "daemon", line: "KeyError: 7", said: ["KeyError: 7"])]
        story.outcomes["add"] = outcome
        return story
    }

    @Test func aDaemonsTracebackIsAFinding() throws {
        let findings = try story().findings(Traceback.name)
        #expect(findings.map(\.message) == ["in add, daemon wrote a traceback: KeyError: 7"])
    }

    @Test func whatIsWrittenWithoutFaultsTooIsNone() throws {
        var reference = story().reference
        reference.lateTracebacks = ["daemon"]
        let evidence = try Evidence(record: story().record, reference: reference)
        #expect(try Traceback().findings(in: evidence).isEmpty)
    }

    @Test func theLastLineSaysWhatWentWrong() {
        let text = "x\nTraceback (most recent call last):\n  File \"a\"\n    b\nOSError: c\nmore\n"
        #expect(LateTraceback.lastLine(of: text) == "OSError: c")
        #expect(LateTraceback.lastLine(of: "no\n") == nil)
    }
}
