import ArgumentParser
import Campaign
import FoundationEssentials
import Model
import Reports

/// Writes a first scenario for a command.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Writes a first scenario for a command, from what it does without faults.",
        usage: "tocsin new [--undo COMMAND] [--netns NAME]... [--write FILE] -- COMMAND [ARGUMENT]...",
        discussion: """
            The command is run a few times in hosts of its own. What it leaves behind without faults becomes lines of `allow`, \
            to be looked at; the operations at which it changes something are listed, and a fault is put at the last of them: \
            the command is killed there, with all its processes. Each other point can be pasted in its place.

            Example:
              tocsin new --undo 'ip netns del demo' --write first.yaml -- ip netns add demo
              tocsin run first.yaml
            """)

    @Option(help: "The command that undoes it, as one argument.")
    var undo: String?

    @Option(help: "A namespace that is there before.")
    var netns: [String] = []

    @Option(help: .init("The file that is written, which must not be there yet. [printed]", valueName: "FILE"))
    var write: String?

    @OptionGroup var options: RunOptions

    /// So many points are listed.
    private static let most = 100

    func validate() throws {
        guard DoubleDash.command?.isEmpty == false else {
            throw ValidationError("a command is needed behind --: tocsin new -- ip netns add demo")
        }
    }

    func run() throws {
        let (inline, plan) = try reporting { try story() }
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
        let judgement = runs.result.judgement
        let allowed = AllowReport.lines(of: judgement.unexpected, because: "so it is without faults: is it right?")
        let isWrong = if case .error = judgement.verdict { true } else { allowed.contains(nil) }
        guard !isWrong, let record = try runs.records().first else {
            let results = Reporting(results: ResultsFolder(existing: folder))
            runs.complain(results, TextReport(style: Output.style, width: Output.width), isKept: false)
            throw ExitCode.of(ExitStatus.of([judgement.verdict]))
        }
        let points = changes(in: record, during: plan.steps.first?.id ?? "")
        guard let last = points.last else {
            Output.note(
                "nothing was written: the command changes nothing that Tocsin sees; `tocsin trace` shows what it does")
            throw ExitCode.of(ExitStatus.nothing)
        }
        let text = try reporting { try self.text(inline, points, last, allowed.compactMap(\.self)) }
        guard let write else { return Output.print(text) }
        try reporting {
            guard !Files.exists(write) else { throw UnusableInput("\(write) is there already") }
            do { try Files.write(Data(text.utf8), to: write) } catch { throw UnusableInput("\(error)") }
        }
        Output.note(
            "\(write): \(points.count) points, \(allowed.count) lines of allow; now: tocsin run \(Replay.quoted(write))"
        )
    }

    private func story() throws -> (InlineScenario, Plan) {
        if let write, Files.exists(write) { throw UnusableInput("\(write) is there already") }
        let words = try undo.map { try ShellWords.read($0, option: "--undo") }
        if let words, words.first?.isEmpty != false { throw UnusableInput("--undo: a command is needed") }
        let inline = InlineScenario(argv: DoubleDash.command ?? [], namespaces: netns, undo: words ?? [])
        guard let plan = try inline.plans().first else { throw UnusableInput("the command makes no plan") }
        return (inline, plan)
    }

    /// The points before the operations of a step that change something.
    private func changes(in record: Record, during step: String) -> [Point] {
        var named = OperationPoints()
        return record.operations.compactMap { operation in
            let point = named.point(operation)
            let isChange = operation.row?.effects.contains { $0.kind != .observes && $0.noun != "process" } == true
            return operation.step == step && isChange ? point : nil
        }
    }

    private func text(_ inline: InlineScenario, _ points: [Point], _ chosen: Point, _ allowed: [String]) throws
        -> String
    {
        var inline = inline
        // The operation may be that of a process which its main one waits for.
        inline.faults = ["kill all"]
        inline.point = chosen
        var lines = [
            "",
            "# Where it changes something; each can stand in place of the point above, and `after` in place of `before`.",
            "# `tocsin trace --points FILE` prints every operation, and docs/format.md what else a `do` can be.",
        ]
        lines += points.suffix(Self.most).map { VisibleText.line("#   \($0)") }
        if points.count > Self.most { lines.append("#   and \(points.count - Self.most) before") }
        if !allowed.isEmpty {
            lines += [
                "",
                "# What is left when nothing goes wrong. A line that is not right is a finding: delete it, and say why in the others.",
                "allow:",
            ]
            lines += allowed.map { "  \($0)" }
        }
        return try inline.text() + lines.map { "\($0)\n" }.joined()
    }
}
