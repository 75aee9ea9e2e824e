import Model
import Testing

@testable import Oracles

/// What the world changed while a command ran is gone after it.
@Suite struct LostUpdateTests {
    private let own = Fact("route", "10.1.0.0/16", in: "host", ["dev": "lo"])
    private let foreign = Fact("route", "10.9.0.0/16", in: "host", ["dev": "lo"])

    /// A run in which the world adds a route before a request of a step, or at its beginning.
    private func story(_ end: [Fact], at point: Point = Point(.before, Phrase("netns.enter", "pod"))) -> (Story, [Fact])
    {
        var story = Story([step("add")])
        story.expected = [[own]]
        story.states = [end]
        story.fault(.change(.execute(argv: ["ip"], namespace: "host")), at: point, in: "add")
        var add = operation(1, step: "add", Phrase("route.add", "10.1.0.0/16", ["dev": "lo"]))
        add.started = 5
        story.operations.append(add)
        return (story, story.start + [foreign])
    }

    private func record(_ made: (Story, [Fact])) -> Record {
        var (story, left) = made
        let around = (Snapshot(facts: story.start), Snapshot(facts: left))
        story.deliveries[0].states = .init(before: around.0.digest, after: around.1.digest)
        var record = story.record
        record.snapshots[around.0.digest] = around.0
        record.snapshots[around.1.digest] = around.1
        return record
    }

    private func judge(_ run: (Story, [Fact]), before: (Story, [Fact])) -> Judgement {
        var controls = [record(before), record(before)]
        controls[0].header.role = .controlBefore
        controls[1].header.role = .controlAfter
        return Judge(plan: run.0.plan, reference: run.0.reference).judge(
            [Run(record: .success(record(run)))], controls: controls.map { Run(record: .success($0)) })
    }

    private let beginning = Point(.before, Phrase("step", "add"))

    @Test func whoeverWritesBackWhatItHadReadLosesIt() {
        let kept = story([own, foreign], at: beginning)
        let judgement = judge(story([own]), before: kept)
        #expect(judgement.findings.map(\.oracle.rawValue) == ["lost-update"])
        #expect(judgement.findings.first?.timing == .race)
        #expect(judgement.findings.first?.message.hasSuffix("route 10.9.0.0/16 in host") == true)
    }

    /// Without a comparison run nobody knows: it is no finding, and no pass that nothing more is to be made of.
    @Test func withoutAComparisonItIsOpen() throws {
        let run = story([own])
        func judge(_ made: (Story, [Fact])) -> Judgement {
            Judge(plan: made.0.plan, reference: made.0.reference).judge([Run(record: .success(record(made)))])
        }
        #expect(judge(run).findings.isEmpty)
        #expect(judge(run).needsComparison == true)
        #expect(
            judge(run).notes == ["whether there is a lost-update of add was not decided: there is no comparison run"])
        #expect(judge(story([own, foreign])).needsComparison == nil)
        // At the edge of a step already, it is its own comparison.
        #expect(judge(story([own], at: beginning)).needsComparison == nil)
    }

    @Test func whoOwnsItSetsItAsItWants() {
        #expect(judge(story([own]), before: story([own], at: beginning)).verdict == .pass)
    }

    @Test func whoLeavesItIsRight() {
        #expect(judge(story([own, foreign]), before: story([own, foreign], at: beginning)).verdict == .pass)
    }

    /// The agent held it alone: it goes with the agent.
    @Test func aNamespaceWithoutANameIsNobodysLoss() throws {
        let gone = Fact("netns", "pod" + NamespaceRole.deletedMark, ["state": "unnamed"])
        let inside = Fact("route", "10.9.0.0/16", in: "pod" + NamespaceRole.deletedMark, ["dev": "lo"])
        let (story, left) = story([Fact("link", "lo", in: "host"), own])
        #expect(try findings((story, left)).map(\.oracle.rawValue) == ["lost-update"])
        #expect(try findings((story, story.start + [gone, inside])).isEmpty)
    }

    /// What the agent did before the world changed something cannot have taken that back.
    @Test func behindItsLastOperationNothingIsLost() throws {
        let (story, left) = story(
            [Fact("link", "lo", in: "host"), own], at: Point(.after, Phrase("netns.enter", "pod")))
        var late = story
        late.operations = late.operations.map { operation in
            var operation = operation
            operation.started = 0
            return operation
        }
        #expect(try findings((late, left)).isEmpty)
    }

    private func findings(_ made: (Story, [Fact])) throws -> [Finding] {
        try LostUpdate().findings(in: Evidence(record: record(made), reference: made.0.reference))
    }
}
