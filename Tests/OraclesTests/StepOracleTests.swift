import Glibc
import Model
import Testing

@testable import Oracles

@Suite struct StepOracleTests {
    func story(_ states: [[Fact]]? = nil) -> Story {
        var story = Story(cycle)
        story.expected = cycleStates
        story.states = states
        return story
    }

    // MARK: - crash

    @Test func crashNamesTheSignal() throws {
        var story = story()
        story.attempts(
            Attempt(
                end: .exited(0), deaths: [ProcessDeath(lineage: "bridge/host-local", signal: SIGSEGV, byTocsin: false)]),
            in: "add.1")
        let finding = try #require(try story.findings(.crash).first)
        #expect(finding.subject == "add.1")
        #expect(finding.message == "in add.1, bridge/host-local died by SIGSEGV")
    }

    @Test func crashOfTheFirstProcessAndOfAGoProgram() throws {
        var story = story()
        story.attempts(Attempt(end: .signalled(SIGABRT)), in: "add.1")
        story.attempts(
            Attempt(end: .exited(2), errorOutput: "panic: nil map\n\ngoroutine 1 [running]:\n"), in: "del.1")
        story.attempts(Attempt(end: .exited(2), errorOutput: "panic: is only a word here\n"), in: "add.2")
        #expect(try story.findings(.crash).map(\.subject) == ["add.1", "del.1"])
    }

    /// The point of the fault was in a step of another agent, at the same time.
    @Test func whomAFaultOfAnotherStepKilledHasNotCrashed() throws {
        var story = story()
        story.fault(.kill(victims: .all), in: "add.2")
        let killed = ProcessDeath(lineage: "b", signal: SIGKILL, byTocsin: true)
        story.attempts(Attempt(end: .signalled(SIGKILL), deaths: [killed]), in: "add.1")
        #expect(try story.findings(.crash).isEmpty)
        let other = ProcessDeath(lineage: "b", signal: SIGKILL, byTocsin: false)
        story.attempts(Attempt(end: .signalled(SIGKILL), deaths: [other]), in: "add.1")
        #expect(try story.findings(.crash).map(\.subject) == ["add.1"])
    }

    @Test func aDriverThatLeavesWithoutAnAnswerHasCrashed() throws {
        var story = story()
        story.attempts(Attempt(end: .unanswered(0)), in: "add.1")
        #expect(
            try story.findings(.crash).map(\.message) == [
                "in add.1, the driver exited with status 0 before it had answered"
            ])
        #expect(try story.findings(.falseSuccess).isEmpty)
        story.fault(.kill(victims: .process, signal: Signal(SIGTERM)), in: "add.1")
        #expect(try story.findings(.crash).isEmpty)
    }

    @Test func crashExcusesOneKillEach() throws {
        var story = story()
        story.fault(.kill(victims: .process), in: "add.1")
        story.attempts(Attempt(end: .signalled(SIGKILL)), in: "add.1")
        story.attempts(
            Attempt(end: .exited(1), deaths: [ProcessDeath(lineage: "a", signal: SIGKILL, byTocsin: true)]), in: "add.2"
        )
        #expect(try story.findings(.crash).isEmpty)
        story.attempts(Attempt(end: .signalled(SIGKILL)), Attempt(end: .signalled(SIGKILL)), in: "add.1")
        #expect(try story.findings(.crash).count == 1)
        story.attempts(Attempt(end: .signalled(SIGSEGV)), in: "add.1")
        #expect(try story.findings(.crash).count == 1)
    }

    @Test func aDeathOfTheReferenceIsNoCrash() throws {
        var story = story()
        story.attempts(
            Attempt(end: .exited(0), deaths: [ProcessDeath(lineage: "sh/sleep", signal: SIGABRT, byTocsin: false)]),
            in: "add.1")
        var reference = story.reference
        reference.deaths = [ReferenceDeath(step: "add.1", lineage: "sh/sleep", signal: SIGABRT)]
        #expect(try story.findings(.crash).count == 1)
        #expect(try Crash().findings(in: Evidence(record: story.record, reference: reference)).isEmpty)
    }

    @Test func aHelperThatTheAgentEndsIsNoCrash() throws {
        for signal in [SIGTERM, SIGUSR1, SIGPIPE, SIGKILL] {
            var story = story()
            story.attempts(
                Attempt(end: .exited(0), deaths: [ProcessDeath(lineage: "sh/sleep", signal: signal, byTocsin: false)]),
                in: "add.1")
            #expect(try story.findings(.crash).isEmpty)
        }
    }

    // MARK: - hang

    @Test func hangSaysWhereItIsStuck() throws {
        var story = story()
        #expect(try story.findings(.hang).isEmpty)
        story.attempts(
            Attempt(end: .signalled(SIGKILL), timedOut: true, stuck: ["bridge 7: recvmsg"]), in: "del.1")
        let finding = try #require(try story.findings(.hang).first)
        #expect(finding.message == "del.1 did not end within its time of 10000 ms")
        #expect(finding.evidence == ["stuck: bridge 7: recvmsg"])
        #expect(try story.findings(.crash).isEmpty)
    }

    // MARK: - false-success and silent-failure

    @Test func falseSuccessListsWhatDiffers() throws {
        var story = story([[lease], [], added, [pod]])
        story.start = [Fact("link", "lo", in: "host"), pod]
        story.expected = [[eth0, veth0, route, lease], [], [], []]
        story.keepsStart = false
        story.fault(netnsDelete, in: "add.1", removed: ["pod"])
        let finding = try #require(try story.findings(.falseSuccess).first)
        #expect(finding.subject == "add.1")
        // The world's own removal counts: success was said for a namespace that is not there.
        #expect(finding.evidence.contains { $0.hasPrefix("missing: netns pod") })
        #expect(finding.evidence.contains { $0.hasPrefix("missing: link eth0 in pod") })
        #expect(finding.evidence.last == "fault fault-1: netns.delete pod, at add.1 / ip / netns.enter() @ host # 1")
        #expect(try story.findings(.silentFailure).isEmpty)
    }

    @Test func whoNeverNamedTheNamespaceThatWentIsNotToBlame() throws {
        let lo = Fact("link", "lo", in: "host")
        var story = story([[lo, lease], [lo], [lo], [lo]])
        story.start = [lo, pod]
        story.expected = [[eth0, lease], [], [], []]
        story.keepsStart = false
        let elsewhere = Point(.before, Phrase("file.create", "/var/lib/cni/10.22.0.2"))
        story.fault(netnsDelete, at: elsewhere, in: "add.1", removed: ["pod"])
        #expect(try story.findings(.falseSuccess).isEmpty)
        for phrase in [
            Phrase("link.get", "eth0", in: "pod (deleted)"), Phrase("link.set", "eth0", ["netns": "pod"]),
            Phrase("mount.unmount", "/run/netns/pod"),
            Phrase("exec", "/usr/sbin/ip", ["argv": "\"ip netns exec pod ip link\""]),
        ] {
            var naming = story
            naming.operations.append(operation(1, step: "add.1", phrase))
            #expect(try naming.findings(.falseSuccess).map(\.subject) == ["add.1"], "\(phrase)")
        }
    }

    @Test func anHonestFailureIsNoFalseSuccess() throws {
        var story = story([[pod], [pod], added, [pod]])
        story.fault(netnsDelete, in: "add.1", removed: ["pod"])
        story.attempts(Attempt(end: .exited(1), errorOutput: "no such namespace"), in: "add.1")
        #expect(try story.findings(.falseSuccess).isEmpty)
        story.attempts(Attempt(end: .exited(0)), in: "add.1")
        #expect(try story.findings(.falseSuccess).count == 1)
    }

    @Test func successWithTheRightStateIsNone() throws {
        var story = story()
        story.fault(netnsDelete, in: "add.1")
        #expect(try story.findings(.falseSuccess).isEmpty)
    }

    @Test func onlyTheStepOfTheFaultIsJudged() throws {
        var story = story([added, [pod], [pod], [pod]])
        story.fault(netnsDelete, in: "add.1")
        #expect(try story.findings(.falseSuccess).isEmpty)
    }

    @Test func aFaultAfterTheStepIsNotInIt() throws {
        var story = story([[pod], [pod], added, [pod]])
        story.fault(netnsDelete, at: Point(.after, Phrase("step", "add.1")), in: "add.1", removed: ["pod"])
        #expect(try story.findings(.falseSuccess).isEmpty)
    }

    @Test func anUndoMaySucceedInANamespaceThatWent() throws {
        var story = story([added, [], added, [pod]])
        story.fault(netnsDelete, in: "del.1", removed: ["pod"])
        #expect(try story.findings(.falseSuccess).isEmpty)
        // What it leaves elsewhere still counts.
        story.states = [added, [lease], added, [pod]]
        #expect(try story.findings(.falseSuccess).map(\.subject) == ["del.1"])
    }

    @Test func silentFailureNeedsAnErrorAndSilence() throws {
        var story = story([added, [pod, lease], added, [pod]])
        story.fault(.fail(errno: ErrorNumber(EBUSY)), in: "del.1")
        let finding = try #require(try story.findings(.silentFailure).first)
        #expect(
            finding.message
                == "del.1 was told EBUSY and printed no error, but 1 thing differs from a run without faults")
        #expect(try story.findings(.falseSuccess).isEmpty)

        story.attempts(Attempt(end: .exited(0), errorOutput: "warning: busy\n"), in: "del.1")
        #expect(try story.findings(.silentFailure).isEmpty)
        #expect(try story.findings(.falseSuccess).count == 1)

        // On standard output only the agent's own description tells what an error is.
        story.attempts(Attempt(end: .exited(0), output: #"{"code": 999, "msg": "busy"}"#), in: "del.1")
        #expect(try story.findings(.silentFailure).count == 1)
        for name in Set(story.plan.allSteps.compactMap(\.agent)) {
            var agent = AgentSpecification()
            agent.saysError = .expression(#""code":"#)
            story.plan.agents[name] = agent
        }
        #expect(try story.findings(.silentFailure).isEmpty)
        story.attempts(Attempt(end: .exited(0), output: #"{"cniVersion": "1.0.0"}"#, errorOutput: "\n"), in: "del.1")
        #expect(try story.findings(.silentFailure).count == 1)
    }

    @Test func evidenceIsCutButCounted() throws {
        let many = (0..<20).map { Fact("route", "10.\($0).0.0/16", in: "host") }
        var story = story([added + many, [pod], added, [pod]])
        story.fault(netnsDelete, in: "add.1")
        let finding = try #require(try story.findings(.falseSuccess).first)
        #expect(finding.message.contains("20 things differ"))
        #expect(finding.evidence.filter { $0.hasPrefix("extra:") }.count == 12)
        #expect(finding.evidence.contains("and 8 more"))
    }

    // MARK: - check

    @Test func checkIsTheFailureOfACheck() throws {
        let check = Step(name: "reachable", body: .check(.present(Phrase("link", "eth0")), within: 0))
        var story = Story([step("add"), check])
        story.plan.cwe = ["CWE-367"]
        story.expected = [[], []]
        story.outcomes["reachable"] = StepOutcome(step: "reachable")
        #expect(try story.findings(.check).isEmpty)
        story.outcomes["reachable"] = StepOutcome(step: "reachable", failure: "there is no link eth0")
        let finding = try #require(try story.findings(.check).first)
        #expect(finding.message == "the check reachable does not hold: there is no link eth0")
        #expect(finding.cwe == "CWE-367")
    }
}
