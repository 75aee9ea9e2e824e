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
        usage: """
            tocsin show [RUN] [-v]
            tocsin show [RUN] CAUSE
            tocsin show runs
            """,
        discussion: """
            Examples:
              tocsin show                                  the last run: what is wrong, findings of one cause together
              tocsin show 1                                its first cause, and the plan that shows it
              tocsin show 39bee9c5cb1c1c6a                 the finding with that fingerprint, in the newest run that has it
              tocsin show runs                             the runs there are
              tocsin show 20261121-020850 --as json        one run by the beginning of its id, for a program
              tocsin show --report html=report.html        and as a page
            """)

    @Argument(
        help: "The id of a run or its beginning, or `latest`; the number of a cause, or a fingerprint; or `runs`.")
    var what: [String] = []

    @Option(name: .customLong("as"), help: .init(ReportFormat.names + "."))
    var format = ReportFormat.text

    @OptionGroup var reports: ReportOptions
    @OptionGroup var options: RunOptions

    func validate() throws {
        guard !what.contains("") else { throw ValidationError("an empty text means no run and no cause") }
        if what == ["runs"], !reports.files.isEmpty || ![.text, .json].contains(format) {
            throw ValidationError("show runs lists runs, as text or json; a report is of one of them")
        }
        guard what.count < 3, what.count < 2 || Wanted(what[0]).isRun, what.count < 2 || !Wanted(what[1]).isRun else {
            throw ValidationError("show takes a run, and one cause or fingerprint of it")
        }
    }

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

    /// What is to be shown of which run.
    private enum Wanted {
        case run(String)
        case cause(Int)
        case fingerprint(String)

        init(_ text: String) {
            if let number = Int(text), text.count < 4 {
                self = .cause(number)
            } else if text.count >= 12, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) {
                self = .fingerprint(text)
            } else {
                self = .run(text)
            }
        }

        var isRun: Bool { if case .run = self { true } else { false } }
    }

    private func show(_ results: ResultsFolder, _ store: ResultStore) throws {
        if what == ["runs"] { return try list(store) }
        try reporting { try reports.check() }
        let reporting = Reporting(results: results)
        var id = "latest"
        if case .run(let named)? = what.first.map(Wanted.init) { id = named }
        guard let run = try store.run(id) else { throw refusal(try Self.missing(id, in: store)) }
        let text = reports.text(verbose: options.verbose)
        let plans = try store.plans(of: run.id)
        var report = Reporting.report(run)
        if let file = try ExplorationFile.read(in: results.folder(of: run.id)) {
            let exploration = ExplorationShow(
                file: file, plans: plans, reporting: reporting, text: text, isVerbose: options.verbose)
            if format == .text, reports.files.isEmpty, try show(exploration, of: run) { return }
            report = exploration.report(report)
        } else {
            report.plans = plans.map { reporting.report($0) }
        }
        switch what.last.map(Wanted.init) {
        case .cause(let number)?:
            guard let cause = report.causes.first(where: { $0.number == number }),
                let page = text.cause(number, in: report)
            else { throw refusal(Self.count(report.causes.count, in: run)) }
            report = report.only(cause)
            Output.print(format.text(report) { _ in page })
        case .fingerprint(let fingerprint)?:
            report = try found(fingerprint, report, what.count > 1 ? [] : try store.runs(limit: 100), store, reporting)
            Output.print(format.text(report) { $0.plans.prefix(options.verbose ? .max : 1).map(text.text).joined() })
        default:
            let causes = report.causes.count
            Output.print(
                format.text(report) { report in
                    if options.verbose { return text.text(report) }
                    // Where there is little to see, all of it is shown.
                    if report.plans.count == 1 { return text.text(report.plans[0]) + text.summary(report) }
                    return text.overview(report) + (causes > 0 ? "one of them: tocsin show 1\n" : "")
                })
        }
        try reports.write(report)
    }

    /// Shows an exploration in its own words.
    ///
    /// - Returns: Whether it is one that is asked for, and no fingerprint.
    private func show(_ exploration: ExplorationShow, of run: StoredRun) throws -> Bool {
        switch what.last.map(Wanted.init) {
        case .fingerprint?: return false
        case .cause(let number)?:
            guard let page = exploration.cause(number) else {
                throw refusal(Self.count(exploration.causes.count, in: run))
            }
            Output.print(page)
        default: Output.print(exploration.overview())
        }
        return true
    }

    /// The plans of the newest run that have a finding with that fingerprint.
    private func found(
        _ fingerprint: String, _ report: RunReport, _ others: [StoredRun], _ store: ResultStore, _ reporting: Reporting
    ) throws -> RunReport {
        func has(_ plan: PlanReport) -> Bool {
            plan.findings.contains { $0.finding.fingerprint.hasPrefix(fingerprint) }
        }
        var found = report
        found.explored = nil  // Its causes are of all plans.
        found.plans = report.plans.filter(has)
        for run in others where found.plans.isEmpty && run.id != report.run {
            found = Reporting.report(run)
            found.plans = try store.plans(of: run.id).filter { plan in
                plan.judgement.findings.contains { $0.fingerprint.hasPrefix(fingerprint) }
            }.map { reporting.report($0) }
        }
        guard !found.plans.isEmpty else { throw refusal("no run has a finding with the fingerprint \(fingerprint)") }
        return found
    }

    /// Why a text means no run: none begins so, or several do.
    static func missing(_ id: String, in store: ResultStore) throws -> String {
        let candidates = try store.runs(beginning: id, limit: 6)
        guard candidates.count > 1 else { return "there is no run \(id); `tocsin show runs` lists them" }
        let more = candidates.count > 5 ? " and others" : ""
        return "several runs begin with \(id): \(candidates.prefix(5).joined(separator: " "))\(more)"
    }

    private static func count(_ causes: Int, in run: StoredRun) -> String {
        "run \(run.id) has \(causes == 1 ? "1 cause" : causes == 0 ? "no cause" : "\(causes) causes")"
    }

    private func refusal(_ reason: String) -> ExitCode {
        Output.note("error: \(reason)")
        return ExitCode.of(ExitStatus.unusable)
    }

    private func list(_ store: ResultStore) throws {
        let runs = try store.runs(limit: 100)
        guard format == .text else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return Output.print(String(decoding: try encoder.encode(runs), as: UTF8.self))
        }
        let verdicts = try store.verdicts()
        let text = reports.text(verbose: options.verbose)
        Output.print(
            text.runs(
                runs.map { run in
                    RunSummary(
                        id: run.id, duration: run.duration, status: run.status, verdicts: verdicts[run.id] ?? [:],
                        command: run.arguments.map(Replay.quoted).joined(separator: " "))
                }))
    }
}
