import ArgumentParser
import Campaign
import FoundationEssentials
import Model
import Reports
import ResultStore

/// Shows a run that was stored.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what a run found.",
        discussion: """
            Examples:
              tocsin show                                  the last run
              tocsin show runs                             the runs there are
              tocsin show 20261121-020850 --as json        one run by the beginning of its id, for a program
            """)

    @Argument(help: "The id of a run or its beginning, `latest`, or `runs` for a list of them.")
    var what = "latest"

    @Option(name: .customLong("as"), help: "text or json.")
    var format = ReportFormat.text

    @OptionGroup var options: RunOptions

    func run() throws {
        let results = options.existingResults
        guard Files.exists(results.store) else {
            Output.note(
                "error: there are no results in \(FilePathText.short(results.path)); `tocsin run FILE` makes some")
            throw ExitCode.of(ExitStatus.unusable)
        }
        do {
            try show(results, try ResultStore(path: results.store, reading: true))
        } catch let error as StoreError {
            Output.note("error: \(error)")
            Output.note("hint: `tocsin judge` reads the records in \(FilePathText.short(results.path))/runs without it")
            throw ExitCode.of(ExitStatus.unusable)
        }
    }

    private func show(_ results: ResultsFolder, _ store: ResultStore) throws {
        if what == "runs" { return try list(store) }
        guard let run = try store.run(what) else {
            Output.note("error: there is no run \(what); `tocsin show runs` lists them")
            throw ExitCode.of(ExitStatus.unusable)
        }
        let reporting = Reporting(results: results)
        var report = Reporting.report(run)
        report.plans = try store.plans(of: run.id).map(reporting.report)
        Output.print(try format.text(report, verbose: options.verbose))
    }

    private func list(_ store: ResultStore) throws {
        let runs = try store.runs(limit: 100)
        guard format == .text else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return Output.print(String(decoding: try encoder.encode(runs), as: UTF8.self))
        }
        for run in runs {
            let status = run.status.map { "exit \($0)" } ?? "still running, or was stopped"
            Output.print("\(run.id)  \(status)  \(run.arguments.map(Replay.quoted).joined(separator: " "))")
        }
    }
}
