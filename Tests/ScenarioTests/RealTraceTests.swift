import FoundationEssentials
import Model
import Reports
import Scenario
import Testing

/// What is printed of real programs leads back to the very operation: `ip`, `nft`, `sh` and others, traced once.
@Suite struct RealTraceTests {
    private static let operations: [Operation] = {
        let folder = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined()
        do {
            let text = try String(contentsOfFile: "\(folder)/Snapshots/Operations/real-programs.jsonl", encoding: .utf8)
            return try text.split(separator: "\n").map {
                try JSONDecoder().decode(Operation.self, from: Data($0.utf8))
            }
        } catch {
            Issue.record("\(error)")
            return []
        }
    }()

    /// The operations at which a fault with this point comes.
    private func met(_ point: Point) -> [Int] {
        var cursor = PointCursor(point)
        return Self.operations.filter { operation in
            let parts = operation.step.split(separator: ".")
            let occurrence = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
            let step = Step(
                name: String(parts[0]), occurrence: occurrence, siblings: parts.count > 1 ? 2 : 1,
                body: .start(agent: operation.agent))
            return cursor.meets(point.side, operation, in: step) { _ in true }
        }.map(\.index)
    }

    private func load(_ fault: InlineFault) throws -> [Fault] {
        let text = """
            tocsin: 1
            title: a trace
            agents:
              a: { commands: { links: { run: [a] }, routes: { run: [a] }, rules: { run: [a] }, files: { run: [a] } } }
            steps: [{ run: links }, { run: routes }, { run: rules }, { run: files }, { run: links }]

            """
        let environment = LoadEnvironment(
            agentsFolder: "/", currentFolder: "/", readFile: { $0 == "x.yaml" ? Array(text.utf8) : nil })
        return try loadPlans(path: "x.yaml", environment: environment, faults: [fault]).plans.first?.faults ?? []
    }

    @Test func thereAreManyOfManyKinds() {
        #expect(Self.operations.count > 200)
        #expect(Set(Self.operations.map(\.phrase.word)).count > 25)
    }

    @Test func everyLineIsItsOwnPoint() throws {
        var trace = TraceText()
        for operation in Self.operations {
            let line = trace.line(operation)
            let faults = try load(try InlineFault("before \(line): kill main"))
            #expect(faults.map { met($0.point) } == [[operation.index]], "\(line)")
        }
    }

    /// `--at N` is the N-th line.
    @Test func everyNumberIsItsOwnPoint() throws {
        var points = OperationPoints()
        for operation in Self.operations {
            let point = points.point(operation)
            #expect(met(point) == [operation.index], "\(point)")
            let faults = try load(try InlineFault(action: "kill main", at: point))
            #expect(faults.map(\.point) == [point], "\(point)")
        }
    }
}
