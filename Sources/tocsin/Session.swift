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
            try reports.check(besides: plans.map(\.scenario))
            return (try regression.before(), try regression.part())
        }
        let selected = try SelectedPlans(plans, part: part)
        let machine = try Machine()
        let began = Monotonic.now()
        var kept = try reporting {
            try KeptCampaign(options, keepsPlans: regression.baseline != nil || !reports.files.isEmpty)
        }
        try selected.writePart(in: kept.folder, runs: runs)
        let gate = Gate(
            before: before, severity: regression.failOn, runs: runs, confirming: regression.confirm ?? 0)
        var tally = GateTally(gate)
        var telling = CampaignTelling(of: selected.plans.count, options, reports.text(verbose: options.verbose))
        let slots = try options.slots()
        let pool = WorkerPool(.init(slots: slots, logs: kept.folder)) { job, report in
            telling.ran(job.folder, failure: report.failure)
        }
        let outcome = campaign(in: kept.folder, machine, gate).run(
            selected.plans, numbers: selected.numbers,
            with: runner(
                RecordOrigins(inner: pool, run: kept.run.id), width: WorkerPool.width(slots, for: selected.plans),
                from: began)
        ) { result in
            let stored = kept.keep(
                result, digest: selected.digests[result.number - 1], replay: replay(result.judgement.plan))
            tally.add(result.judgement)
            telling.judged(
                result.number,
                kept.reporting.report(stored, withRecord: telling.isFull || stored.judgement.verdict != .pass))
        }
        telling.progress.clear()

        let duration = Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds)
        // A part may have no plan, where there are more parts than plans.
        let status = kept.honest(
            selected.plans.isEmpty
                ? ExitStatus.success : tally.exitStatus(interrupted: outcome.interrupted))
        var report = Reporting.report(kept.run)
        telling.add(to: &report)
        report.duration = duration
        report.status = status
        telling.summary(report)
        // It reads each record once more.
        let now = Baseline(
            regression.baseline == nil ? [] : kept.plans, versions: kept.run.versions, in: kept.results)
        if let before, let file = regression.baseline { telling.comparison(with: before, in: file, now) }
        tally.remarks.forEach { Output.note($0) }
        telling.ending(outcome, in: kept.shortFolder)
        kept.end(status: status, duration: duration)
        if outcome.interrupted == nil { kept.trying { try regression.write(now, over: before) } }
        if let problem = kept.problem {
            Output.note(
                "error: the results could not be stored: \(explained(problem))\n"
                    + "hint: `tocsin judge \(Replay.quoted(kept.shortFolder))` reads the records that are whole")
        }
        // Of many plans those that passed were kept as a line each.
        if !telling.isFull, !reports.files.isEmpty {
            report.plans = kept.plans.sorted { $0.number < $1.number }.map { kept.reporting.report($0) }
            report.passed = 0
        }
        return written(report, kept.honest(status))
    }

    /// The campaign in a folder, on this machine; what is new by the gate is run again where that is asked for.
    private func campaign(in folder: String, _ machine: Machine, _ gate: Gate) -> Campaign {
        var campaign = Campaign(folder: folder, runs: runs, pinned: options.isPinned, unmet: machine.unmet)
        campaign.keepsResults = false
        campaign.stacks = Job.StackReading(pySpy: machine.pySpy)
        campaign.repetition = regression.confirm.map { count in
            .init(runs: count) { !gate.failures($0, BaselinePlan($0, replay: "")).isEmpty }
        }
        return campaign
    }

    /// What runs the plans: all of them, or what begins before the time is spent.
    private func runner(_ inner: some Runner, width: Int, from began: Monotonic) -> any Runner {
        guard let time = regression.time else { return inner }
        let end = began + time
        return BudgetedRunner(inner, width: width, isSpent: { end < .now() })
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
}
