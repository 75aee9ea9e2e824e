import Model
import Testing

@testable import Oracles

@Suite struct JudgeTests {
    /// A run in which a lease is left.
    func leaking(_ isLeaking: Bool = true) -> Story {
        var story = Story(cycle)
        story.expected = cycleStates
        story.states = isLeaking ? [added, [pod], added, [pod, lease]] : nil
        story.fault(netnsDelete, in: "add.1")
        return story
    }

    let leaseResidue = Expectation(
        oracle: .residue, subject: .object(Phrase("file", "/var/lib/cni/10.22.*")), because: "#1",
        location: "cni.yaml:12:5")

    @Test func passAndFail() {
        #expect(leaking(false).judge().verdict == .pass)
        let judgement = leaking().judge()
        #expect(judgement.verdict == .fail)
        #expect(judgement.unexpected.map(\.oracle) == [.residue])
        #expect(judgement.reasons.count == 1)
        #expect(judgement.runs.first?.deliveries.count == 1)
        #expect(judgement.findings.map(\.fingerprint.count) == [32])
    }

    /// A random name is another in each run: what two versions of an agent are compared by says its role.
    @Test func pointsAreSaidWithRolesInThePlaceOfRandomNames() {
        var story = leaking(false)
        story.names = ["veth12345678"]
        story.deliveries[0].key = "add.1 / cni / link.set(veth12345678 name eth0) @ pod # 1"
        var reference = story.reference
        reference.randomNames = [Reference.RandomName(prefix: "veth", length: 12)]
        let run = Judge(plan: story.plan, reference: reference)
            .judge([Run(folder: "fault", record: .success(story.record))]).runs.first
        #expect(run?.points == ["add.1 / cni / link.set(veth#1 name eth0) @ pod # 1"])
        #expect(run?.deliveries.first?.key.contains("veth12345678") == true)
        #expect(leaking().judge().runs.first?.points == nil)
    }

    @Test func everyVerdictSaysWhatWasNotLookedAt() {
        #expect(leaking(false).judge().notLookedAt == nil)
        var runs = [leaking(false), leaking(false)]
        var seen = NotLookedAt()
        for run in runs.indices {
            seen.add(operation(0, step: "add.1", Phrase("socket.destroy", "10.0.0.1:80")))
            runs[run].notLookedAt = seen
        }
        let pass = runs[0].judge(runs: runs)
        #expect(pass.verdict == .pass && pass.notLookedAt?.lines == ["not compared: socket.destroy (2)"])
        var failing = leaking()
        failing.notLookedAt = seen
        #expect(failing.judge().verdict == .fail && failing.judge().notLookedAt == pass.notLookedAt)
    }

    /// An agent does not decide how large a report is; what it comes to is of all findings.
    @Test func findingsHaveABound() {
        var story = leaking()
        let left = (0..<1500).map { Fact("file", "/var/lib/cni/x\($0)", ["type": "file"]) }
        story.states = [added, [pod], added, [pod, lease] + left]
        story.plan.known = [leaseResidue]
        let judgement = story.judge()
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.count == Judgement.mostFindings)
        // What was expected goes before what nobody expected.
        #expect(judgement.known.isEmpty)
        #expect(judgement.notes.contains("1001 more findings are left out: a report has at most 500 of a plan"))
        #expect(judgement.runs.allSatisfy { $0.fingerprints.count <= Judgement.mostFindings })
    }

    @Test func knownIsKnown() {
        var story = leaking()
        story.plan.known = [leaseResidue]
        let judgement = story.judge()
        #expect(judgement.verdict == .known)
        #expect(judgement.known.count == 1)
        #expect(judgement.unexpected.isEmpty && judgement.allowed.isEmpty && judgement.unseen.isEmpty)
    }

    @Test func aKnownThatIsNotSeenFails() {
        var story = leaking(false)
        story.plan.known = [leaseResidue]
        let judgement = story.judge()
        #expect(judgement.verdict == .fail)
        #expect(judgement.unseen == [leaseResidue])
        #expect(
            judgement.reasons == [
                "residue: { file: /var/lib/cni/10.22.* }: not seen: remove the line cni.yaml:12:5"
            ])
        story.plan.known[0].seen = .sometimes
        #expect(story.judge().verdict == .pass)
    }

    @Test func aKnownSeenInSomeRunsSaysSo() {
        var plan = leaking().plan
        plan.known = [leaseResidue]
        var seen = leaking()
        var unseen = leaking(false)
        seen.plan = plan
        unseen.plan = plan
        let judgement = seen.judge(runs: [seen, unseen])
        #expect(judgement.verdict == .fail)
        #expect(
            judgement.reasons.contains {
                $0.hasSuffix("seen in 1 of 2 runs only: say `seen: sometimes` in line cni.yaml:12:5")
            })
        seen.plan.known[0].seen = .sometimes
        unseen.plan = seen.plan
        #expect(seen.judge(runs: [seen, unseen]).verdict == .known)
    }

    @Test func allowWinsQuietly() {
        var story = leaking()
        story.plan.allow = [leaseResidue]
        #expect(story.judge().verdict == .pass)
        #expect(story.judge().allowed.count == 1)
        var both = leaseResidue
        both.because = "known"
        story.plan.known = [both]
        #expect(story.judge().known.isEmpty)
        #expect(story.judge().unseen == [both])
    }

    @Test func anExpectationOfAStepMeansItsNameOrOneOfThem() {
        var story = leaking(false)
        story.outcomes["add.2"] = StepOutcome(step: "add.2", attempts: [Attempt(end: .exited(1))])
        for (text, verdict) in [("add", Verdict.known), ("add.2", .known), ("add.1", .fail)] {
            story.plan.known = [Expectation(oracle: .doAgain, subject: .step(text), because: "#2")]
            #expect(story.judge().verdict == verdict)
        }
    }

    @Test func differentRunsAreFlaky() {
        let judgement = leaking().judge(runs: [leaking(), leaking(false), leaking(false)])
        #expect(judgement.verdict == .flaky(hits: 1, runs: 3))
        #expect(judgement.findings.map { judgement.rate(of: $0).hits } == [1])
        #expect(leaking().judge(runs: [leaking(), leaking()]).verdict == .fail)
    }

    @Test func aFindingOfEveryRunFailsWhateverElseComesAndGoes() {
        var more = leaking()
        more.states?[3].append(route)
        let judgement = more.judge(runs: [leaking(), more])
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.map { judgement.rate(of: $0).hits } == [2, 1])
    }

    /// As two commands of a `together` that both fail: the run ends at the first of them, in either order.
    @Test func noRunIsRightThoughEachHasAnotherFinding() {
        var other = leaking(false)
        other.states = other.expected
        other.states?[3].append(route)
        let judgement = other.judge(runs: [leaking(), other])
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.map { judgement.rate(of: $0).hits } == [1, 1])
    }

    @Test func controlsTellARaceFromADefect() {
        #expect(leaking().judge(controls: [leaking(false)]).findings.map(\.alsoInControl) == [false])
        var moved = leaking()
        moved.plan.faults[0].point = Point(.before, Phrase("step", "add.1"))
        let judgement = leaking().judge(controls: [leaking(false), moved])
        #expect(judgement.findings.map(\.alsoInControl) == [true])
        #expect(judgement.verdict == .fail)
    }

    @Test func aMaskOverTheObjectOfAFaultIsSaid() {
        var story = leaking(false)
        story.mask = [Reference.Masked(identity: pod.identity, attribute: "state")]
        #expect(
            story.judge().notes == [
                "a blind spot: state of netns pod differs without faults too, and fault-1 is about it"
            ])
        story.mask = [Reference.Masked(identity: lease.identity, attribute: "digest")]
        #expect(story.judge().notes == [])
    }

    @Test func aBrokenControlIsANote() {
        var broken = leaking()
        broken.deliveries = []
        let judgement = leaking(false).judge(controls: [broken])
        #expect(judgement.verdict == .pass)
        #expect(judgement.notes.count == 1)
    }

    @Test func fingerprintsNameTheSameThingInEveryRun() {
        let first = leaking().judge().findings.map(\.fingerprint)
        var other = leaking()
        other.plan.bindings = ["version": "25.0"]
        other.deliveries[0].time = 99
        #expect(other.judge().findings.map(\.fingerprint) == first)
        var elsewhere = leaking()
        elsewhere.plan.faults[0].point.side = .after
        #expect(elsewhere.judge().findings.map(\.fingerprint) != first)
        var scenario = leaking()
        scenario.plan.scenario = "other.yaml"
        #expect(scenario.judge().findings.map(\.fingerprint) != first)
    }

    @Test func judgementsSurviveTheDisk() throws {
        var story = leaking()
        story.plan.known = [leaseResidue]
        let judgement = story.judge()
        #expect(try roundTrip(judgement) == judgement)
    }
}
