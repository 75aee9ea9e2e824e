import Model
import Testing

@testable import Exploration

/// `a` and `b` at the same time, each of an agent of its own, with these operations of `a` and of `b` when one runs after the other.
private func together(_ threads: [String: [Int32]] = [:], isCrossing: Bool = false) -> (story: Plan, records: [Record])
{
    func step(_ name: String) -> Step {
        Step(name: name, body: .run(Command(agent: "agent-\(name)", name: name, argv: [name])))
    }
    var story = Plan(scenario: "tests/together.yaml", title: "two at once")
    story.agents = ["agent-a": AgentSpecification(), "agent-b": AgentSpecification()]
    story.steps = [Step(name: "together", body: .together([step("a"), step("b")]))]
    let records = story.orders.flatMap { order in
        (0..<3).map { _ in
            let operations = order.steps.flatMap { step -> [Operation] in
                let paths = ["/x", "/y", "/x", "/z"]
                return paths.enumerated().map { index, path in
                    let threads = threads[step.name] ?? [7]
                    var one = operation(
                        Phrase("file.open", path, in: "host"), step: step.id,
                        lineage: isCrossing ? "\(step.name)/\(["p", "q"][index % 2])" : step.name,
                        thread: threads[index % threads.count])
                    one.agent = "agent-\(step.name)"
                    return one
                }
            }
            return record(order, operations, [[], []])
        }
    }
    return (story, records)
}

struct PCTTests {
    @Test func whoHasTheHighestPriorityRuns() {
        let alone = PCT.Schedule(priorities: [1, 0, 2], changes: [])
        #expect(alone.turns([2, 3, 1]) == [.init(1, 0..<3), .init(0, 0..<2), .init(2, 0..<1)])
        // Behind its second operation the first one goes behind everybody.
        let changed = PCT.Schedule(priorities: [1, 0, 2], changes: [2])
        #expect(changed.turns([2, 3, 1]) == [.init(1, 0..<2), .init(0, 0..<2), .init(2, 0..<1), .init(1, 2..<3)])
        // Of two that were lowered, the one at the second change point goes on first.
        let twice = PCT.Schedule(priorities: [0, 1], changes: [1, 2])
        #expect(twice.turns([2, 3]) == [.init(0, 0..<1), .init(1, 0..<3), .init(0, 1..<2)])
        let other = PCT.Schedule(priorities: [0, 1], changes: [2, 1])
        #expect(other.turns([2, 3]) == [.init(0, 0..<1), .init(1, 0..<1), .init(0, 1..<2), .init(1, 1..<3)])
    }

    @Test func everyOperationHasItsTurnOnce() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let lengths = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                Int.random(in: 0...5, using: &generator)
            }
            let schedule = PCT.Schedule(
                threads: lengths.count, operations: max(1, lengths.reduce(0, +)), depth: 3, using: &generator)
            let turns = schedule.turns(lengths)
            for (thread, length) in lengths.enumerated() {
                #expect(turns.filter { $0.thread == thread }.flatMap { Array($0.operations) } == Array(0..<length))
            }
            // A turn is as long as it can be.
            #expect(zip(turns, turns.dropFirst()).allSatisfy { $0.thread != $1.thread })
        }
    }

    @Test func aDefectOfDepthTwoIsMetAsOftenAsTheBoundSays() {
        // Seen where b is between the third and the fourth operation of a: one of the two orders that a change point must make.
        let lengths = [6, 4, 1]
        var generator = SeededGenerator(seed: 1)
        var met = 0
        let runs = 20_000
        for _ in 0..<runs {
            let schedule = PCT.Schedule(threads: 3, operations: 11, depth: 2, using: &generator)
            let turns = schedule.turns(lengths)
            if turns.contains(PCT.Turn(0, 0..<3)), turns.contains(PCT.Turn(0, 3..<6)) { met += 1 }
        }
        let bound = PCT.Bound(threads: 3, operations: 11, depth: 2, choices: 1)
        #expect(abs(bound.ofOne - 1.0 / 33) < 1e-12)
        #expect(Double(met) / Double(runs) >= bound.ofOne)
        #expect(abs(bound.of(runs: 33) - 0.6378) < 0.0001)
        #expect(PCT.Bound(threads: 2, operations: 9, depth: 1, choices: 4).ofOne == 1.0 / 8)
    }

    @Test func aScheduleIsAnOrderOfPoints() throws {
        let (story, records) = together()
        let pct = try PCT(story, records, depth: 2)
        #expect(pct.threads == 2)
        #expect(pct.operations == 8)
        #expect(pct.unscheduled.isEmpty)
        let draw = PCT.Draw(schedule: PCT.Schedule(priorities: [0, 1], changes: [3]), change: nil)
        let plan = pct.plan(draw)
        #expect(
            plan.order.map(\.description) == [
                "after: { file.open: /x, by: a, in: host }, nth: 2, during: a.1, agent: agent-a, or: blocked",
                "before: { file.open: /x, by: b, in: host }, during: b.1, agent: agent-b, or: blocked",
                "after: { file.open: /z, by: b, in: host }, during: b.1, agent: agent-b, or: blocked",
                "before: { file.open: /z, by: a, in: host }, during: a.1, agent: agent-a, or: blocked",
            ])
        #expect(plan.faults.isEmpty)
        #expect(plan.bindings["schedule"] == "a 1-3, b 1-4, a 4")
        // The same seed draws the same.
        #expect(pct.draws(50, seed: 2) == pct.draws(50, seed: 2))
        #expect(pct.draws(50, seed: 2) != pct.draws(50, seed: 3))
    }

    @Test func whatRanIsHeldAgainstWhatWasDrawn() throws {
        let (story, records) = together()
        let pct = try PCT(story, records, depth: 2)
        let draw = PCT.Draw(schedule: PCT.Schedule(priorities: [0, 1], changes: [3]), change: nil)
        func ran(_ steps: String) -> Record {
            record(
                story,
                steps.map { name in
                    var one = operation(Phrase("file.open", "/x", in: "host"), step: String(name))
                    one.agent = "agent-\(name)"
                    return one
                }, [[]])
        }
        #expect(pct.isAsDrawn(draw, in: ran("aaabbbba")))
        // To its end each goes as far as it must.
        #expect(pct.isAsDrawn(draw, in: ran("aaabbaaaa")))
        #expect(!pct.isAsDrawn(draw, in: ran("aabbbbaa")))
        #expect(!pct.isAsDrawn(draw, in: ran("aaabababba")))
        // It comes to its next operation before the others, and waits there.
        #expect(pct.isAsDrawn(draw, in: ran("baaaabbb")))
        #expect(!pct.isAsDrawn(draw, in: ran("aaabbbb")))
    }

    @Test func theAdversaryIsOneThreadMore() throws {
        let (story, records) = together()
        let pct = try PCT(story, records, depth: 2, actions: [.change(.deleteFile(path: "/y"))])
        #expect(pct.threads == 3)
        #expect(pct.operations == 9)
        func plan(_ priorities: [Int], _ changes: [Int]) -> Plan {
            pct.plan(PCT.Draw(schedule: PCT.Schedule(priorities: priorities, changes: changes), change: 0))
        }
        // Behind the operation that comes before it, for what comes behind it may have to wait.
        let between = plan([0, 2, 1], [1])
        #expect(
            between.faults.map(\.point.description) == [
                "after: { file.open: /x, by: a, in: host }, during: a.1, agent: agent-a"
            ])
        #expect(between.bindings["schedule"] == "a 1, file.delete /y, b 1-4, a 2-4")
        #expect(between.order.count == 4)
        // Before all others.
        #expect(
            plan([2, 1, 0], [9]).faults.map(\.point.description) == [
                "before: { file.open: /x, by: b, in: host }, during: b.1, agent: agent-b"
            ])
        // Where it is alone between two turns of one agent, that one waits for nobody.
        let inside = plan([1, 0, 2], [6])
        #expect(inside.bindings["schedule"] == "b 1-4, a 1-2, file.delete /y, a 3-4")
        #expect(inside.order.count == 2)
        #expect(inside.faults.first?.point.description.contains("after: { file.open: /y") == true)
        #expect(Set(pct.draws(200, seed: 1).map { $0.change ?? -1 }) == [-1, 0])
    }

    @Test func whoRunsThreadsOfHisOwnHasNoBound() throws {
        let (story, records) = together(["b": [7, 8]])
        let pct = try PCT(story, records, depth: 2)
        #expect(pct.unscheduled == ["b runs threads of its own in b: nobody says in which order these come"])
        #expect(pct.boundLines(runs: 10).contains { $0.hasPrefix("no bound: b runs threads of its own") })
        let crossing = together(["a": [7, 8], "b": [7, 8]], isCrossing: true)
        let processes = try PCT(crossing.story, crossing.records, depth: 2).unscheduled
        #expect(processes.first == "a/p and a/q run at the same time in a: nobody says in which order these come")
    }

    @Test func whoWaitsForAChildIsScheduled() throws {
        // A shell that forks has a child which is called as it is, and goes on behind it.
        let (story, records) = together(["b": [7, 8, 8, 7]])
        #expect(try PCT(story, records, depth: 2).unscheduled.isEmpty)
    }

    @Test func theBoundIsOfRunsAsDrawn() throws {
        let (story, records) = together()
        let pct = try PCT(story, records, depth: 2)
        let plans = pct.draws(3, seed: 1).enumerated().map { pct.plan($1, number: $0 + 1) }
        #expect(Set(plans.map { $0.bindings["draw"] }).count == 3)
        let outcomes = [
            1: Outcome(candidate: 1, verdict: .pass, findings: []),
            2: Outcome(candidate: 2, verdict: .fail, findings: [finding(.falseSuccess)]),
            3: Outcome(candidate: 3, verdict: .error("it did not settle"), findings: []),
        ]
        let lines = pct.lines(plans, outcomes, asDrawn: [2]) { "run \($0)" }
        #expect(
            lines.first
                == "3 runs: 1 as drawn, 1 in which an agent was kept from its turn, or went another way, "
                + "1 that could not be judged; for those as drawn the bound is 6.250 %")
        #expect(lines.contains("          in 1/2 (9-91 %)"))
        #expect(lines.last == "          run 2")
    }

    @Test func twoStepsOfOneAgentAreRefused() throws {
        var (story, records) = together()
        story.steps = [
            Step(name: "together", body: .together([run("add"), run("del")]))
        ]
        #expect(throws: ExplorationProblem.self) { try PCT(story, records, depth: 2) }
        #expect(throws: ExplorationProblem.self) { try PCT(addAndDelete, deviceStory(), depth: 2) }
    }
}
