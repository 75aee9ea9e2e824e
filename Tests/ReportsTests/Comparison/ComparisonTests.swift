import Model
import Testing

@testable import Reports

/// What a comparison calls new, resolved, known or flaky.
struct ComparisonTests {
    /// One side, of one plan unless more are given.
    private func side(_ plans: BaselinePlan...) -> Baseline { Baseline(versions: ["tocsin": "1"], plans: plans) }

    private func standings(_ base: BaselinePlan, _ head: BaselinePlan) -> [Comparison.Standing] {
        Comparison(side(base), side(head)).entries.map(\.standing)
    }

    @Test func whatBothHaveIsKnownWhatOneHasIsNewOrResolved() {
        let left = BaselineFinding.sample(objects: ["extra netns pod"])
        let changed = BaselineFinding.sample("check", objects: [])
        #expect(standings(.sample([left]), .sample([left])) == [.known])
        #expect(standings(.sample([]), .sample([left])) == [.new])
        #expect(standings(.sample([left]), .sample([])) == [.resolved])
        #expect(standings(.sample([left]), .sample([changed])) == [.new, .resolved])
        #expect(Comparison(side(.sample([])), side(.sample([left]))).compared == 1)
    }

    @Test func missingAndTwiceAreNeverTheSame() {
        let missing = BaselineFinding.sample(objects: ["missing nft rule inet t post in host"])
        let twice = BaselineFinding.sample(objects: ["extra nft rule inet t post in host"])
        #expect(standings(.sample([missing]), .sample([twice])) == [.new, .resolved])
    }

    @Test func aRateIsAnotherByTheTestAlone() {
        func plan(_ seen: String, _ runs: Int) -> BaselinePlan { .sample([.sample(seen: seen)], runs: runs) }
        #expect(standings(plan("1/10", 10), plan("9/10", 10)) == [.worse])
        #expect(standings(plan("9/10", 10), plan("1/10", 10)) == [.better])
        #expect(standings(plan("3/10", 10), plan("6/10", 10)) == [.flaky])
        #expect(standings(plan("10/10", 10), plan("1/1", 1)) == [.known])
        // What comes and goes is not resolved because it did not come.
        #expect(standings(plan("3/10", 10), .sample([], runs: 10)) == [.flaky])
        #expect(standings(plan("9/10", 10), .sample([], runs: 10)) == [.resolved])
        let new = Comparison(side(.sample([], runs: 10)), side(plan("3/10", 10)))
        #expect(new.entries.map(\.standing) == [.new])
        #expect(new.entries[0].remarks == ["it comes and goes: that BASE did not show it may be chance, p = 0.21"])
    }

    @Test func moreObjectsAreWorseAndFewerBetter() {
        let one = BaselineFinding.sample(objects: ["missing netns a"])
        let two = BaselineFinding.sample(objects: ["missing netns a", "missing netns b"])
        #expect(standings(.sample([one]), .sample([two])) == [.worse])
        #expect(standings(.sample([two]), .sample([one])) == [.better])
        #expect(
            Comparison(side(.sample([one])), side(.sample([two]))).entries[0].remarks == [
                "only in HEAD: missing netns b"
            ])
    }

    @Test func anOperationThatMovedIsTheSame() {
        let old = BaselineFinding.sample("crash", subject: "bash/nft#4", objects: [])
        let new = BaselineFinding.sample("crash", subject: "bash/nft#6", objects: [])
        let base = BaselinePlan.sample([old], fired: ["add / bash/nft#4 / nft.commit(inet lab) @ host # 1"])
        let head = BaselinePlan.sample([new], fired: ["add / bash/nft#6 / nft.commit(inet lab) @ host # 2"])
        let comparison = Comparison(side(base), side(head))
        #expect(comparison.entries.map(\.standing) == [.known])
        #expect(
            comparison.moved.map(\.line) == [
                "the point moved: add / bash/nft#4 / nft.commit(inet lab) @ host # 1"
                    + " -> add / bash/nft#6 / nft.commit(inet lab) @ host # 2"
            ])
    }

    /// An agent that lists once more before has each later list at another number, so with it the plans of an exploration.
    @Test func aFindingMovesToTheNextPlanOfAnExploration() {
        func plan(_ nth: Int, _ findings: [BaselineFinding]) -> BaselinePlan {
            .sample(findings, values: ["fault": "before nft.list inet by nft nth \(nth): kill main", "then": "again"])
        }
        let left = BaselineFinding.sample()
        let comparison = Comparison(side(plan(1, []), plan(2, [left])), side(plan(1, []), plan(2, []), plan(3, [left])))
        #expect(comparison.entries.map(\.standing) == [.known])
        #expect(comparison.entries[0].remarks.first?.hasPrefix("moved; before: ") == true)
        #expect(comparison.added.count == 1)
    }

    @Test func aPlanThatWasNotTestedLosesCoverage() {
        let left = BaselineFinding.sample()
        let failed = BaselinePlan.sample([], verdict: "error", reason: "fault-1: never fired")
        let comparison = Comparison(side(.sample([left])), side(failed))
        #expect(comparison.lost.map(\.reason) == ["error: fault-1: never fired"])
        #expect(comparison.entries.map(\.standing) == [.uncompared])
        #expect(comparison.compared == 0)
        // The other way round nothing is lost; what is found is new.
        let back = Comparison(side(failed), side(.sample([left])))
        #expect(back.lost.isEmpty && back.entries.map(\.standing) == [.new])
    }

    @Test func whatOneSideDoesNotHaveIsSaid() {
        let left = BaselineFinding.sample()
        let comparison = Comparison(
            side(.sample([left], name: "a.yaml")), side(.sample([left], name: "b.yaml")))
        #expect(comparison.notRun == ["a.yaml"] && comparison.added == ["b.yaml"])
        #expect(comparison.entries.map(\.standing) == [.new, .uncompared])
    }

    @Test func whatIsMaskedIsNotResolved() {
        let old = BaselinePlan.sample([.sample(objects: ["extra netns pod"])])
        var new = BaselinePlan.sample([])
        new.masked = ["netns pod after add"]
        let comparison = Comparison(side(old), side(new))
        #expect(comparison.entries.map(\.standing) == [.uncompared])
        #expect(comparison.masked.map(\.line) == ["netns pod after add"])
        new.masked = ["netns pod2", "cookie of netns pod"]
        #expect(Comparison(side(old), side(new)).entries.map(\.standing) == [.resolved])
    }

    @Test func versionsOfOneMatrixAreComparedWithEachOther() {
        let left = BaselineFinding.sample()
        let old = BaselinePlan.sample([left], values: ["version": "12.0.3", "way": "a"])
        let new = BaselinePlan.sample([], values: ["version": "12.0.4", "way": "a"])
        #expect(Comparison(side(old), side(new), ignoring: ["version"]).entries.map(\.standing) == [.resolved])
        #expect(Comparison(side(old), side(new)).entries.map(\.standing) == [.uncompared])
    }

    @Test func howTheAgentItselfChangedIsSaid() {
        func operations(_ words: String...) -> OperationCounts {
            OperationCounts(of: [words.map { Operation.sample($0) }])
        }
        var (old, new) = (BaselinePlan.sample([], name: "a"), BaselinePlan.sample([], name: "a"))
        var (second, third) = (BaselinePlan.sample([], name: "b"), BaselinePlan.sample([], name: "b"))
        old.operations = operations("link.create", "netns.open")
        new.operations = operations("netns.open", "link.create", "netns.open", "route.add")
        second.reference = "a"
        third.reference = "a"
        let comparison = Comparison(side(old, second), side(new, third))
        #expect(comparison.operations.map(\.line) == ["add ip: netns.open 1 -> 2, route.add 0 -> 1"])
        #expect(comparison.operations.map(\.plans) == [["a", "b"]])
    }

    @Test func numbersThatDifferFromRunToRunAreNoChange() {
        let polls = (2...4).map { Array(repeating: Operation.sample("link.get"), count: $0) }
        let more = [Array(repeating: Operation.sample("link.get"), count: 3)]
        #expect(OperationCounts(of: polls).changes(to: OperationCounts(of: more)).isEmpty)
        let many = [Array(repeating: Operation.sample("link.get"), count: 9)]
        #expect(OperationCounts(of: polls).changes(to: OperationCounts(of: many)) == ["add ip: link.get 2-4 -> 9"])
    }

    @Test func whatFailsABuildIsNewAndBadEnough() {
        var expected = BaselineFinding.sample("check")
        expected.known = "LP#1"
        let low = BaselineFinding.sample(severity: .low)
        let comparison = Comparison(side(.sample([])), side(.sample([expected, low])))
        #expect(comparison.regressions(includingKnown: true).count == 2)
        #expect(comparison.regressions(includingKnown: false).map(\.finding) == [low])
        #expect(comparison.regressions(from: .high, includingKnown: true).map(\.finding) == [expected])
    }

    @Test func aLineOfKnownThatIsNotSeenAnyMoreIsSaid() {
        var new = BaselinePlan.sample([], verdict: "fail")
        new.unseen = ["residue: netns pod"]
        #expect(Comparison(side(.sample([])), side(new)).unseen.map(\.line) == ["residue: netns pod"])
        #expect(Comparison(side(new), side(new)).unseen.isEmpty)
    }

    /// HEAD is cured of what its scenario knows: the plan fails there, for its line can go, and that is no worse.
    @Test func aCureIsBetter() {
        var expected = BaselineFinding.sample("residue")
        expected.known = "LP#1"
        var new = BaselinePlan.sample([], verdict: "fail")
        new.unseen = ["residue: netns pod"]
        let comparison = Comparison(side(.sample([expected], verdict: "known")), side(new))
        #expect(comparison.entries.map(\.standing) == [.resolved])
        #expect(
            comparison.entries.first?.remarks == [
                "its scenario says that it is known: where HEAD is what counts, that line can go"
            ])
        #expect(comparison.unseen.isEmpty && comparison.regressions(includingKnown: true).isEmpty)
    }
}

/// The file of a baseline.
struct BaselineTests {
    @Test func itIsReadBackAsItWasWritten() throws {
        let plan = BaselinePlan(
            Samples.judgement, replay: "tocsin run x",
            operations: OperationCounts(of: [[Operation.sample("link.get")]]))
        let baseline = Baseline(versions: ["tocsin": "1"], plans: [plan])
        let text = baseline.text
        #expect(try Baseline(text.utf8) == baseline)
        #expect(text.hasSuffix("}\n"))
    }

    @Test func itHoldsWhatIsWrongAndNotWhatIsAllowed() {
        let plan = BaselinePlan(Samples.judgement, replay: "")
        #expect(plan.findings.map(\.oracle) == ["dead-name", "no-convergence"])
        #expect(plan.findings.map(\.seen) == ["2/2", "1/2"])
        #expect(plan.findings.map(\.known) == ["not reported yet", nil])
        #expect(plan.fired == ["add / ip / netns.name(demo) @ host # 1"])
        #expect(plan.verdict == "fail" && plan.runs == 2)
        var judgement = Samples.judgement
        for place in judgement.runs.indices {
            judgement.runs[place].points = ["add / ip / link.set(veth#1) @ host # 1"]
        }
        #expect(BaselinePlan(judgement, replay: "").fired == ["add / ip / link.set(veth#1) @ host # 1"])
    }

    @Test(arguments: ["", "{}", "[1]", "\u{0}", "{\"baseline\": 1}"]) func whatIsNoneIsRefused(text: String) {
        #expect(throws: BaselineProblem.self) { try Baseline(text.utf8) }
    }

    @Test func aNewerFormIsRefused() {
        let text = Baseline(versions: [:], plans: []).text.replacing("\"baseline\": 1", with: "\"baseline\": 2")
        #expect(throws: BaselineProblem(description: "its form is 2, and this version reads 1")) {
            try Baseline(text.utf8)
        }
    }

    @Test func plansThatRanReplaceTheirOwnAlone() {
        let old = Baseline(versions: [:], plans: [.sample([], name: "a"), .sample([.sample()], name: "b")])
        let new = Baseline(versions: [:], plans: [.sample([.sample()], name: "a")])
        #expect(old.replacing(with: new).plans.map(\.findings.count) == [1, 1])
    }
}

/// The words in which points are the same.
struct LooseTests {
    static let texts = [
        ("add / bash/nft#4 / nft.commit(inet lab) @ host # 2", "add / bash/nft / nft.commit(inet lab) @ host"),
        ("before nft.list inet by nft nth 3: kill main", "before nft.list inet by nft: kill main"),
        ("missing link veth#1 in pod", "missing link veth in pod"), ("#1", "#1"), ("a # b", "a # b"), ("nth", "nth"),
    ]

    static let masks = [
        ("link eth0 in pod", "missing link eth0 in pod", true),
        ("link eth0 in pod after add", "extra link eth0 in pod", true),
        ("mac of link eth0", "changed link eth0", true), ("mac of link eth0", "missing link eth0", false),
        ("mac of link eth0", "changed link eth1", false), ("link eth", "missing link eth0", false), ("", "", false),
    ]

    @Test(arguments: masks) func whatIsMaskedIsMeantByItsWholeName(line: String, difference: String, isMasked: Bool) {
        #expect(Loose.masks(line, difference) == isMasked)
    }

    @Test(arguments: texts) func numbersOfPlacesAreLeftOut(text: String, loose: String) {
        #expect(Loose.text(text) == loose)
    }
}

extension BaselineFinding {
    static func sample(
        _ oracle: String = "residue", subject: String = "add", objects: [String] = ["extra netns pod"],
        severity: Severity = .high, seen: String = "1/1"
    ) -> BaselineFinding {
        let name = OracleName(rawValue: oracle)
        let finding = Finding(
            oracle: name, subject: subject, step: "add", message: "something is left", severity: severity,
            cwe: "CWE-459")
        var sample = BaselineFinding(finding, Judgement(plan: Samples.plan, verdict: .fail))
        sample.objects = objects
        sample.seen = seen
        return sample
    }
}

extension BaselinePlan {
    static func sample(
        _ findings: [BaselineFinding], name: String = "a.yaml", values: [String: String] = [:], fired: [String] = [],
        verdict: String = "fail", reason: String? = nil, runs: Int = 1
    ) -> BaselinePlan {
        var plan = Plan(scenario: name, title: "a")
        plan.bindings = values
        var sample = BaselinePlan(Judgement(plan: plan, verdict: .pass), replay: "tocsin run \(name)")
        sample.findings = findings
        sample.fired = fired
        sample.verdict = verdict
        sample.reason = reason
        sample.runs = runs
        return sample
    }
}

extension Operation {
    static func sample(_ word: String) -> Operation {
        Operation(
            index: 0, step: "add", agent: "ip", lineage: "ip", program: "ip", thread: 1, call: "sendto",
            phrase: Phrase(word, "x"), result: .ok, started: 0)
    }
}
