import Model

/// A run as JSON for programs; `docs/report.schema.json` is its schema.
public enum JSONReport {
    /// The version of the shape.
    static let version: Int64 = 2

    /// The run with sorted keys, two spaces deep, ending with a line feed.
    public static func text(_ run: RunReport) -> String { Shapes.run.object(Numbered(run)).text + "\n" }

    /// The JSON Schema of that text, ending with a line feed.
    public static var schema: String {
        var schema: [String: JSONValue] = [
            "$schema": .string("https://json-schema.org/draft/2020-12/schema"), "title": .string("Report of tocsin"),
            "$defs": .record([
                "plan": Shapes.plan.schema, "fault": Shapes.fault.schema, "finding": Shapes.finding.schema,
                "object": Shapes.difference.schema, "rate": Shapes.rate.schema, "run": Shapes.line.schema,
                "delivery": Shapes.delivery.schema, "operation": Shapes.operation.schema, "step": Shapes.step.schema,
                "attempt": Shapes.attempt.schema, "change": Shapes.change.schema, "row": Shapes.row.schema,
                "cause": Shapes.cause.schema, "expectation": Shapes.expectation.schema,
            ]),
        ]
        if case .object(let run) = Shapes.run.schema { schema.merge(run) { first, _ in first } }
        return JSONValue.object(schema).text + "\n"
    }

    /// A run with its causes, which are found once.
    struct Numbered {
        let run: RunReport
        let causes: [CauseReport]

        init(_ run: RunReport) {
            self.run = run
            causes = run.causes
        }
    }
}
