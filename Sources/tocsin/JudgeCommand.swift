import ArgumentParser
import Campaign
import FoundationEssentials
import Kernel
import Model
import Reports
import Worker

/// Judges stored records again.
struct JudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Judges stored records again, with the oracles of this version.",
        discussion: """
            A record is the folder of a plan, which holds its references, runs and controls, or one of these; \
            a run's folder means all plans in it. Nothing is run, and the store is not changed.

            Examples:
              tocsin judge results/runs/20261121-020850-*
              tocsin judge results/runs/20261121-020850-*/plan-0001-*
            """)

    @Argument(help: "Folders of plans, of records in them, or of runs.")
    var records: [String]

    @Option(name: .customLong("as"), help: .init(ReportFormat.names + "."))
    var format = ReportFormat.text

    @OptionGroup var reports: ReportOptions

    func run() throws {
        try reporting { try reports.check() }
        let folders = try reporting { try planFolders() }
        var isUnusable = false
        let results = try folders.enumerated().compactMap { index, folder in
            do {
                return try Campaign.judge(folder, number: index + 1)
            } catch let error as RecordError {
                // The others are judged all the same: a disk that was full leaves half of one.
                Output.note("error: \(error)")
                isUnusable = true
                return nil
            }
        }
        guard !results.isEmpty else { throw ExitCode.of(ExitStatus.unusable) }
        var report = RunReport(versions: ["tocsin": Version.current])
        report.meanings = Campaign.meanings
        // Pictures are read from where the records are, wherever that is.
        let reporting = Reporting(results: ResultsFolder(existing: "/"))
        report.plans = try results.map { result in
            let again = Reporting.again(result.judgement.plan, in: result.folder)
            let digest = try result.judgement.plan.digest(from: FileManager.default.currentDirectoryPath)
            return reporting.report(reporting.stored(result, digest: digest, replay: again))
        }
        Output.print(format.text(report, as: reports.text(verbose: true).text))
        try reports.write(report)
        throw ExitCode.of(isUnusable ? ExitStatus.unusable : ExitStatus.of(results.map(\.judgement.verdict)))
    }

    private func planFolders() throws -> [PlanFolder] {
        var paths: [String] = []
        for record in records {
            let path = FilePathText.absolute(record.hasSuffix("/") ? String(record.dropLast()) : record)
            let parent = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
            let isPlan: (String) -> Bool = { Files.exists(PlanFolder($0).planFile) }
            if isPlan(path) {
                paths.append(path)
            } else if isPlan(parent) {
                paths.append(parent)
            } else {
                let names: [String]
                do { names = try listDirectory(path).sorted() } catch {
                    throw UnusableInput("\(record): cannot be read: \(error.errno.explained)")
                }
                let inner = names.map { "\(path)/\($0)" }.filter(isPlan)
                guard !inner.isEmpty else { throw UnusableInput("\(record) is no folder of records") }
                paths += inner
            }
        }
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }.map { PlanFolder($0) }
    }
}
