import Model
import Testing

@testable import Exploration

struct ContinuationTests {
    private func ids(_ name: String, _ plan: Plan, after step: Int = 0) throws -> [String]? {
        try #require(Continuations.named(name)).steps(of: plan.steps, after: step)?.map(\.id)
    }

    @Test func whatAUserDoesNext() throws {
        #expect(try ids("nothing", addAndDelete) == ["add"])
        #expect(try ids("again", addAndDelete) == ["add"])
        #expect(try ids("undo", addAndDelete) == ["add", "del"])
        #expect(try ids("undo", addAndDelete, after: 1) == ["add.1", "del", "add.2"])
        #expect(try ids("whole", addAndDelete) == ["add.1", "del.1", "add.2", "del.2"])
    }

    @Test func onlyTheStepOfTheFaultIsRunAgain() throws {
        let steps = try #require(Continuations.named("whole")?.steps(of: addAndDelete.steps, after: 1))
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
}
