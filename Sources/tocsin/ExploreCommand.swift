import ArgumentParser
import Campaign
import Exploration
import Kernel
import Model
import Reports
import Scenario

/// Puts every fault at every operation of a story.
struct ExploreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Puts every fault that applies before and after every operation of an agent, and says what breaks.",
        usage: """
            tocsin explore [--undo COMMAND] [--resync COMMAND] [--budget 20m | --complete] [--netns NAME]...
                           -- COMMAND [ARGUMENT]...
            tocsin explore FILE [--only NAME=VALUE]... [--during STEP]... [--budget 20m | --complete]
            tocsin explore ... --dry-run
            tocsin explore ... --random [--runs N]
            tocsin explore FILE --pct DEPTH [--runs N] [--dry-run]
            tocsin explore --pct DEPTH --beside COMMAND [--undo COMMAND] -- COMMAND [ARGUMENT]...
            """,
        discussion: """
            Nothing has to be known of the agent. It is run a few times without faults, which shows its operations and what \
            is right. Then each fault that can happen at one of them does happen there, one fault a run: the kernel \
            refuses the operation, for each of its reasons; somebody kills the agent, or deletes, replaces or takes down \
            what it works on. What follows is tried too: nothing (`nothing`), the same command again (`again`), the undo \
            instead (`undo`), the agent's own repair (`resync`), and the rest of the story with the story once more (`whole`).

            What is counted is printed, with what is left out and why; some of what is left out is run nevertheless, to see \
            whether that was right. At the end each cause is a line, with the window of operations in which it hurts.

            Called again, an exploration that was interrupted, or whose time was spent, goes on where it ended.

            Examples:
              tocsin explore --undo 'ip netns del x' -- ip netns add x
              tocsin explore --undo 'ip link del d0' --dry-run -- ip link add d0 type dummy      what would be tried
              tocsin explore Scenarios/cni/cni.yaml --during add.1 --budget 20m
              tocsin explore --pct 2 --beside 'ip netns add y' -- ip netns add x        at the same time
              tocsin explore FILE --write found/        each cause as a scenario file, for `tocsin run`
              tocsin show 1                             the first cause, with the plan that shows it
            """)

    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var options: RunOptions
    @OptionGroup var reports: ReportOptions

    @Option(help: "With a command: the command that undoes it, as one argument.")
    var undo: String?

    @Option(help: "With a command: the command by which the agent repairs what it finds, as one argument.")
    var resync: String?

    @Option(help: "With a command: a namespace that is there before.")
    var netns: [String] = []

    @Option(help: "With a command and --pct: another command that runs at the same time, as one argument.")
    var beside: [String] = []

    @Option(help: "Only the operations of this step. [the first step of each command]")
    var during: [String] = []

    @Option(help: .init("Only operations of this name: netns.*.", valueName: "OPERATION"))
    var at: [String] = []

    @Option(help: .init("Only faults of these names: kill,netns,link.delete.", valueName: "FAULT"))
    var faults: [String] = []

    @Option(help: .init("Only what is run after the fault: whole,nothing,again,undo,resync.", valueName: "NAME"))
    var then: [String] = []

    @Option(help: "How long it may take: 30s, 20m, 2h, or '500 plans'. [10m]")
    var budget: String?

    @Flag(help: "Take the time that it takes.")
    var complete = false

    @Option(help: "Which order, and which pruned plans are run anyway, is drawn by this number. [1]")
    var seed: UInt64?

    @Option(help: "How many faults a run has at most: 2 goes on where runs with one fault do. [1]")
    var depth: Int?

    @Flag(help: "Not every fault: changes beside the agent, which nobody holds, at moments that are drawn by chance.")
    var random = false

    @Option(
        help: .init(
            "Not every fault: steps that run at the same time, and a change of the world, in orders that are drawn so that a defect of this depth is met with a known probability (PCT).",
            valueName: "DEPTH"))
    var pct: Int?

    @Option(help: .init("With --random or --pct: how many runs. [200]", valueName: "N"))
    var runs: Int?

    @Option(help: .init("So many of the pruned plans are run anyway, or that part of them: 1%. [50]", valueName: "N"))
    var audit: String?

    @Option(help: .init("Only the I-th of N parts of the plans: 2/8; `ci`: as the CI system says.", valueName: "I/N"))
    var shard: String?

    @Option(help: "Write each cause into this folder, as a scenario file.")
    var write: String?

    @Flag(help: "Begin anew, also where an exploration of the same could go on.")
    var fresh = false

    @Flag(help: "Keep the records of plans in which nothing is wrong, too.")
    var keep = false

    @Flag(help: "Say what would be tried and what is pruned, and run the agent without faults alone.")
    var dryRun = false

    func validate() throws {
        let command = DoubleDash.command ?? []
        if command.isEmpty {
            guard scenario.files.count == 1 else {
                throw ValidationError(
                    "one scenario file, or a command behind --, is needed: tocsin explore --undo 'ip netns del x' -- ip netns add x"
                )
            }
            if undo != nil || resync != nil || !netns.isEmpty || !beside.isEmpty {
                throw ValidationError("--undo, --resync, --netns and --beside are for a command behind --")
            }
        } else if !scenario.files.isEmpty {
            throw ValidationError("a scenario file or a command behind --, not both")
        }
        if let depth, !(1...2).contains(depth) { throw ValidationError("--depth \(depth): it can be 1 or 2") }
        for text in at where !OperationTable.rows.contains(where: { $0.hasResult && Pattern(text).matches($0.word) }) {
            throw ValidationError("--at \(text): no operation is called so; tocsin trace prints their names")
        }
        for text in faults.listed {
            if let problem = Exploration.problem(withFault: text) {
                throw ValidationError("--faults \(text): \(problem)")
            }
        }
        if budget != nil, complete { throw ValidationError("--budget or --complete, not both") }
        if let budget, ExploreSpecification.Budget(budget) == nil {
            throw ValidationError(
                "--budget \(budget): a number and us, ms, s, m or h is needed, as in 20m, or '500 plans'")
        }
        for name in then.listed where Continuations.named(name) == nil {
            let names = Continuations.all.map(\.name).joined(separator: ", ")
            throw ValidationError("--then \(name): it can be \(names)")
        }
        if random, depth ?? 1 != 1 || shard != nil || write != nil || dryRun || !then.isEmpty {
            throw ValidationError("--random goes with --during, --runs, --seed and --budget alone")
        }
        if let pct {
            if !(1...5).contains(pct) { throw ValidationError("--pct \(pct): it can be 1 to 5") }
            if random || depth ?? 1 != 1 || shard != nil || write != nil || !then.isEmpty || !during.isEmpty {
                throw ValidationError("--pct goes with --at, --faults, --runs, --seed, --budget and --dry-run alone")
            }
            if !command.isEmpty, beside.isEmpty {
                throw ValidationError("--pct needs a command that runs at the same time: --beside 'ip netns add y'")
            }
        }
        if !beside.isEmpty, pct == nil { throw ValidationError("--beside is for --pct") }
        if dryRun, !reports.files.isEmpty {
            throw ValidationError("--report is of what was run, and --dry-run tries no fault")
        }
        if let runs, !(1...100_000).contains(runs) { throw ValidationError("--runs needs a number from 1 to 100000") }
        if runs != nil, !random, pct == nil { throw ValidationError("--runs is for --random and --pct") }
        if let audit, ExploreSpecification.Share(audit) == nil {
            throw ValidationError("--audit needs a number from 0, or a part as 1%")
        }
        if let shard, shard != "ci", Shard(shard) == nil {
            throw ValidationError("--shard \(shard): I/N is needed, as in 2/8")
        }
    }

    func run() throws {
        let source = try reporting {
            try ExploreSource(scenario, undo: undo, resync: resync, netns: netns, beside: beside)
        }
        var plan = try reporting { try source.story(scenario) }
        let explore = asked(plan.explore)
        plan.explore = explore == ExploreSpecification() ? nil : explore
        if explore.depth == 2, shard != nil {
            throw ExitCode.of(refused("--shard is for --depth 1: what follows a fault is not told off yet"))
        }
        var settings = ExploreSettings(
            during: explore.during, continuations: then.listed, depth: explore.depth ?? 1,
            seed: explore.seed ?? 1,
            audit: explore.audit ?? .count(50), write: write, isFresh: fresh, keeps: keep, isDryRun: dryRun)
        switch complete ? nil : explore.budget ?? .time(600_000_000_000) {
        case .time(let time): settings.budget = .nanoseconds(Int64(clamping: time))
        case .plans(let count): settings.plans = count
        case nil: break
        }
        settings.shard = try reporting { try shard.map { try Shard(option: $0) } }
        if random {
            let adversary = RandomSession(options: options, reports: reports, settings: settings, runs: runs ?? 200)
            throw ExitCode.of(try adversary.run(plan))
        }
        if let pct {
            let session = PCTSession(
                options: options, reports: reports, settings: settings, depth: pct, runs: runs ?? 200)
            throw ExitCode.of(try session.run(plan))
        }
        let session = ExploreSession(
            options: options, reports: reports, settings: settings, source: source)
        throw ExitCode.of(try session.run(plan))
    }

    /// What the file asks for, with what the command line says in its place.
    private func asked(_ said: ExploreSpecification?) -> ExploreSpecification {
        var explore = said ?? ExploreSpecification()
        if !during.isEmpty { explore.during = during.listed }
        if !at.isEmpty { explore.at = at }
        if !faults.isEmpty { explore.faults = faults.listed }
        explore.depth = depth ?? explore.depth
        explore.seed = seed ?? explore.seed
        explore.audit = audit.flatMap { .init($0) } ?? explore.audit
        explore.budget = budget.flatMap { .init($0) } ?? explore.budget
        return explore
    }

    private func refused(_ reason: String) -> Int32 {
        Output.note("error: \(reason)")
        return ExitStatus.unusable
    }
}

/// How a story is explored.
struct ExploreSettings {
    /// The steps whose operations count; the usual ones where none is named.
    var during: [String]
    /// What is run after a fault; all that apply where none is named.
    var continuations: [String]
    /// How many faults a run has at most.
    var depth: Int
    /// What draws the order and the audit.
    var seed: UInt64
    /// How many pruned plans are run anyway.
    var audit: ExploreSpecification.Share
    /// The folder for scenario files of causes.
    var write: String?
    /// Whether no earlier exploration is gone on with.
    var isFresh: Bool
    /// Whether records are kept in which nothing is wrong.
    var keeps: Bool
    /// Whether no fault is tried.
    var isDryRun: Bool
    /// How long it may take; nil for any time.
    var budget: Duration?
    /// How many plans it may run; nil for any number.
    var plans: Int?
    /// The part that is run; nil for all.
    var shard: Shard?

    /// Whether it may end before all was run.
    var isBounded: Bool { budget != nil || plans != nil }
}
