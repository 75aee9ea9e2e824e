import ArgumentParser
import Campaign
import Exploration
import FoundationEssentials
import Glibc
import Model
import Reports
import ResultStore
import Worker

/// Puts the parts of an exploration together.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Joins the results of the parts of one run or exploration.",
        usage: "tocsin merge RESULTS RESULTS... [--results DIR]",
        discussion: """
            Each RESULTS is a folder of results whose last run or exploration is one part, made with --shard. Their plans become \
            one run in --results, whose causes are told anew. What no part has run is said.

            Examples:
              tocsin run Scenarios --shard 1/2 --results one                on one machine
              tocsin run Scenarios --shard 2/2 --results two                on another
              tocsin merge one two --results both
              tocsin compare results/baseline.json both
              tocsin explore FILE --complete --shard 1/2 --results one      on one machine
              tocsin explore FILE --complete --shard 2/2 --results two      on another
              tocsin merge one two --results both
              tocsin show --results both
            """)

    @Argument(help: "Folders of results.")
    var parts: [String]

    @Option(help: "The folder of results to which they go. [TOCSIN_RESULTS, or results]")
    var results: String?

    func validate() throws {
        if parts.count < 2 { throw ValidationError("two folders of results at least are needed") }
    }

    /// One part.
    private struct Part {
        var results: ResultsFolder
        var run: StoredRun
        var file: ExplorationFile
        var plans: [StoredPlan]
    }

    func run() throws {
        if let joined = try reporting({ try RunParts(self.parts) }) {
            throw ExitCode.of(try joined.join(into: results))
        }
        let parts = try reporting { try self.parts.map(part) }
        guard let first = parts.first else { return }
        let denominator = first.file.exploration.denominator
        if let other = parts.first(where: {
            $0.file.whole != first.file.whole || !$0.file.exploration.denominator.isSame(as: denominator)
        }) {
            Output.note("error: \(other.results.path) is no part of the exploration of \(first.results.path)")
            Output.note("hint: the same command, with another --shard, makes another part")
            throw ExitCode.of(ExitStatus.unusable)
        }
        let options = try RunOptions.parse(results.map { ["--results", $0] } ?? [])
        let (target, store, run) = try reporting {
            try options.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: ["tocsin": Version.current, "kernel": Version.kernel])
            }
        }
        let folder = target.folder(of: run.id)
        var taken: [String: StoredPlan] = [:]
        for part in parts {
            for plan in part.plans where taken[plan.digest] == nil {
                taken[plan.digest] = try take(plan, of: part, into: run.id, target)
            }
        }
        let plans = taken.values.sorted { $0.number < $1.number }
        for plan in plans { try store.append(plan, to: run.id) }
        var file = first.file
        file.campaign = file.whole
        file.order = Array(Set(parts.flatMap(\.file.order))).sorted()
        file.audit = Array(Set(parts.flatMap(\.file.audit))).sorted()
        file.isComplete = parts.allSatisfy(\.file.isComplete) && file.order == file.exploration.denominator.kept
        file.causes = rated(
            Cause.all(of: plans.map { Outcome(candidate: $0.number, $0.judgement) }, in: file.exploration), parts)
        try file.write(in: folder)
        let status = ExitStatus.of(plans.map(\.judgement.verdict))
        try store.end(run: run.id, status: status, duration: parts.reduce(0) { $0 + ($1.run.duration ?? 0) })
        let text = ExplorationText(file.exploration)
        let kept = Set(file.order)
        Output.print("\(parts.count) parts: \(text.countLine(done: plans.count { kept.contains($0.number) }))")
        text.causeLines(file.causes ?? []).forEach { Output.print($0) }
        throw ExitCode.of(status)
    }

    private func part(_ path: String) throws -> Part {
        let results = ResultsFolder(existing: path)
        guard Files.exists(results.store) else { throw UnusableInput("there are no results in \(path)") }
        let store = try ResultStore(path: results.store, reading: true)
        for run in try store.runs(limit: 200) {
            if let file = try ExplorationFile.read(in: results.folder(of: run.id)) {
                return Part(results: results, run: run, file: file, plans: try store.plans(of: run.id))
            }
        }
        throw UnusableInput("no run in \(path) is a part: `run` and `explore` make one with --shard")
    }

    /// A plan with its folder in the run of all.
    private func take(_ plan: StoredPlan, of part: Part, into run: String, _ target: ResultsFolder) throws -> StoredPlan
    {
        var taken = try plan.copied(from: part.results, to: target, run: run)
        let file = PlanFolder("\(target.path)/\(taken.folder)").planFile
        if !taken.folder.isEmpty { taken.replay = "tocsin run \(Replay.quoted(FilePathText.short(file)))" }
        return taken
    }

    /// The causes with the rates that the parts have measured.
    private func rated(_ causes: [Cause], _ parts: [Part]) -> [Cause] {
        let measured = parts.flatMap { $0.file.causes ?? [] }
        return causes.map { cause in
            var cause = cause
            cause.rate = measured.first { $0.example == cause.example }?.rate
            return cause
        }
    }
}
