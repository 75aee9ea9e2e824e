import ArgumentParser
import Campaign
import FoundationEssentials
import Glibc
import Model
import ResultStore
import Scenario

/// Removes old runs and their records.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Removes old runs with their records.",
        usage: "tocsin prune [--keep N] [--older-than 7d] [--unfinished] [--dry-run] [--results DIR]",
        discussion: """
            A run goes with its records and with what the store holds of it. With both options a run goes that neither \
            of them keeps. A run that never ended is kept, for it may be under way; with --unfinished it counts as the others do. \
            An exploration that was interrupted has ended: once removed, it cannot go on.

            Examples:
              tocsin prune --keep 20 --dry-run       what would go
              tocsin prune --older-than 7d
            """)

    @Option(help: "The newest N runs stay.")
    var keep: Int?

    @Option(help: "Only runs that began before that time: 12h, 7d.")
    var olderThan: String?

    @Flag(help: "Runs that never ended go, too.")
    var unfinished = false

    @Flag(help: "Say what would go, and remove nothing.")
    var dryRun = false

    @Option(help: "The folder of results. [TOCSIN_RESULTS, or results]")
    var results: String?

    func validate() throws {
        if keep == nil, olderThan == nil { throw ValidationError("--keep N or --older-than TIME is needed") }
        if let keep, keep < 0 { throw ValidationError("--keep needs a number from 0") }
        if let olderThan, PruneCommand.seconds(olderThan) == nil {
            throw ValidationError("--older-than \(olderThan): a number and s, m, h or d is needed, as in 7d")
        }
    }

    /// How long a text says, in seconds; nil where it says no time.
    static func seconds(_ text: String) -> Double? {
        if text.hasSuffix("d"), let days = Double(text.dropLast()), days >= 0, days.isFinite { return days * 86_400 }
        return ValueText.duration(text).map { Double($0) / 1e9 }
    }

    func run() throws {
        let options = try RunOptions.parse(results.map { ["--results", $0] } ?? [])
        let folder = options.existingResults
        guard Files.exists(folder.store) else {
            Output.note("error: there are no results in \(folder.path)")
            throw ExitCode.of(ExitStatus.unusable)
        }
        let store = try ResultStore(path: folder.store)
        let runs = try store.runs(limit: .max)
        let now = Double(time(nil))
        let age = olderThan.flatMap(PruneCommand.seconds)
        let going = runs.enumerated().filter { place, run in
            if let keep, place < keep { return false }
            if let age, now - run.began < age { return false }
            return run.status != nil || unfinished
        }.map(\.element)
        for run in going {
            let command = run.arguments.map { $0 }.joined(separator: " ")
            Output.print("\(dryRun ? "would go" : "gone"): \(run.id)  \(command)")
            guard !dryRun else { continue }
            // The records first: who is interrupted finds the run again, and goes on.
            let records = folder.folder(of: run.id)
            if Files.exists(records) { try FileManager.default.removeItem(atPath: records) }
            try store.remove(run: run.id)
        }
        if !dryRun, !going.isEmpty { try store.compact() }
        let left = runs.count - going.count
        Output.print("\(going.count) of \(runs.count) runs \(dryRun ? "would go" : "are gone"), \(left) stay")
    }
}
