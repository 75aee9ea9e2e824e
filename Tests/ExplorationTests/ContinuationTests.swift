import Model
import Testing

@testable import Exploration

struct ContinuationTests {
    private func ids(_ name: String, _ plan: Plan, after step: Int = 0) throws -> [String]? {
        try #require(Continuations.named(name)).steps(of: plan, after: step)?.map(\.id)
    }

    @Test func whatAUserDoesNext() throws {
        #expect(try ids("nothing", addAndDelete) == ["add"])
        #expect(try ids("again", addAndDelete) == ["add"])
        #expect(try ids("undo", addAndDelete) == ["add", "del"])
        #expect(try ids("undo", addAndDelete, after: 1) == ["add.1", "del", "add.2"])
        #expect(try ids("whole", addAndDelete) == ["add.1", "del.1", "add.2", "del.2"])
    }

    @Test func onlyTheStepOfTheFaultIsRunAgain() throws {
        let steps = try #require(Continuations.named("whole")?.steps(of: addAndDelete, after: 1))
        #expect(steps.map { $0.command?.retry } == [0, 1, 0, 0])
    }

    @Test func whatIsToldTwiceIsNotToldAgain() throws {
        let twice = story([
            run("add", 1, of: 2), run("del", 1, of: 2, undoes: "add"), run("add", 2, of: 2),
            run("del", 2, of: 2, undoes: "add"),
        ])
        #expect(try ids("whole", twice) == ["add.1", "del.1", "add.2", "del.2"])
    }

    @Test func aCommandThatNothingUndoesHasNoUndo() throws {
        let lonely = story([run("add")])
        #expect(try ids("undo", lonely) == nil)
        #expect(try ids("whole", lonely) == nil)
    }

    @Test func aStoryIsCountedOnce() throws {
        let lonely = story([run("add")])
        let records = (0..<3).map { _ in
            record(lonely, [operation(Phrase("file.open", "/a", in: "host"))], [[]])
        }
        let exploration = try Exploration(of: lonely, records)
        #expect(Set(exploration.denominator.candidates.map(\.continuation)) == ["nothing", "again"])
    }

    private func repaired(_ commands: [Command] = [], _ steps: [Step] = addAndDelete.steps) -> Plan {
        var plan = story(steps)
        var explore = ExploreSpecification()
        explore.resync = ["ip": "repair"]
        explore.commands = commands
        plan.explore = explore
        return plan
    }

    @Test func anAgentRepairsWhatItFinds() throws {
        let repair = Command(agent: "ip", name: "repair", argv: ["ip", "repair"])
        #expect(try ids("resync", repaired([repair])) == ["add", "repair"])
        #expect(try ids("resync", repaired([repair]), after: 1) == ["add", "del", "repair"])
        #expect(try ids("resync", repaired()) == nil)
        #expect(try ids("resync", addAndDelete) == nil)
    }

    @Test func aStepSaysHowItRepairs() throws {
        let own = [run("add"), run("repair"), run("del", undoes: "add")]
        let steps = try #require(Continuations.named("resync")?.steps(of: repaired([], own), after: 0))
        #expect(steps.map(\.id) == ["add", "repair"] && steps.map { $0.command?.retry } == [0, 1])
        // What repairs is itself run again.
        #expect(try ids("resync", repaired([], own), after: 1) == nil)
    }

    @Test func commandsThatNoStepRunsAreRunAtThePoint() throws {
        var other = Command(agent: "other", name: "sweep", argv: ["sweep"])
        let plan = repaired([other, Command(agent: "d", name: "ask", argv: [], request: DriverRequest(name: "ask"))])
        #expect(OtherCommands.commands(of: plan).map(\.name) == ["add", "del", "sweep"])
        other.argv = ["ip", "add"]
        #expect(OtherCommands.commands(of: repaired([other])).map(\.name) == ["add", "del"])
    }

    @Test func onlyWhatIsAskedForCounts() throws {
        var plan = addAndDelete
        plan.explore = ExploreSpecification()
        plan.explore?.at = ["link.*"]
        plan.explore?.faults = ["kill", "link"]
        let asked = try Exploration(of: plan, deviceStory())
        let words = Set(asked.denominator.candidates.map { asked.place(of: $0.number).operation.phrase.word })
        #expect(words == ["link.create", "link.set", "link.delete"])
        #expect(Set(asked.denominator.candidates.map(\.action.family)) == ["kill", "link"])
        let lines = ExplorationText(asked).denominatorLines()
        #expect(lines.contains("only what is asked for: operations link.*: 3; faults kill, link"), "\(lines)")
        // No run depends on it.
        #expect(asked.plan(asked.denominator.kept[0]).explore == nil)
    }

    @Test func aWayThatDoesNotApplyIsNotNamed() throws {
        let records = (0..<3).map { _ in
            record(story([run("add")]), [operation(Phrase("file.open", "/a", in: "host"))], [[]])
        }
        #expect(try Exploration(of: story([run("add")]), records).continuations == ["nothing", "again"])
        #expect(try deviceExploration().continuations == ["whole", "nothing", "again", "undo"])
    }
}
