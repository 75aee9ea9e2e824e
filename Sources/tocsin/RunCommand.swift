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
            tocsin run [--netns NAME]... --fault 'POINT: ACTION'... [--print] -- COMMAND [ARGUMENT]...
            """,
        discussion: """
            Each plan runs three times without its faults, which is its reference, then with them, and where the world \
            did it, once with the same change before and once after the step. What was left, lost or wrongly reported \
            is a finding.

            Examples:
              tocsin run Scenarios/cni                     every scenario of a folder
              tocsin run FILE --runs 10                    how sure is it?
              tocsin run FILE --only fail=EEXIST           one plan of a matrix
              tocsin run FILE --without-faults             does the scenario hold still?
              tocsin run --netns pod --fault 'before netns.enter pod: netns.delete pod' -- ip netns exec pod true
              tocsin run --fault 'before netns.name demo: kill process' --print -- ip netns add demo
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: RunOptions

    @Option(help: "How often each plan is run, in place of its own `runs`.")
    var runs: Int?

    @Flag(help: "Take faults and known findings away: the verdict must be pass.")
    var withoutFaults = false

    @Flag(help: "Say what would be run, and run nothing.")
    var dryRun = false

    @Option(help: "With a command: 'POINT: ACTION', in the words of `tocsin trace`.")
    var fault: [String] = []

    @Option(help: "With a command: a namespace that is there before.")
    var netns: [String] = []

    @Flag(help: "With a command: print the scenario file that it stands for, and run nothing.")
    var print = false

    @Option(help: "Not built yet.")
    var pause: String?

    /// The command in place of a file.
    private var command: [String] { Terminator.command ?? [] }

    func validate() throws {
        if pause != nil { throw ValidationError("--pause is not built yet") }
        if let runs, runs < 1 { throw ValidationError("--runs needs a number from 1") }
        if command.isEmpty {
            if scenario.files.isEmpty { throw ValidationError("a scenario file, or a command behind --, is needed") }
            if !fault.isEmpty || !netns.isEmpty || print {
                throw ValidationError("--fault, --netns and --print are for a command behind --")
            }
        } else if !scenario.files.isEmpty {
            throw ValidationError("a scenario file or a command behind --, not both")
        }
    }

    func run() throws {
        let inline = command.isEmpty ? nil : InlineScenario(argv: command, faults: fault, namespaces: netns)
        if print, let inline { return Output.print(try reporting { try inline.text() }) }
        let plans = try reporting { try load(inline) }
        guard !plans.isEmpty else {
            Output.note("nothing was tested: no plan is meant")
            throw ExitCode.of(ExitStatus.nothing)
        }
        if dryRun { return try describe(plans) }
        let session = Session(
            options: options, runs: runs, replay: { replay($0, inline) })
        throw ExitCode.of(try session.run(plans))
    }

    private func load(_ inline: InlineScenario?) throws -> [Plan] {
        var plans: [Plan]
        if let inline {
            plans = try inline.plans()
        } else {
            let loaded = try Loading.scenarios(scenario.files)
            if let parts = loaded.first(where: \.isParts) {
                throw UnusableInput("\(parts.path) has no title: it is parts for others to `use`")
            }
            plans = loaded.flatMap(\.plans)
        }
        plans = try Loading.select(plans, only: scenario.only)
        return withoutFaults ? plans.withoutFaults : plans
    }

    private func replay(_ plan: Plan, _ inline: InlineScenario?) -> String {
        guard let inline else {
            return Replay.command(file: plan.scenario, bindings: plan.bindings, withoutFaults: withoutFaults)
        }
        return Replay.command(
            words: inline.argv, faults: inline.faults, namespaces: inline.namespaces, withoutFaults: withoutFaults)
    }

    private func describe(_ plans: [Plan]) throws {
        let machine = try Machine()
        for plan in plans {
            Output.print(plan.name)
            if let reason = machine.unmet(plan) { Output.print("  would be skipped: \(reason)") }
            for fault in plan.faults {
                let actions = fault.actions.map(\.description).joined(separator: ", ")
                Output.print("  \(fault.name): \(fault.point) do: \(actions)")
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
