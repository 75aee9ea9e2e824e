import Model
import Testing

@testable import Interception
@testable import Worker

/// What a step must keep, asked of a network that answers late.
@Suite struct StateWatchPlayTests {
    private let condition = Condition.ping(address: "10.0.0.2", from: "host")

    private func plan() -> Plan {
        var plan = Plan(scenario: "x.yaml", title: "x")
        plan.agents = ["ip": AgentSpecification()]
        plan.steps = ["one", "two"].map { Step(name: $0, body: .run(Command(agent: "ip", name: $0, argv: [$0]))) }
        plan.steps[0].keeps = condition
        return plan
    }

    private func stop(_ index: Int, _ stage: Stage) -> PlayStop {
        let operation = Operation(
            index: index, step: "one", agent: "ip", lineage: "ip", program: "ip", thread: 1, call: "sendmsg",
            phrase: Phrase("link.set", "v0", ["mtu": "1400"]), started: 0)
        return PlayStop(
            "stop \(index)", .after, [operation],
            of: TracedProcess(id: 1, agent: "ip", spawn: 1, isFirst: true, lineage: nil))
    }

    /// Threads that wait for an answer are let go when it comes, also when another step has begun by then: and that one, which
    /// keeps nothing, has no gap.
    @Test func whoWaitsIsLetGoThoughTheStepIsOver() throws {
        let stage = Stage(plan())
        let watch = StateWatch(
            conditions: stage.conditions, programs: stage.programs, recorder: stage.recorder, tracer: stage.tracer)
        #expect(try watch.begin(stage.steps.all[0]) == nil)
        stage.state.answersLater = true
        var released: [Int] = []
        #expect(
            watch.after(stop(1, stage)) { released.append(1) } && watch.after(stop(2, stage)) { released.append(2) })
        #expect(released.isEmpty && stage.state.asked.count == 1)
        #expect(try watch.begin(stage.steps.all[1]) == nil)
        stage.state.asked[0]("no answer")
        #expect(released == [1] && stage.state.asked.count == 2)
        stage.state.asked[1](nil)
        #expect(released == [1, 2])
        stage.state.answersLater = false
        #expect(try watch.end().gaps == nil)
    }

    @Test func aGapIsFromOneAnswerToAnother() throws {
        let stage = Stage(plan())
        let watch = StateWatch(
            conditions: stage.conditions, programs: stage.programs, recorder: stage.recorder, tracer: stage.tracer)
        #expect(try watch.begin(stage.steps.all[0]) == nil)
        stage.state.probeFailure = "no answer"
        #expect(!watch.after(stop(1, stage)) {} && !watch.after(stop(2, stage)) {})
        stage.state.probeFailure = nil
        #expect(!watch.after(stop(3, stage)) {})
        let gaps = try watch.end().gaps ?? []
        #expect(gaps.map(\.from) == [1] && gaps.map(\.until) == [3] && gaps.map(\.why) == ["no answer"])
        #expect(gaps.map(\.hasEnded) == [true])
    }
}
