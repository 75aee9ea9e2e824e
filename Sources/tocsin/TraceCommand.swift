import ArgumentParser
import Campaign
import Model
import Reports

/// Shows what an agent does to the host, as far as faults can be placed there.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Runs a scenario without its faults, or a command, and prints what would be trapped.",
        usage: """
            tocsin trace FILE [--only NAME=VALUE]... [--points]
            tocsin trace [--netns NAME]... [--points] -- COMMAND [ARGUMENT]...
            tocsin trace [--untraced | --output] (FILE | -- COMMAND [ARGUMENT]...)
            """,
        discussion: """
            One operation a line: its number, milliseconds since the beginning, program, operation, result. The \
            operation is a point: it can be pasted into `--fault 'before …: kill main'` and behind `before:` of a \
            scenario file; with --at its number can be said instead. With --points each is printed as a point of a \
            scenario file, to be given a `do:`.

            A command gets the environment and the standard input of whoever calls, what it says is printed on standard error, and \
            its exit status is that of this program (128 and the signal where one ended it), as with strace(1).

            Examples:
              tocsin trace -- ip netns add demo
              tocsin trace --netns pod -- ip netns exec pod ip link set lo up
              tocsin trace --points Scenarios/cni/cni.yaml
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: RunOptions

    @Flag(help: "Print points of faults.")
    var points = false

    @Flag(help: "Print what the commands wrote, not operations.")
    var output = false

    @Flag(help: "Run it in the same host without the tracer, and print what the commands wrote: a control.")
    var untraced = false

    @Option(help: "With a command: a namespace that is there before.")
    var netns: [String] = []

    /// The command in place of a file.
    private var command: [String] { DoubleDash.command ?? [] }

    func validate() throws {
        guard command.isEmpty == (scenario.files.count == 1), scenario.files.count < 2 else {
            throw ValidationError("one scenario file, or a command behind --, is needed: one plan is traced")
        }
        if points, output || untraced { throw ValidationError("--points prints operations") }
    }

    func run() throws {
        let plan = try reporting { try chosenPlan() }
        if let reason = try Machine().unmet(plan) {
            Output.note("\(plan.name): skipped: \(reason)")
            throw ExitCode.of(ExitStatus.nothing)
        }
        let record = try record(of: plan)
        if output || untraced { printOutput(of: record) } else { printOperations(of: record) }
        for outcome in record.header.outcomes {
            let end = outcome.attempts.isEmpty ? outcome.failure ?? "done" : outcome.endText
            Output.note("\(outcome.step): \(end)")
            if !output, !untraced { outcome.attempts.forEach(noteOutput) }
        }
        for line in record.header.notLookedAt?.notDecodedLines ?? [] { Output.note("note: \(line)") }
        for text in record.header.disturbed { Output.note("note: an agent could notice the tracer: \(text)") }
        for text in record.header.notes { Output.note("note: \(text)") }
        let count = record.operations.count
        Output.note(untraced ? "not traced" : count == 1 ? "1 operation" : "\(count) operations")
        let notStarted = record.header.outcomes.flatMap(\.attempts).contains {
            if case .notStarted = $0.end { true } else { false }
        }
        // The reason stands above, beside its step.
        if notStarted { throw ExitCode.of(ExitStatus.error) }
        if let error = record.header.error {
            Output.note("error: \(error)")
            throw ExitCode.of(ExitStatus.error)
        }
        if !command.isEmpty, let end = record.header.outcomes.last?.attempts.last?.end {
            let status = end.shellStatus
            if status != 0 { throw ExitCode.of(status) }
        }
    }

    /// What a command said, to whoever traces it: a line each.
    private func noteOutput(of attempt: Attempt) {
        for (name, text) in [("out", attempt.output), ("err", attempt.errorOutput)] where !text.isEmpty {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for line in text.hasSuffix("\n") ? lines.dropLast() : lines { Output.note("  \(name)| \(line)") }
        }
    }

    private func printOperations(of record: Record) {
        var text = TraceText()
        let hasSteps = record.header.outcomes.count > 1
        for operation in record.operations {
            if hasSteps, let heading = text.heading(operation) { Output.print(heading) }
            Output.print(points ? text.point(operation) : text.line(operation))
        }
    }

    private func printOutput(of record: Record) {
        for attempt in record.header.outcomes.flatMap(\.attempts) {
            Output.agent(attempt.output, to: 1)
            Output.agent(attempt.errorOutput, to: 2)
        }
    }

    private func chosenPlan() throws -> Plan {
        guard command.isEmpty else {
            let plans = try InlineScenario(argv: command, namespaces: netns).plans()
            guard let plan = plans.first else { throw UnusableInput("the command makes no plan") }
            return plan.withoutFaults.giving(
                environment: CallersInput.environment, input: try CallersInput.standardInput())
        }
        let plans = try Loading.select(try Loading.scenarios(scenario.files).flatMap(\.plans), only: scenario.only)
        guard let plan = plans.first else { throw UnusableInput("--only matched no plan, or the file has no steps") }
        if let others = Loading.others(than: plans) { Output.note("this is \(plan.name); \(others)") }
        return plan.withoutFaults
    }

    private func record(of plan: Plan) throws -> Record {
        do {
            return try Trial.run(
                plan, cpu: try options.slots().first ?? nil, pinned: options.isPinned, traced: !untraced)
        } catch let failure as TrialFailure {
            Output.note("error: \(failure)")
            throw ExitCode.of(ExitStatus.error)
        }
    }
}
