import ArgumentParser
import Campaign
import Model
import Reports
import Scenario

/// Runs every plan of some files and judges it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs every plan of the files and judges it.",
        usage: """
            tocsin run FILE... [--only NAME=VALUE]... [--runs N] [--without-faults] [--dry-run]
            tocsin run FILE --fault 'POINT: ACTION'... [--only NAME=VALUE]...
            tocsin run [--netns NAME]... --fault 'POINT: ACTION'... [--print] -- COMMAND [ARGUMENT]...
            tocsin run --at N --fault ACTION... FILE, or -- COMMAND [ARGUMENT]...
            tocsin run --pause ...
            """,
        discussion: """
            Each plan runs three times without its faults, which shows what is right; then with them; and, if a fault \
            changes the network, once with the same change before the step and once after it. What was left behind, \
            lost or wrongly reported is a finding.

            Examples:
              tocsin run Scenarios/cni                     every scenario of a folder
              tocsin run FILE --runs 10                    how sure is it?
              tocsin run FILE --report html=report.html --report junit=junit.xml
              tocsin run FILE --only fail=EEXIST           one plan of a matrix
              tocsin run Scenarios --baseline results/baseline.json --confirm 2     only what is new fails
              tocsin run Scenarios --shard 1/4 --budget 20m --results part-1        a quarter; tocsin merge joins them
              tocsin run FILE --without-faults             does the scenario hold still?
              tocsin run --netns pod --fault 'before netns.enter pod: netns.delete pod' -- ip netns exec pod true
              tocsin run --fault 'before netns.name demo: kill process' --print -- ip netns add demo
              tocsin run --at 7 --fault 'kill main' -- ip netns add demo      before line 7 of its trace
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: RunOptions
    @OptionGroup var reports: ReportOptions
    @OptionGroup var regression: RegressionOptions

    @Option(help: "How often each plan is run, in place of its own `runs`.")
    var runs: Int?

    @Flag(help: "Take faults and known findings away: the verdict must be pass.")
    var withoutFaults = false

    @Flag(help: "Say what would be run, and run nothing.")
    var dryRun = false

    @Option(help: "'POINT: ACTION', in the words of `tocsin trace`; with a file, in place of its own faults.")
    var fault: [String] = []

    @Option(
        name: .customLong("at"),
        help: "The faults are actions, before the operation with this number in `tocsin trace`.")
    var places: [Int] = []

    /// The number of the operation, which is one.
    private var at: Int? { places.first }

    @Option(help: "With a command: a namespace that is there before.")
    var netns: [String] = []

    @Flag(help: "With a command: print the scenario file that it stands for, and run nothing.")
    var print = false

    @Flag(help: "Stand still at each fault, before it and behind it, and ask at the terminal; never judged.")
    var pause = false

    @Option(help: .init("The same at this fault alone.", valueName: "FAULT"))
    var pauseAt: String?

    /// The command in place of a file.
    private var command: [String] { DoubleDash.command ?? [] }

    func validate() throws {
        if pause || pauseAt != nil, withoutFaults || dryRun || runs != nil || !reports.files.isEmpty {
            throw ValidationError(
                "--pause is one run that nobody judges: without --runs, --report, --without-faults, --dry-run")
        }
        if dryRun || print, !reports.files.isEmpty {
            throw ValidationError("--report is of what was run, and --\(dryRun ? "dry-run" : "print") runs nothing")
        }
        if let runs, !(1...100_000).contains(runs) { throw ValidationError("--runs needs a number from 1 to 100000") }
        if withoutFaults, !fault.isEmpty { throw ValidationError("--without-faults or --fault, not both") }
        if command.isEmpty {
            if scenario.files.isEmpty { throw ValidationError("a scenario file, or a command behind --, is needed") }
            if !netns.isEmpty || print { throw ValidationError("--netns and --print are for a command behind --") }
            if !fault.isEmpty, scenario.files.count > 1 { throw ValidationError("--fault is for one scenario file") }
        } else if !scenario.files.isEmpty {
            throw ValidationError("a scenario file or a command behind --, not both")
        }
        if places.count > 1 {
            throw ValidationError("--at is one operation: it was given \(places.count) times")
        }
        if let at, at < 1 || fault.isEmpty { throw ValidationError("--at needs a number from 1, and --fault ACTION") }
    }

    func run() throws {
        var inline = command.isEmpty ? nil : InlineScenario(argv: command, faults: fault, namespaces: netns)
        let point = try at.map { number in try reporting { try traced(number, inline) } }
        inline?.point = point
        if print, let inline { return Output.print(try reporting { try inline.text() }) }
        let plans = try reporting { try load(inline, point) }
        guard !plans.isEmpty else {
            Output.note("nothing was tested: --only matched no plan, or the files have none")
            throw ExitCode.of(ExitStatus.nothing)
        }
        if dryRun { return try describe(plans) }
        if pause || pauseAt != nil {
            if let others = Loading.others(than: plans) { Output.note("this is \(plans[0].name); \(others)") }
            throw ExitCode.of(try reporting { try PauseSession(options: options, fault: pauseAt).run(plans[0]) })
        }
        let session = Session(
            options: options, runs: runs, reports: reports, regression: regression, replay: { replay($0, inline) })
        throw ExitCode.of(try session.run(plans))
    }

    private func load(_ inline: InlineScenario?, _ point: Point?) throws -> [Plan] {
        var plans: [Plan]
        var replaced: [String] = []
        if let inline {
            plans = try inline.plans()
        } else if scenario.files.contains(where: StoredPlanFile.isOne) {
            guard fault.isEmpty, scenario.files.allSatisfy(StoredPlanFile.isOne) else {
                throw UnusableInput(
                    "a plan.json is run as it is: without --fault, and without scenario files beside it")
            }
            plans = try scenario.files.map(StoredPlanFile.plan)
        } else {
            let faults = try InlineScenario.read(fault, at: point)
            let loaded = try Loading.scenarios(scenario.files, faults: faults)
            for warning in loaded.flatMap(\.warnings) { Output.note(warning.description) }
            if let parts = loaded.first(where: \.isParts) {
                throw UnusableInput("\(parts.path) has no title: it is parts for others to `use`")
            }
            plans = loaded.flatMap(\.plans)
            replaced = loaded.flatMap(\.replacedNames)
        }
        plans = try Loading.select(plans, only: scenario.only, ignoring: replaced)
        return withoutFaults ? plans.withoutFaults : plans
    }

    private func replay(_ plan: Plan, _ inline: InlineScenario?) -> String {
        if let file = scenario.files.first(where: StoredPlanFile.isOne) {
            return "tocsin run \(Replay.quoted(scenario.files.count == 1 ? file : StoredPlanFile.name))"
        }
        guard let inline else {
            return Replay.command(
                file: plan.scenario, bindings: plan.bindings, faults: fault, at: at, withoutFaults: withoutFaults)
        }
        return Replay.command(
            words: inline.argv, faults: inline.faults, at: at, namespaces: inline.namespaces,
            withoutFaults: withoutFaults)
    }

    /// The point before the operation with that number in the trace of the plan.
    private func traced(_ number: Int, _ inline: InlineScenario?) throws -> Point {
        let undisturbed = inline.map { InlineScenario(argv: $0.argv, namespaces: $0.namespaces) }
        let all = try undisturbed?.plans() ?? Loading.scenarios(scenario.files).flatMap(\.plans)
        let chosen = try Loading.select(all, only: scenario.only)
        guard let plan = chosen.first?.withoutFaults else {
            throw UnusableInput("--at \(number): no plan is meant, or the file has no steps")
        }
        // A run takes its time; what is wrong with the action can be said now.
        try InlineScenario.check(actions: fault, agents: plan.agents.keys.sorted())
        let record = try Trial.run(plan, cpu: try options.slots().first ?? nil, pinned: options.isPinned)
        var points = OperationPoints()
        var count = 0
        for operation in record.operations {
            count += 1
            let point = points.point(operation)
            guard count == number else { continue }
            if let others = Loading.others(than: chosen) {
                Output.note("--at \(number): \(point), a line of \(plan.name), taken for all plans; \(others)")
            }
            return point
        }
        throw UnusableInput("--at \(number): the trace has \(count) operations")
    }

    private func describe(_ plans: [Plan]) throws {
        let machine = try Machine()
        for plan in plans {
            Output.print(plan.name)
            if let reason = machine.unmet(plan) { Output.print("  would be skipped: \(reason)") }
            for fault in plan.faults {
                let actions = fault.actions.map(\.description).joined(separator: ", ")
                let place = fault.location.map { " (\($0))" } ?? ""
                Output.print("  \(fault.name)\(place): \(fault.point) do: \(actions)")
            }
            Output.print("  steps: \(plan.steps.map(\.id).joined(separator: ", "))")
            Output.print("  runs: \(Campaign.references) references, \(runs ?? plan.runs) of the plan, then controls")
        }
        Output.print(plans.count == 1 ? "1 plan" : "\(plans.count) plans")
    }
}

/// Runs what reads input; its errors end the command with status 2, each on a line of standard error.
func reporting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let problem as BrokenFiles {
        Output.note(problem.description)
    } catch let problem as UnusableInput {
        Output.note("error: \(problem)")
    }
    throw ExitCode.of(ExitStatus.unusable)
}
