import Campaign
import FoundationEssentials
import Glibc
import Kernel
import Model
import Reports
import ResultStore
import Worker

/// One campaign from the command line: run, reported as it goes, stored.
struct Session {
    /// How plans are run.
    let options: RunOptions
    /// How often each is run, in place of its own number.
    let runs: Int?
    /// The files of its reports.
    let reports: ReportOptions
    /// The command that runs a plan again.
    let replay: (Plan) -> String

    /// Runs the plans; returns the exit status.
    ///
    /// - Throws: `ExitCode` when the results cannot be kept, before anything is run.
    func run(_ plans: [Plan]) throws -> Int32 {
        try reporting { try reports.check() }
        let (plans, digests) = try distinct(plans)
        let began = Monotonic.now()
        var (results, store, run) = try reporting {
            try options.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: ["tocsin": Version.current, "kernel": Version.kernel])
            }
        }
        let id = run.id

        let machine = try Machine()
        var campaign = Campaign(
            folder: results.folder(of: id), runs: runs, pinned: options.isPinned, unmet: machine.unmet)
        campaign.stacks = Job.StackReading(pySpy: machine.pySpy)
        let progress = Progress(total: plans.count)
        var recorded = 0
        let pool = WorkerPool(.init(slots: try options.slots(), logs: results.folder(of: id))) { job, report in
            if options.verbose {
                progress.clear()
                Output.note("  \(FilePathText.short(job.folder)): \(report.failure ?? "recorded")")
            }
            progress.ran()
            if report.failure == nil { recorded += 1 }
        }
        let reporting = Reporting(results: results)
        let text = reports.text(verbose: options.verbose)
        // Of many plans a line each; what is wrong stands at the end, findings of one cause together.
        let isShort = plans.count <= 3 || options.verbose
        var report = Reporting.report(run)
        var reported: [(number: Int, plan: PlanReport)] = []
        var problem: (any Error)?
        let outcome = campaign.run(plans, with: RecordOrigins(inner: pool, run: id)) { result in
            let stored = reporting.stored(
                result, digest: digests[result.number - 1], replay: replay(result.judgement.plan))
            // What ran is shown in any case; that it could not be stored is said at the end.
            do { try store.append(stored, to: id) } catch { problem = problem ?? error }
            do { try reporting.keep(again: stored.replay, in: result.folder) } catch { problem = problem ?? error }
            let plan = reporting.report(stored)
            progress.judged(plan.verdict, plan.name)
            Output.print(isShort ? text.text(plan) : text.line(plan))
            reported.append((result.number, plan))
        }
        progress.clear()
        // Plans end in any order; the same run is the same report whenever it is made.
        report.plans = reported.sorted { $0.number < $1.number }.map(\.plan)
        let harmless = [ExitStatus.success, ExitStatus.nothing].contains(outcome.exitStatus)
        let status = problem != nil && harmless ? ExitStatus.error : outcome.exitStatus
        let duration = Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds)
        run.duration = duration
        report.duration = duration
        report.status = status
        Output.print(isShort ? text.summary(report) : "\n" + text.table(report) + text.summary(report))
        if !isShort, !report.causes.isEmpty {
            let folder = options.results.map { " --results \(Replay.quoted($0))" } ?? ""
            Output.print("one of them: tocsin show 1\(folder)")
        }
        if let interrupted = outcome.interrupted {
            let kept = recorded == 1 ? "1 run is kept" : "\(recorded) runs are kept"
            Output.note(
                "ended by \(interrupted.signal == SIGINT ? "SIGINT" : "SIGTERM"); not finished: "
                    + "\(outcome.unfinished.count) of \(plans.count) plans; \(kept) in "
                    + FilePathText.short(results.folder(of: id)))
        }
        do { try store.end(run: id, status: status, duration: duration) } catch { problem = problem ?? error }
        if let problem { Output.note("error: the results could not be stored: \(problem)") }
        return written(report, status)
    }

    /// Writes the reports; what cannot be written is no success.
    private func written(_ report: RunReport, _ status: Int32) -> Int32 {
        do {
            try reports.write(report)
            return status
        } catch {
            Output.note("error: a report could not be written: \(explained(error))")
            return [ExitStatus.success, ExitStatus.nothing].contains(status) ? ExitStatus.error : status
        }
    }

    /// The plans, each of them once, and their digests: the same file may be meant twice, by itself and by its folder.
    private func distinct(_ plans: [Plan]) throws -> ([Plan], [String]) {
        var kept: [Plan] = []
        var digests: [String] = []
        for plan in plans {
            let digest = try plan.digest(from: FileManager.default.currentDirectoryPath)
            guard !digests.contains(digest) else {
                Output.note("\(plan.name) is there twice, and is run once")
                continue
            }
            kept.append(plan)
            digests.append(digest)
        }
        return (kept, digests)
    }
}
