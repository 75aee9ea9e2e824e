import Model
import Testing

@testable import Oracles

/// What grows from cycle to cycle is a leak; what is made once, fills up or comes and goes is none.
@Suite struct LeakOverTimeTests {
    private func rises(_ values: [Int], least: Double = 0, bothHalves: Bool = false) -> Bool {
        Trend.rise(of: values, least: least, bothHalves: bothHalves) != nil
    }

    @Test func theLineOfLeastSquaresHasItsInterval() throws {
        let exact = try #require(Trend([5, 7, 9, 11]))
        #expect(exact.slope == 2 && exact.interval == 2...2)
        // By hand: slope 0.8, residuals -0.2 0.0 0.2 0.4 -0.4; s² = 0.4/3, s_b = 0.11547, t = 3.182.
        let rough = try #require(Trend([1, 2, 3, 4, 4]))
        #expect(abs(rough.slope - 0.8) < 1e-9)
        #expect(abs(rough.interval.lowerBound - (0.8 - 3.182 * 0.11547)) < 1e-3)
        #expect(Trend([1, 2]) == nil)
    }

    @Test(arguments: [[5, 6, 7, 8], [5, 5, 6, 7, 8, 9], [3, 4, 4, 5, 5, 6, 6, 7, 7]])
    func risesToTheEnd(values: [Int]) { #expect(rises(values)) }

    @Test(arguments: [
        [5, 5, 5, 5], [4, 6, 6, 6, 6], [4, 5, 6, 7, 8, 8, 8, 8, 8], [5, 6, 5, 6, 5, 6], [9, 8, 7, 6], [5, 5, 5, 6],
        [5, 8, 9],
    ])
    func risesNoMore(values: [Int]) { #expect(!rises(values)) }

    @Test func memoryMustRiseByMuchAndInBothHalves() {
        let steady = (0..<12).map { 9000 + 1024 * $0 }
        #expect(rises(steady, least: 64, bothHalves: true))
        #expect(!rises((0..<12).map { 9000 + 40 * $0 }, least: 64, bothHalves: true))
        #expect(!rises((0..<12).map { 9000 + 1024 * min($0, 7) }, least: 64, bothHalves: true))
    }

    /// Steps `add`, `del`, gone through so often.
    private func story(_ cycles: Int, _ facts: (Int) -> [Fact]) -> Story {
        var story = Story(
            (1...cycles).flatMap { [step("add", $0, of: cycles), step("del", $0, of: cycles, undoes: "add")] })
        story.plan.cycles = Cycles(count: cycles)
        story.expected = (1...cycles).flatMap { [facts($0), facts($0)] }
        return story
    }

    @Test func anObjectOfEachCycleIsTold() throws {
        let story = story(5) { cycle in (1...cycle).map { Fact("file", "/run/lease-\($0)") } }
        let found = try story.findings(LeakOverTime.name)
        #expect(found.map(\.subject) == ["files"] && found.map(\.step) == ["del.5"])
        let finding = try #require(found.first)
        #expect(finding.message == "files rise in each of 5 cycles, by 1 (95 %: 1 to 1)")
        #expect(finding.evidence.prefix(2) == ["after each cycle: 1, 2, 3, 4, 5", "more: file /run/lease-2"])
    }

    @Test func withALeakedNamespaceGoesWhatIsInIt() throws {
        let story = story(5) { cycle in
            (1...cycle).flatMap {
                [Fact("netns", "ns(ip)#\($0)", ["state": "unnamed"]), Fact("link", "lo", in: "ns(ip)#\($0)")]
            }
        }
        #expect(try story.findings(LeakOverTime.name).map(\.subject) == ["namespaces"])
    }

    @Test func whatAnAgentHoldsIsToldByAgent() throws {
        var story = story(6) { _ in [] }
        for (place, step) in story.plan.steps.enumerated() {
            var outcome = StepOutcome(step: step.id, attempts: [Attempt(end: .exited(0))])
            outcome.resources = [
                AgentResources(agent: "d", descriptors: 5 + place / 2, threads: 1, memory: 9000 + place % 3),
                AgentResources(agent: "e", descriptors: 5, threads: 2 + place % 2, memory: 9000),
            ]
            story.outcomes[step.id] = outcome
        }
        let found = try story.findings(LeakOverTime.name)
        #expect(found.map(\.subject) == ["descriptors of d"] && found.map(\.cwe) == ["CWE-775"])
    }

    /// One that is started anew in each cycle is looked at where it runs.
    @Test func aServiceIsLookedAtWhereItRuns() throws {
        var story = story(5) { _ in [] }
        for (place, step) in story.plan.steps.enumerated() where place % 2 == 0 {
            var outcome = StepOutcome(step: step.id, attempts: [Attempt(end: .exited(0))])
            outcome.resources = [AgentResources(agent: "d", descriptors: 5, threads: 1 + place, memory: 0)]
            story.outcomes[step.id] = outcome
        }
        #expect(try story.findings(LeakOverTime.name).map(\.subject) == ["threads of d"])
    }

    @Test func aPlanWithoutCyclesIsNotLookedAt() throws {
        var story = story(5) { cycle in (1...cycle).map { Fact("file", "/run/lease-\($0)") } }
        story.plan.cycles = nil
        #expect(try story.findings(LeakOverTime.name).isEmpty)
    }

    @Test func aLineAllowsACount() {
        var story = story(5) { cycle in (1...cycle).map { Fact("file", "/run/lease-\($0)") } }
        story.plan.allow = [
            Expectation(oracle: LeakOverTime.name, subject: .text("files"), because: "a journal"),
            Expectation(
                oracle: .residue, subject: .object(Phrase("file", "/run/lease-*")), because: "a journal"),
        ]
        #expect(story.judge().verdict == .pass)
    }
}

/// What steps that only prepare leave is there at the beginning of what is judged.
@Suite struct SetupTests {
    private let image = Fact("file", "/var/lib/image", ["digest": "1"])

    private func story(_ last: [Fact]) -> Story {
        var steps = [step("import"), step("add"), step("del", undoes: "add")]
        steps[0].setup = true
        var story = Story(steps)
        story.expected = [[image], [image, lease], last]
        return story
    }

    @Test func whatItLeavesIsNoLeftover() {
        #expect(story([image]).judge().verdict == .pass)
        let left = story([image, lease]).judge()
        #expect(left.findings.map(\.subject) == ["file /var/lib/cni/10.22.0.2"])
    }

    @Test func whatTakesItAwayHasLostNothing() { #expect(story([]).judge().verdict == .pass) }
}

/// A line of `allow` that a run without faults does not need is told.
@Suite struct UnusedAllowanceTests {
    private func notes(_ path: String, isDisturbed: Bool = false) -> [String] {
        var story = Story([step("add"), step("del", undoes: "add")])
        story.expected = [[lease], [lease]]
        story.plan.allow = [
            Expectation(
                oracle: .residue, subject: .object(Phrase("file", path)), because: "x", location: "x.yaml:9:5"),
            Expectation(oracle: .crash, subject: .step("add"), because: "x"),
        ]
        if isDisturbed { story.fault(netnsDelete, in: "add") }
        return story.judge().notes
    }

    @Test func itIsToldWhereNothingIsAllowedByIt() {
        #expect(
            notes("/var/lib/other") == [
                "allowed, and not seen without faults: residue: { file: /var/lib/other }, line x.yaml:9:5"
            ])
        #expect(notes("/var/lib/cni/*").isEmpty)
    }

    @Test func withFaultsItMayBeNeededElsewhere() { #expect(notes("/var/lib/other", isDisturbed: true).isEmpty) }
}
