import Model
import Testing

@testable import Oracles

/// What is wrong without any fault is the agent's defect, and no error of the harness.
@Suite struct FaultlessTests {
    /// Three references that end at a step that fails.
    private func references(
        _ plan: Plan, endingWith outcome: StepOutcome, states: [[Fact]]
    ) -> [Run] {
        var story = Story(plan.steps)
        story.plan = plan.withoutFaults
        story.expected = states
        story.outcomes[outcome.step] = outcome
        return (1...3).map { _ in Run(folder: "reference", record: .success(story.record)) }
    }

    private var plan: Plan {
        var plan = Story(cycle).plan
        plan.steps.insert(Step(name: "filled", body: .check(.not(.present(Phrase("route", "x"))), within: 0)), at: 1)
        plan.faults = [
            Fault(name: "fault-1", point: Point(.before, Phrase("netns.enter", "pod")), actions: [netnsDelete])
        ]
        return plan
    }

    @Test func aCheckThatNeverHoldsIsAFinding() throws {
        let outcome = StepOutcome(step: "filled", failure: "x is not there")
        let judgement = try #require(
            Judge.judge(references: references(plan, endingWith: outcome, states: [added, added]), of: plan))
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.map(\.oracle) == [.check], "what was not taken back yet is no leak")
        #expect(judgement.notes == ["no fault was tried, for a step fails without one"])
    }

    @Test func itCanBeKnown() throws {
        var plan = plan
        plan.known = [
            Expectation(oracle: .check, subject: .step("filled"), because: "#1"),
            Expectation(oracle: .residue, subject: .object(Phrase("file", "*")), because: "#2"),
        ]
        let outcome = StepOutcome(step: "filled", failure: "x is not there")
        let judgement = try #require(
            Judge.judge(references: references(plan, endingWith: outcome, states: [added, added]), of: plan))
        #expect(judgement.verdict == .known)
        #expect(judgement.unseen == [], "the faults of the other line were not tried")
    }

    @Test func anAllowedOneSaysNothing() {
        var plan = plan
        plan.allow = [Expectation(oracle: .check, subject: .step("filled"), because: "so")]
        let outcome = StepOutcome(step: "filled", failure: "x is not there")
        #expect(
            Judge.judge(references: references(plan, endingWith: outcome, states: [added, added]), of: plan) == nil)
    }

    @Test func aWrongExitIsAFindingWithItsWords() throws {
        let attempt = Attempt(end: .exited(3), output: "begun\n", errorOutput: "no such pool\n")
        let outcome = StepOutcome(step: "add.1", attempts: [attempt])
        let judgement = try #require(
            Judge.judge(references: references(plan, endingWith: outcome, states: [added]), of: plan))
        #expect(judgement.findings.map(\.oracle.rawValue) == ["exit"])
        #expect(judgement.findings[0].evidence == ["add.1 said: begun", "add.1 said: no such pool"])
    }

    @Test func aSecondUndoThatFailsIsOneFinding() throws {
        let steps = [step("add"), step("del", 1, of: 2, undoes: "add"), step("del", 2, of: 2, undoes: "add")]
        var story = Story(steps)
        story.expected = [added, [], []]
        story.attempts(Attempt(end: .exited(1), errorOutput: "no such device"), in: "del.2")
        let judgement = try #require(
            Judge.judge(references: [Run(record: .success(story.record))], of: story.plan))
        #expect(judgement.findings.map(\.oracle) == [.undoAgain])
    }

    /// What a run of the story has lost, whose references have lost it too.
    private func lost(_ story: Story) throws -> [String] {
        try Judge(plan: story.plan, reference: nil).findings(in: story.record).filter { $0.oracle == .difference }
            .map(\.subject)
    }

    @Test func aDeviceOfTheHostThatIsGoneIsAFinding() throws {
        var story = Story([step("add"), step("del", undoes: "add")])
        let device = Fact("link", "eth1", in: "host", ["peer": "peer1 in host"])
        let peer = Fact("link", "peer1", in: "host", ["peer": "eth1 in host"])
        let address = Fact("address", "192.0.2.1/24 dev eth1", in: "host", ["dev": "eth1"])
        story.start += [device, peer, address]
        story.keepsStart = false
        story.expected = [[], []]
        story.states = [[], []]
        #expect(try lost(story) == ["link eth1 in host", "link lo in host"])
        story.plan.steps.removeLast()
        story.states = [[]]
        #expect(try lost(story) == ["link eth1 in host", "link lo in host"])
        story.states = [[Fact("link", "wan0", in: "pod"), Fact("address", "192.0.2.1/24 dev wan0", in: "pod")]]
        #expect(try lost(story) == [], "it may have been renamed, and nothing takes that back")
    }
}

/// What is said of timing, and of faults that find nothing to act on.
@Suite struct TimingTests {
    private func story(_ role: RunRole, leaks: Bool) -> Run {
        var story = Story(cycle)
        story.expected = cycleStates
        story.fault(netnsDelete, in: "add.1")
        if leaks { story.states = [added, [pod], added, [pod, lease]] }
        var record = story.record
        record.header.role = role
        return Run(folder: role.name, record: .success(record))
    }

    private func timing(_ controls: [Run]) -> [Timing?] {
        var story = Story(cycle)
        story.expected = cycleStates
        story.fault(netnsDelete, in: "add.1")
        return Judge(plan: story.plan, reference: story.reference)
            .judge([self.story(.fault, leaks: true)], controls: controls).findings.map(\.timing)
    }

    @Test func aRaceIsWhatBothControlsDoNotShow() {
        #expect(timing([story(.controlBefore, leaks: false), story(.controlAfter, leaks: false)]) == [.race])
        #expect(timing([story(.controlBefore, leaks: false), story(.controlAfter, leaks: true)]) == [.always])
        #expect(timing([]) == [nil])
    }

    @Test func nothingIsDecidedWithoutBoth() {
        let broken = Run(folder: "control-after", record: .failure(EvidenceError.noReference))
        #expect(timing([story(.controlBefore, leaks: false), broken]) == [.undecided])
        #expect(timing([story(.controlBefore, leaks: false)]) == [.undecided])
        #expect(timing([story(.controlBefore, leaks: true), broken]) == [.always])
    }

    @Test func aFaultWithNothingToActOnIsNotApplicable() {
        var story = Story(cycle)
        story.expected = cycleStates
        story.fault(netnsDelete, in: "add.1")
        story.deliveries[0].failure = "no namespace bears the name `pod` at that moment"
        #expect(story.judge().verdict.name == "error")
        story.deliveries[0].hadNothingToActOn = true
        let reason = "fault-1: no namespace bears the name `pod` at that moment"
        #expect(story.judge().verdict == .skipped("not applicable: \(reason)"))
        #expect(story.judge().reasons == ["not applicable: \(reason)"])
        var other = Story(cycle)
        other.expected = cycleStates
        other.fault(netnsDelete, in: "add.1")
        let both = story.judge(runs: [story, other])
        #expect(both.verdict == .pass)
        #expect(both.notes == ["in 1 of 2 runs a fault had nothing to act on: \(reason)"])
    }
}

/// What is left where nothing went wrong.
@Suite struct LeftWithoutFaultsTests {
    private let chain = Fact("nft", "chain inet wall in", in: "host")

    /// Two agents: of the one nothing is taken back.
    private func judge(made: Step, left: [Fact], undo: Step? = nil) -> Judgement {
        let steps = [made] + cycle.prefix(2) + [undo].compactMap(\.self)
        var story = Story(Array(steps))
        story.expected = [left, left + added, left] + (undo == nil ? [] : [left])
        return story.judge()
    }

    @Test func theWorkOfACommandThatNothingTakesBackIsNoResidue() {
        let wall = Step(name: "wall", body: .run(Command(agent: "wall", name: "setup", argv: ["nft"])))
        #expect(judge(made: wall, left: [chain]).verdict == .pass)
        #expect(judge(made: Step(name: "wall", body: .start(agent: "wall")), left: [chain]).verdict == .pass)
        let undo = Step(
            name: "clear", body: .run(Command(agent: "wall", name: "clear", argv: ["nft"], undoes: "setup")))
        #expect(judge(made: wall, left: [chain], undo: undo).findings.map(\.oracle) == [.residue])
        let stop = Step(name: "stop", body: .stop(agent: "wall"))
        let start = Step(name: "wall", body: .start(agent: "wall"))
        #expect(judge(made: start, left: [chain], undo: stop).findings.map(\.oracle) == [.residue])
    }

    /// What the host was given may be used up by a command that nothing takes back; an undo may not take it along.
    @Test func whatIsUsedUpIsNotLost() {
        let wall = Step(name: "wall", body: .run(Command(agent: "wall", name: "setup", argv: ["nft"])))
        func judge(_ states: [[Fact]]) -> Judgement {
            var story = Story([wall] + cycle.prefix(2))
            story.start.append(route)
            story.states = states
            story.keepsStart = false
            return Judge(plan: story.plan, reference: nil).judge([Run(record: .success(story.record))])
        }
        let lo = Fact("link", "lo", in: "host")
        #expect(judge([[lo], [lo, pod, lease], [lo]]).verdict == .pass)
        #expect(judge([[lo, route], [lo, route, lease], [lo]]).findings.map(\.oracle) == [.difference])
    }
}

/// Commands that end worse than they should.
@Suite struct WorseTests {
    private let traceback = "Traceback (most recent call last):\n  File \"x\", line 1\nFileNotFoundError: b\n"

    private func list(_ error: String, undoes: Bool = false, action: Action = netnsDelete) -> Story {
        var story = Story([step("list")])
        story.expected = [[pod]]
        story.start.append(pod)
        story.expected = [[]]
        story.fault(action, in: "list")
        story.attempts(Attempt(end: .exited(1), errorOutput: error), in: "list")
        return story
    }

    @Test func aTracebackOfWhoOnlyLooksIsToldLow() throws {
        let findings = try list(traceback).findings(Worse.name)
        #expect(findings.map(\.message) == ["list only looks, and ended in a traceback: FileNotFoundError: b"])
        #expect(findings.map(\.severity) == [.low])
    }

    @Test func anHonestFailureIsNot() throws {
        #expect(try list("b is gone\n").findings(Worse.name).isEmpty)
        #expect(
            try list(traceback, action: .fail(errno: ErrorNumber(5)))
                .findings(Worse.name).isEmpty)
    }

    /// `add` makes an address and fails over a namespace that goes while it runs.
    private func bystanders(_ change: (inout Story) -> Void = { _ in }) -> Story {
        let other = Fact("netns", "other", ["state": "mounted", "role": "other"])
        let address = Fact("address", "192.0.2.1/32 dev lo", in: "host", ["dev": "lo"])
        var story = Story([step("add")])
        story.expected = [[address]]
        story.states = [[Fact("link", "lo", in: "host"), address]]
        story.keepsStart = false
        story.start.append(other)
        story.fault(.netnsDelete(name: "other"), in: "add", removed: ["other"])
        story.attempts(Attempt(end: .exited(1), errorOutput: "other: no such namespace\n"), in: "add")
        change(&story)
        return story
    }

    @Test func aFailureWithAllWorkDoneIsToldLow() throws {
        let findings = bystanders().judge().findings
        #expect(findings.map(\.oracle.rawValue) == ["worse"])
        #expect(
            findings.first?.message
                == "add did all its work, and failed over netns other, of which nothing tells it")
        #expect(findings.first?.severity == .low)
    }

    @Test func whoIsToldOfItOrUsesItMayFail() throws {
        let told = bystanders { story in
            story.plan.steps = [
                Step(name: "add", body: .run(Command(agent: "cni", name: "add", argv: ["add", "/run/netns/other"])))
            ]
        }
        #expect(told.judge().verdict == .pass)
        let file = bystanders { $0.plan.host.files["/etc/x"] = FileContent(bytes: Array("in: other".utf8)) }
        #expect(file.judge().verdict == .pass)
        let used = bystanders { $0.expected[0].append(Fact("link", "eth0", in: "other")) }
        #expect(used.judge().verdict == .pass)
        let undone = bystanders { $0.states = [[Fact("link", "lo", in: "host")]] }
        #expect(undone.judge().verdict == .pass)
    }

    @Test func atTheSameTimeIsAFinding() throws {
        var story = Story([
            Step(name: "both", body: .together([step("add", 1, of: 2), step("add", 2, of: 2)]))
        ])
        let parts = story.plan.allSteps
        let state = Snapshot(facts: story.start)
        var header = RecordHeader(plan: story.plan, role: .fault)
        header.startSnapshot = state.digest
        header.outcomes = [
            StepOutcome(step: "add.1", attempts: [Attempt(end: .exited(0))], snapshot: state.digest),
            StepOutcome(
                step: "add.2", attempts: [Attempt(end: .exited(4), errorOutput: "busy")], snapshot: state.digest),
        ]
        let record = Record(header: header, snapshots: [state.digest: state], operations: OperationLog([]))
        let reference = Reference(
            states: Dictionary(uniqueKeysWithValues: parts.map { ($0.id, state) }), start: state)
        let judgement = Judge(plan: story.plan, reference: reference).judge([Run(record: .success(record))])
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.map(\.oracle.rawValue) == ["together"])
        #expect(judgement.findings[0].evidence.prefix(2) == ["add.2 ended: exit 4: busy", "add.1 ended: exit 0"])
        story.plan.faults = []
    }
}
