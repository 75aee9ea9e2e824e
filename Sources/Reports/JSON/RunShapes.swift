import Model

/// The objects of the JSON report.
enum Shapes {
    static let run = JSONShape<JSONReport.Numbered>(
        name: "report", about: "What one run of tocsin found.",
        fields: [
            .field("report", .integer, "The version of this shape.") { _ in .integer(JSONReport.version) },
            .optional("run", .string, "The id of the run.") { $0.run.run.map { .string($0) } },
            .optional("began", .string, "When it began, UTC.") { $0.run.began.map { .string(Moments.utc($0)) } },
            .optional("duration_ns", .integer, "How long it took, in nanoseconds; absent when it never ended.") {
                $0.run.duration.map { .count($0) }
            },
            .optional("exit", .integer, "Its exit status; absent when it never ended.") {
                $0.run.status.map { .count($0) }
            },
            .field("verdict", .choice(RunReport.verdicts), "The worst verdict of a plan.") { .string($0.run.verdict) },
            .field("counts", .map(.integer), "How many plans have each verdict.") { numbered in
                .object(
                    Dictionary(RunReport.verdicts.map { ($0, JSONValue.count(numbered.run.count(of: $0))) }) { $1 })
            },
            .field("versions", .map(.string), "Versions by name.") { .texts($0.run.versions) },
            .optional("denominator", .list(.string), "Of an exploration: what was counted, run and left out.") {
                $0.run.explored.map { .strings($0.denominator) }
            },
            .field("causes", .list(.shape("cause")), "What is wrong, findings of one cause together.") {
                .array($0.causes.map(cause.object))
            },
            .field("plans", .list(.shape("plan")), "The plans in their order.") {
                .array($0.run.plans.map(plan.object))
            },
        ])

    static let cause = JSONShape<CauseReport>(
        name: "cause", about: "Findings of one oracle, step and kind of objects.",
        fields: [
            .field("number", .integer, "Its place, from 1.") { .count($0.number) },
            .field("standing", standings, "Whether it is known.") { .string($0.standing.rawValue) },
            .field("oracles", .list(.string), "The oracles that see it.") { .strings($0.oracles.map(\.rawValue)) },
            .field("scenario", .string, "The scenario file.") { .string($0.scenario) },
            .field("step", .string, "The step.") { .string($0.step) },
            .field("severity", severities, "How bad it is.") { .string($0.severity.rawValue) },
            .field("cwe", .string, "The weakness.") { .string($0.cwe) },
            .field("message", .string, "One sentence.") { .string($0.message) },
            .field("plans", .list(.integer), "Its plans, by their place in `plans` from 0.") {
                .array($0.plans.map { .count($0) })
            },
            .field("findings", .integer, "How many findings it has.") { .count($0.findings) },
            .field("fingerprints", .list(.string), "The fingerprints of its findings.") {
                .strings($0.fingerprints)
            },
            .field("window", .list(.string), "The operations at which the first and the last of its faults fired.") {
                .strings($0.window)
            },
        ])

    static let plan = JSONShape<PlanReport>(
        name: "plan", about: "A scenario with one value of each matrix.",
        fields: [
            .field("name", .string, "The scenario file and the values.") { .string($0.name) },
            .field("scenario", .string, "The scenario file.") { .string($0.scenario) },
            .field("values", .map(.string), "The values of the matrix.") { .texts($0.values) },
            .field("title", .string, "What the scenario is about.") { .string($0.title) },
            .field("agents", .map(.string), "The version of each agent; empty where none is said.") {
                .texts($0.agents)
            },
            .field("faults", .list(.shape("fault")), "What disturbs it.") { .array($0.faults.map(fault.object)) },
            .field("verdict", .choice(RunReport.verdicts), "What it came to.") { .string($0.verdictWord) },
            .field("reasons", .list(.string), "Why.") { .strings($0.reasons) },
            .field("findings", .list(.shape("finding")), "What is wrong, known or allowed.") {
                .array($0.findings.map(finding.object))
            },
            .field("unseen", .list(.shape("expectation")), "Lines of `known` that did not occur.") {
                .array($0.unseen.map(expectation.object))
            },
            .field("runs", .list(.shape("run")), "Its runs with faults, in order.") {
                .array($0.runs.map(line.object))
            },
            .field("timeline", .list(.shape("operation")), "The operations around the first fault.") {
                .array($0.shown.timeline.map(operation.object))
            },
            .field("beliefs", .list(.string), "What the agents knew of what faults changed, and what was true then.") {
                .strings($0.shown.beliefs)
            },
            .field("steps", .list(.shape("step")), "What came of the steps in the run that is shown.") {
                .array($0.shown.steps.map(step.object))
            },
            .field("changes", .list(.shape("change")), "The states around the steps that findings are about.") {
                .array($0.shown.changes.map(change.object))
            },
            .field("masked", .list(.string), "What differs without faults too, and is not looked at.") {
                .strings($0.masked)
            },
            .field("dropped", .list(.string), "What is not as in most runs without faults, but masked.") {
                .strings($0.dropped)
            },
            .field(
                "not_looked_at", .list(.string),
                "What its runs changed that no state compares, and asked that has no word; a line of each."
            ) { .strings($0.notLookedAt) },
            .field("notes", .list(.string), "What a reader must know besides.") { .strings($0.notes) },
            .field("folder", .string, "The folder of its records; empty when nothing ran.") { .string($0.folder) },
            .field("replay", .string, "The command that runs it again.") { .string($0.replay) },
        ])

    static let fault = JSONShape<FaultLine>(
        name: "fault", about: "One fault.",
        fields: [
            .field("name", .string, "Its name.") { .string($0.name) },
            .field("point", .string, "Where it happens.") { .string($0.point) },
            .field("actions", .list(.string), "What happens.") { .strings($0.actions) },
            .optional("location", .string, "Where it is written: FILE:LINE:COLUMN.") {
                $0.location.map { .string($0) }
            },
        ])

    static let expectation = JSONShape<Expectation>(
        name: "expectation", about: "One line of `known` or `allow`.",
        fields: [
            .field("line", .string, "The line as the scenario writes it.") { .string($0.description) },
            .field("because", .string, "Its reason.") { .string($0.because) },
            .field("location", .string, "Where it is written.") { .string($0.location) },
        ])

    static let severities = JSONType.choice(Severity.allCases.map(\.rawValue))
    static let standings = JSONType.choice(FindingReport.Standing.allCases.map(\.rawValue))
}
