import Model
import Testing

@testable import Worker

/// Replies of drivers: whatever one writes, its request ends, or the run is no evidence.
@Suite struct DriverFuzz {
    private static let lines = [
        "{\"ready\": true}", "{\"ready\": true, \"version\": \"2.0\"}", "{\"ok\": true}",
        "{\"ok\": false, \"error\": \"no\"}",
        "{\"ok\": true}\n{\"ok\": true}", "{\"ready\": false}", "", "[]", "null", "{\"ok\": 1}",
        "{\"ok\": true, \"ok\": false}",
    ]

    @Test func driver() throws {
        let pool = Array(Set(DriverFuzz.lines.flatMap(Fuzz.words))).sorted()
        try Fuzz.run("driver") { fuzz in
            let steps = (0...fuzz.number(below: 2)).map { number in
                var command = Command(agent: "agent", name: "b\(number)", argv: [], timeout: 100_000_000)
                command.request = DriverRequest(name: command.name, with: "{}")
                return Step(name: command.name, body: .run(command))
            }
            let stage = Stage(plan(steps) { $0.agents["agent"]?.kind = .driver(["driver"]) })
            stage.killsEnd()
            var said = ["{\"ready\": true}"]
            for _ in 0...fuzz.number(below: 3) {
                let line = fuzz.one(of: DriverFuzz.lines)
                said.append(fuzz.number(below: 3) == 0 ? line : fuzz.reworded(line, pool))
            }
            if fuzz.number(below: 3) == 0 { said.removeFirst() }
            stage.starter.scripts["driver"] = { start in
                for (index, line) in said.enumerated() {
                    stage.clock.after(.milliseconds(2 * (index + 1))) { start.reply(line) }
                }
            }
            let header = try stage.play()
            if header.error == nil { #expect(header.outcomes.count == steps.count) }
            return header.error == nil ? "answered" : "no evidence"
        }
    }
}
