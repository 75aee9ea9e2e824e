import Model

extension Shapes {
    static let finding = JSONShape<FindingReport>(
        name: "finding", about: "One thing that an oracle names.",
        fields: [
            .field("standing", standings, "Whether it is known, or allowed.") { .string($0.standing.rawValue) },
            .field("oracle", .string, "What names it.") { .string($0.finding.oracle.rawValue) },
            .field("subject", .string, "What it is about: a step, or an object.") { .string($0.finding.subject) },
            .field("step", .string, "The step.") { .string($0.finding.step) },
            .field("message", .string, "One sentence.") { .string($0.finding.message) },
            .field("evidence", .list(.string), "Lines that show it.") { .strings($0.finding.evidence) },
            .field("why", .list(.string), "Why it came to it, as far as the operations tell.") {
                .strings($0.finding.why ?? [])
            },
            .field("objects", .list(.shape("object")), "The objects that are not as they should be.") {
                .array($0.finding.differences.map(difference.object))
            },
            .field("severity", severities, "How bad it is.") { .string($0.finding.severity.rawValue) },
            .field("cwe", .string, "The weakness.") { .string($0.finding.cwe) },
            .field("race", .boolean, "Whether comparison runs say that it needs the exact moment.") {
                .bool($0.isRace)
            },
            .field("in_comparison", .boolean, "Whether a comparison run shows it too.") {
                .bool($0.finding.alsoInControl)
            },
            .field("rate", .shape("rate"), "In how many runs it was seen.") { rate.object($0.rate) },
            .field("fingerprint", .string, "Equal wherever the same thing is seen.") {
                .string($0.finding.fingerprint)
            },
            .optional("part_of", .string, "The fingerprint of the finding of which it is a consequence.") {
                $0.finding.partOf.map { .string($0) }
            },
            .optional("because", .string, "Why it is known or allowed.") {
                $0.finding.expected.map { .string($0.because) }
            },
            .optional("because_at", .string, "Where that is written.") {
                $0.finding.expected.map { .string($0.location) }
            },
        ])

    static let difference = JSONShape<Difference>(
        name: "object", about: "One object that is not as in the reference.",
        fields: [
            .field("kind", .choice(["missing", "extra", "changed"]), "What is wrong with it.") { .string($0.kind) },
            .field("noun", .string, "What it is: link, route, nft, ...") { .string($0.identity.noun) },
            .field("which", .string, "Which one.") { .string($0.identity.name) },
            .field("namespace", .string, "Its namespace; empty where it has none.") { .string($0.identity.namespace) },
            .optional("expected", .map(.string), "Its attributes in the reference.") { difference in
                switch difference {
                case .missing(let fact), .changed(let fact, _): .texts(fact.attributes)
                case .extra: nil
                }
            },
            .optional("there", .map(.string), "Its attributes in this run.") { difference in
                switch difference {
                case .extra(let fact), .changed(_, let fact): .texts(fact.attributes)
                case .missing: nil
                }
            },
            .field("text", .string, "The object in the syntax of ip(8) or nft(8).") {
                .string(ObjectText.line($0.fact))
            },
        ])

    static let rate = JSONShape<Rate>(
        name: "rate", about: "How often something was seen, with the interval of Wilson at 95 % confidence.",
        fields: [
            .field("hits", .integer, "In how many runs it was seen.") { .count($0.hits) },
            .field("runs", .integer, "How many runs there were.") { .count($0.runs) },
            .field("low", .number, "The lower end of the interval, from 0 to 1.") { .number($0.interval.lowerBound) },
            .field("high", .number, "The upper end.") { .number($0.interval.upperBound) },
        ])

    static let line = JSONShape<RunLine>(
        name: "run", about: "One run of a plan.",
        fields: [
            .field("record", .string, "The folder of its record in that of the plan.") { .string($0.record) },
            .optional("error", .string, "Why it is no evidence.") { $0.error.map { .string($0) } },
            .field("deliveries", .list(.shape("delivery")), "The faults that fired.") {
                .array($0.deliveries.map(delivery.object))
            },
            .field("disturbed", .list(.string), "What Tocsin did that an agent could have noticed.") {
                .strings($0.disturbed)
            },
            .field("duration_ns", .integer, "How long it took, in nanoseconds.") { .count($0.duration) },
            .field("fingerprints", .list(.string), "The fingerprints of its findings.") { .strings($0.fingerprints) },
        ])

    static let delivery = JSONShape<Delivery>(
        name: "delivery", about: "A fault that fired.",
        fields: [
            .field("fault", .string, "Its name.") { .string($0.fault) },
            .field("at", .string, "The key of the operation, or the step.") { .string($0.key) },
            .field("step", .string, "The step.") { .string($0.step) },
            .field("action", .string, "What was to happen.") { .string($0.action.lineText) },
            .optional("failure", .string, "Why it did not happen whole.") { $0.failure.map { .string($0) } },
            .field("effect", .string, "What came of it.") { .string("\($0.effect)") },
            .field("removed", .list(.string), "The namespaces that it took away.") { .strings($0.removed) },
            .field("time_ns", .integer, "When, in nanoseconds since the record began.") { .count($0.time) },
            .field("held_ns", .integer, "How long the agent was held, in nanoseconds.") { .count($0.held) },
            .optional(
                "stack", .list(.string),
                "Where the agent stood in its own source, the innermost frame first: file, line and function."
            ) { $0.stack.map { .strings($0.map(\.description)) } },
        ])

    static let operation = JSONShape<TimelineLine>(
        name: "operation", about: "An operation of an agent, or a fault.",
        fields: [
            .field("time_ns", .integer, "When, in nanoseconds since the record began.") { .count($0.time) },
            .field("duration_ns", .integer, "How long it took, in nanoseconds.") { .count($0.duration) },
            .field("who", .string, "The program, or the fault.") { .string($0.who) },
            .optional("namespace", .string, "The namespace that it is about.") { $0.namespace.map { .string($0) } },
            .field("what", .string, "What it does, in the words of a scenario.") { .string($0.what) },
            .field("result", .string, "What came of it.") { .string($0.result) },
            .field("is_fault", .boolean, "Whether it is a fault.") { .bool($0.isFault) },
        ])

    static let step = JSONShape<StepLine>(
        name: "step", about: "What came of one step.",
        fields: [
            .field("step", .string, "The step.") { .string($0.step) },
            .field("attempts", .list(.shape("attempt")), "The runs of its command.") {
                .array($0.attempts.map(attempt.object))
            },
            .optional("failure", .string, "What the world's action or the check said when it failed.") {
                $0.failure.map { .string($0) }
            },
            .field("ended", .list(.string), "Services and drivers that ended by themselves.") { .strings($0.ended) },
        ])

    static let attempt = JSONShape<AttemptLine>(
        name: "attempt", about: "One run of a command.",
        fields: [
            .field("end", .string, "How it ended: `exit 0`, `signal 9`.") { .string($0.end) },
            .optional("began_ns", .integer, "When, in nanoseconds since the record began.") {
                $0.began.map { .count($0) }
            },
            .field("duration_ns", .integer, "How long it took, in nanoseconds, without the time in which it was held.")
            {
                .count($0.duration)
            },
            .field("held_ns", .integer, "How long it was held, in nanoseconds.") { .count($0.held) },
            .field("stdout", .string, "The beginning of its standard output.") { .string($0.output) },
            .field("stderr", .string, "The beginning of its standard error.") { .string($0.errorOutput) },
            .field("notes", .list(.string), "Processes that a signal ended, and where threads were stuck.") {
                .strings($0.notes)
            },
        ])

    static let change = JSONShape<StateChange>(
        name: "change", about: "What a step did to the state, beside what it does without faults.",
        fields: [
            .field("step", .string, "The step.") { .string($0.step) },
            .field("rows", .list(.shape("row")), "The objects that are not the same in all three states.") {
                .array($0.rows.map(row.object))
            },
            .field("omitted", .integer, "How many more there are.") { .count($0.omitted) },
        ])

    static let row = JSONShape<StateChange.Row>(
        name: "row",
        about: "One object in three states, in the syntax of ip(8) or nft(8); absent where it is not there.",
        fields: [
            .field("namespace", .string, "Its namespace; empty where it has none.") { .string($0.namespace) },
            .optional("before", .string, "Before the step.") { $0.before.map { .string($0) } },
            .optional("reference", .string, "After it, without faults.") { $0.reference.map { .string($0) } },
            .optional("after", .string, "After it, in this run.") { $0.after.map { .string($0) } },
        ])
}
