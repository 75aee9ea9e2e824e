import Model
import Scenario
import Testing

/// Steps that are gone through several times, and those that only prepare.
@Suite struct CyclesTests {
    private func plan(_ steps: String, _ more: String = "cycles: 4") throws -> Plan {
        let text = BrokenFileTests.story.replacing(
            "steps:\n  - run: add\n  - run: del\n", with: "\(more)\nsteps: \(steps)\n")
        return try #require(try Files(texts: ["x.yaml": text]).load("x.yaml").plans.first)
    }

    @Test func theStepsStandThereAsOften() throws {
        let plan = try plan("[{ run: add }, { run: del }]")
        #expect(plan.steps.map(\.id) == (1...4).flatMap { ["add.\($0)", "del.\($0)"] })
        #expect(plan.cycles == Cycles(count: 4) && plan.stepsOfCycles.map(\.last) == (1...4).map { "del.\($0)" })
    }

    @Test func whatOnlyPreparesIsDoneOnce() throws {
        let plan = try plan("[{ run: add, name: first, setup: true }, { run: del }, { run: add }]")
        #expect(plan.steps.map(\.id).prefix(3) == ["first", "del.1", "add.1"])
        #expect(plan.steps.map(\.isSetup).prefix(3) == [true, false, false])
        #expect(plan.cycles == Cycles(count: 4, first: 1) && plan.stepsOfCycles.count == 4)
        #expect(plan.stepsOfCycles.first == ["del.1", "add.1"])
    }

    @Test func withoutCyclesThereAreNone() throws {
        let plan = try plan("[{ run: add }]", "cwe: []")
        #expect(plan.cycles == nil && plan.stepsOfCycles.isEmpty)
    }

    @Test func aStepThatPreparesStandsFirst() {
        let text = BrokenFileTests.story.replacing("  - run: del", with: "  - { run: del, setup: true }")
        #expect(
            Files(texts: ["x.yaml": text]).problems("x.yaml") == [
                "x.yaml:10:17: error: a step that only prepares stands before all others"
            ])
    }
}
