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
    /// What fails a build, and how much is run.
    let regression: RegressionOptions
    /// The command that runs a plan again.
    let replay: (Plan) -> String

    /// Runs the plans; returns the exit status.
    ///
    /// - Throws: `ExitCode` when the results cannot be kept, before anything is run.
    func run(_ plans: [Plan]) throws -> Int32 {
        let (before, part) = try reporting {
            try reports.check()
            return (try regression.before(), try regression.part())
        }
        let (all, digests) = try distinct(plans)
        let numbers = part?.part(of: Array(1...all.count)) ?? Array(1...all.count)
        let plans = numbers.map { all[$0 - 1] }
        let machine = try Machine()
        let began = Monotonic.now()
        var (results, store, run) = try reporting {
            try options.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: ["tocsin": Version.current, "kernel": Version.kernel])
            }
        }
        let id = run.id

        if let part {
            try RunPart(part, of: digests, runs: runs, numbers: numbers).write(in: results.folder(of: id))
            Output.note("part \(part.number) of \(part.count): \(plans.count) of \(all.count) plans")
        }

        let gate = Gate(
            before: before, severity: regression.failOn, runs: runs, confirming: regression.confirm ?? 0)
        var campaign = Campaign(
            folder: results.folder(of: id), runs: runs, pinned: options.isPinned, unmet: machine.unmet)
        campaign.stacks = Job.StackReading(pySpy: machine.pySpy)
        campaign.repetition = regression.confirm.map { count in
            .init(runs: count) { !gate.failures($0, BaselinePlan($0, replay: "")).isEmpty }
        }
        let progress = Progress(total: plans.count)
        var recorded = 0
        let slots = try options.slots()
        let pool = WorkerPool(.init(slots: slots, logs: results.folder(of: id))) { job, report in
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
        var kept: [StoredPlan] = []
        var problem: (any Error)?
        func judged(_ result: PlanResult) {
            let stored = reporting.stored(
                result, digest: digests[result.number - 1], replay: replay(result.judgement.plan))
            kept.append(stored)
            // What ran is shown in any case; that it could not be stored is said at the end.
            do { try store.append(stored, to: id) } catch { problem = problem ?? error }
            do { try reporting.keep(again: stored.replay, in: result.folder) } catch { problem = problem ?? error }
            let plan = reporting.report(stored)
            progress.judged(plan.verdict, plan.name)
            Output.print(isShort ? text.text(plan) : text.line(plan))
            reported.append((result.number, plan))
        }
        let origins = RecordOrigins(inner: pool, run: id)
        let outcome: CampaignResult
        if let time = regression.time {
            let end = began + time
            let ranks = Dictionary(
                zip(numbers, plans).map { (PlanFolder(run: campaign.folder, number: $0, plan: $1).path, $0) },
                uniquingKeysWith: { first, _ in first })
            let budgeted = BudgetedRunner(
                origins, width: slots.count, rank: { ranks[PlanFolder(ofRecord: $0.folder).path] ?? 0 },
                isSpent: { end < .now() })
            outcome = campaign.run(plans, numbers: numbers, with: budgeted, judged: judged)
        } else {
            outcome = campaign.run(plans, numbers: numbers, with: origins, judged: judged)
        }
        progress.clear()
        // Plans end in any order; the same run is the same report whenever it is made.
        report.plans = reported.sorted { $0.number < $1.number }.map(\.plan)
        let now = Baseline(kept, versions: run.versions, in: results)
        // A part may have no plan, where there are more parts than plans.
        var status =
            plans.isEmpty ? ExitStatus.success : gate.exitStatus(kept, interrupted: outcome.interrupted)
        if problem != nil, [ExitStatus.success, ExitStatus.nothing].contains(status) { status = ExitStatus.error }
        let duration = Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds)
        run.duration = duration
        report.duration = duration
        report.status = status
        Output.print(isShort ? text.summary(report) : "\n" + text.table(report) + text.summary(report))
        if !isShort, !report.causes.isEmpty {
            let folder = options.results.map { " --results \(Replay.quoted($0))" } ?? ""
            Output.print("one of them: tocsin show 1\(folder)")
        }
        if let before, let file = regression.baseline {
            // What was not run this time is no news.
            let names = Set(now.plans.map(\.plan))
            let base = Baseline(versions: before.versions, plans: before.plans.filter { names.contains($0.plan) })
            let comparison = ComparisonReport(Comparison(base, now), base: file, head: "this run")
            Output.print("\n" + text.text(comparison))
        }
        gate.remarks(kept).forEach { Output.note($0) }
        if outcome.isSpent {
            Output.note("the time was spent: \(outcome.unfinished.count) of \(plans.count) plans were not run")
        }
        if let interrupted = outcome.interrupted {
            let kept = recorded == 1 ? "1 run is kept" : "\(recorded) runs are kept"
            Output.note(
                "ended by \(interrupted.name); not finished: "
                    + "\(outcome.unfinished.count) of \(plans.count) plans; \(kept) in "
                    + FilePathText.short(results.folder(of: id)) + "; the same command runs all of them anew")
        }
        do {
            try store.end(run: id, status: status, duration: duration)
            if outcome.interrupted == nil { try regression.write(now, over: before) }
        } catch { problem = problem ?? error }
        if let problem {
            let folder = FilePathText.short(results.folder(of: id))
            Output.note(
                "error: the results could not be stored: \(problem)\n"
                    + "hint: `tocsin judge \(Replay.quoted(folder))` reads the records that are whole")
        }
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
