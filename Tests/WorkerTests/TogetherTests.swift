import Kernel
import Model
import Testing

@testable import Interception
@testable import Worker

/// Steps at the same time, and the order that their agents keep.
@Suite struct TogetherTests {
    private static let write = Phrase("file.write", "/run/x")

    private func together(_ change: (inout Plan) -> Void = { _ in }) -> Plan {
        plan([Step(name: "both", body: .together([run("one", agent: "one"), run("two", agent: "two")]))]) {
            $0.agents = ["one": AgentSpecification(), "two": AgentSpecification()]
            change(&$0)
        }
    }

    private func ordered(_ points: (Point.Side, String)...) -> Plan {
        together { $0.order = points.map { Point($0.0, TogetherTests.write, agent: $0.1) } }
    }

    /// A program that comes to its write after some milliseconds, and ends when it may do it.
    private func writes(_ stage: Stage, _ name: String, at milliseconds: Int) {
        stage.starter.scripts[name] = { start in
            let stop = PlayStop(
                name, .before, [operation(TogetherTests.write, in: name, agent: name)], of: start.process)
            stage.clock.after(.milliseconds(milliseconds)) {
                if stage.faults.pass(.before, stop) { stage.deeds.add("\(name) goes on") }
                stage.clock.after(.milliseconds(20)) { try stage.end(start.process) }
            }
        }
    }

    @Test func theyRunAtTheSameTimeAndHaveOneState() throws {
        let stage = Stage(together())
        stage.works("one", for: 20)
        stage.works("two", for: 10)
        let header = try stage.play()
        #expect(
            stage.deeds.all == ["settle", "await release", "start one", "start two", "end two", "end one", "settle"])
        #expect(header.outcomes.map(\.step) == ["one", "two"])
        #expect(header.outcomes.allSatisfy { $0.snapshot != "" && $0.attempts.count == 1 })
    }

    @Test func whoIsEarlyWaits() throws {
        let stage = Stage(ordered((.before, "two"), (.before, "one")))
        writes(stage, "one", at: 1)
        writes(stage, "two", at: 10)
        #expect(try stage.play().error == nil)
        #expect(stage.deeds.all.suffix(3) == ["release one", "two goes on", "settle"])
    }

    @Test func anOrderThatIsNotKeptIsNoEvidence() throws {
        let stage = Stage(ordered((.before, "two"), (.before, "one")))
        writes(stage, "one", at: 1)
        stage.works("two")
        let header = try stage.play()
        #expect(header.error?.hasPrefix("`order` was not kept: two never came to its point 1 of 2") == true)
        #expect(header.outcomes == [])
        // Nobody is left standing.
        #expect(stage.deeds.all.contains("release one"))
    }

    @Test func whoIsKeptFromAPointByALockIsNoError() throws {
        let plan = together { plan in
            var kept = Point(.before, TogetherTests.write, agent: "two")
            kept.orBlocked = true
            plan.order = [kept, Point(.before, TogetherTests.write, agent: "one")]
        }
        let stage = Stage(plan)
        writes(stage, "one", at: 1)
        // It sleeps until the other has let its lock go, and never comes to the point.
        stage.works("two", for: Int(2500 * Patience.factor))
        let header = try stage.play()
        #expect(header.error == nil)
        #expect(header.blocked?.first?.hasPrefix("`order` was kept as far as it can be: two was kept from") == true)
        #expect(stage.deeds.all.contains("release one"))
    }

    @Test func afterTheStepsNobodyWaitsForTheOrder() throws {
        let stage = Stage(ordered((.before, "two"), (.before, "one")))
        writes(stage, "one", at: 1)
        writes(stage, "two", at: 10)
        _ = try stage.play()
        let process = stage.tracer.process("one", spawn: 1, program: "one")
        #expect(stage.faults.pass(.before, PlayStop("late", .before, [operation(TogetherTests.write)], of: process)))
    }

    @Test func onlyCommandsRunAtTheSameTime() throws {
        let check = Step(name: "look", body: .check(.fired("cut"), within: 0))
        let header = try Stage(plan([Step(name: "both", body: .together([check]))])).play()
        #expect(header.error == "only commands run at the same time")
    }
}
