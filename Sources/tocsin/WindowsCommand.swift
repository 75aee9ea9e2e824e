import ArgumentParser
import Campaign
import Exploration
import FoundationEssentials
import Model
import Scenario

/// Shows between which operations an agent relies on what it has learned.
struct WindowsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "windows",
        abstract: "Shows the windows of an agent: where it looks at something and relies on it later.",
        usage: """
            tocsin windows [--undo COMMAND] [--netns NAME]... -- COMMAND [ARGUMENT]...
            tocsin windows FILE [--only NAME=VALUE]... [--during STEP]...
            """,
        discussion: """
            A window is an operation by which the agent learns of an object (it looks, or makes it) and the next one that relies \
            on it. They are taken from a few runs without faults, joined by what the kernel calls the object; nothing is \
            disturbed. Each is printed with its width, with how many operations lie inside, and with how many runs somebody \
            would need who changes the object at a moment drawn by chance. One whose second operation acts on a \
            descriptor is immune: it meets what it opened, whatever has become of the name.

            Examples:
              tocsin windows -- ip netns add x
              tocsin windows Scenarios/cni/cni.yaml --during add.1 -v      with what lies inside
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: RunOptions

    @Option(help: "With a command: the command that undoes it, as one argument.")
    var undo: String?

    @Option(help: "With a command: a namespace that is there before.")
    var netns: [String] = []

    @Option(help: "Only this step. [the first step of each command]")
    var during: [String] = []

    func validate() throws {
        let command = DoubleDash.command ?? []
        guard command.isEmpty == (scenario.files.count == 1), scenario.files.count < 2 else {
            throw ValidationError("one scenario file, or a command behind --, is needed")
        }
        if command.isEmpty, undo != nil || !netns.isEmpty {
            throw ValidationError("--undo and --netns are for a command behind --")
        }
    }

    func run() throws {
        let plan = try reporting { try ExploreSource(scenario, undo: undo, netns: netns).story(scenario) }
        if let reason = try Machine().unmet(plan) {
            Output.note("\(plan.name): skipped: \(reason)")
            throw ExitCode.of(ExitStatus.nothing)
        }
        let trial = try TrialFolder()
        defer { withExtendedLifetime(trial) {} }
        let folder = trial.path
        let (runs, interruption) = try FaultFreeRuns.of(plan, in: folder, run: nil, options)
        if let interruption { throw interruption }
        guard let runs else { throw ExitCode.of(ExitStatus.nothing) }
        guard runs.isRight else {
            runs.complain(Reporting(results: ResultsFolder(existing: folder)), .init(verbose: options.verbose))
            throw ExitCode.of(ExitStatus.of([runs.result.judgement.verdict]))
        }
        let records = try runs.records()
        let steps: [String]
        do { steps = try Exploration.meant(during.listed, of: plan) } catch {
            Output.note("error: \(error)")
            throw ExitCode.of(ExitStatus.unusable)
        }
        let (windows, places) = try Window.all(in: records, steps: Set(steps))
        WindowText(places).lines(windows, isVerbose: options.verbose).forEach { Output.print($0) }
    }
}
