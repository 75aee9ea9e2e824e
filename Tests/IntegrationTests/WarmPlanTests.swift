import Model
import Testing

/// Plans whose driver is warm, in a worker as `tocsin` starts them.
@Suite(.needsHost, .serialized, .timeLimit(.patient(minutes: 2))) struct WarmPlanTests {
    private func run(isWarm: Bool, before: String = "") throws -> Record {
        var agent = AgentSpecification()
        agent.kind = .driver(WarmDriverText.argv(before: before))
        agent.environment = WarmDriverText.environment
        agent.version = "1"
        agent.warm = isWarm
        var plan = Plan(scenario: "test.yaml", title: "test")
        plan.agents = ["agent": agent]
        plan.steps = ["is-warm", "add", "thread"].map { name in
            var command = command([], name: name)
            command.request = DriverRequest(name: name)
            return Step(name: name, body: .run(command))
        }
        return try record(of: plan)
    }

    private func ends(_ record: Record) -> [ProcessEnd?] { record.header.outcomes.map(\.attempts.first?.end) }

    @Test func aWarmDriverIsForkedAndSeenAsAColdOne() throws {
        let warm = try run(isWarm: true)
        let cold = try run(isWarm: false)
        #expect(warm.header.error == nil)
        #expect(ends(warm) == [.exited(0), .exited(0), .exited(0)])
        // What asks whether it is warm says no.
        #expect(ends(cold) == [.exited(1), .exited(0), .exited(0)])
        let keys = [warm, cold].map { record in
            record.operations.filter { $0.step != "is-warm" }.map { "\($0.key) \($0.result)" }
        }
        #expect(keys[0] == keys[1])
        #expect(keys[0].count > 5)
    }

    @Test func oneThatIsRefusedIsStartedInTheHost() throws {
        let thread = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
        let record = try run(isWarm: true, before: thread)
        #expect(record.header.error == nil)
        #expect(ends(record) == [.exited(1), .exited(0), .exited(0)])
    }
}
