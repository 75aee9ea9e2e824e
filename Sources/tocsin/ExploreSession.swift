import ArgumentParser
import Campaign
import Exploration
import FoundationEssentials
import Glibc
import Kernel
import Model
import Reports
import ResultStore
import Worker

/// One exploration from the command line: counted, run or gone on with, its causes looked at again, told.
struct ExploreSession {
    let options: RunOptions
    let reports: ReportOptions
    let settings: ExploreSettings
    let source: ExploreSource

    /// Explores a story; returns the exit status.
    ///
    /// - Throws: `ExitCode` when the results cannot be kept, before anything is run.
    func run(_ story: Plan) throws -> Int32 {
        try reporting { try reports.check() }
        if let reason = try Machine().unmet(story) {
            Output.note("\(story.name): skipped: \(reason)")
            return ExitStatus.nothing
        }
        let campaign = try name(of: story)
        if !settings.isFresh, !settings.isDryRun, let former = try reporting({ try former(campaign) }) {
            return try goOn(former)
        }
        return try begin(story, campaign)
    }

    // MARK: - Before the first fault

    /// What is equal for explorations of which one can go on with the other.
    private func name(of story: Plan, isWhole: Bool = false) throws -> String {
        var digest = Digest()
        var plain = story
        plain.explore = nil
        let parts =
            [Version.current, try plain.digest(from: FileManager.default.currentDirectoryPath), try asked(of: story)]
            + settings.during + [""]
            + settings.continuations + ["\(settings.seed) \(settings.audit)"]
            + (settings.depth == 1 ? [] : ["depth \(settings.depth)"])
            + (isWhole ? [] : settings.shard.map { ["\($0.number)/\($0.count)"] } ?? [])
        digest.add(parts.joined(separator: "\n").utf8)
        return digest.text
    }

    /// What is said of what counts.
    private func asked(of story: Plan) throws -> String {
        guard var explore = story.explore else { return "" }
        // How long it may take is no other exploration.
        explore.budget = nil
        guard explore != ExploreSpecification() else { return "" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(explore), as: UTF8.self)
    }

    /// The newest exploration of the same in these results.
    private func former(_ campaign: String) throws -> (Ongoing, store: ResultStore)? {
        let results = options.existingResults
        guard Files.exists(results.store) else { return nil }
        let store = try ResultStore(path: results.store)
        for run in try store.runs(limit: 200) {
            guard let file = try ExplorationFile.read(in: results.folder(of: run.id)), file.campaign == campaign else {
                continue
            }
            return (Ongoing(results: results, run: run, file: file), store)
        }
        return nil
    }

    private func goOn(_ former: (Ongoing, store: ResultStore)) throws -> Int32 {
        let (ongoing, store) = former
        let text = ExplorationText(ongoing.file.exploration)
        if ongoing.file.isComplete {
            Output.note("this was explored to its end in run \(ongoing.run.id); --fresh does it anew")
        } else {
            Output.note("going on with run \(ongoing.run.id)")
        }
        text.denominatorLines().forEach { Output.print($0) }
        return try explore(ongoing, store)
    }

    private func begin(_ story: Plan, _ campaign: String) throws -> Int32 {
        let (results, store, run) = try reporting {
            try options.begin { id in
                StoredRun(
                    id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                    versions: ["tocsin": Version.current, "kernel": Version.kernel])
            }
        }
        let folder = results.folder(of: run.id)
        // A signal that comes behind these runs waits for those with faults, which tell how to go on.
        let mask = try SignalSet.ending.block()
        defer { try? mask.restore() }  // The mask was the kernel's own.
        let (runs, interruption) = try FaultFreeRuns.of(story, in: "\(folder)/undisturbed", run: run.id, options)
        if let interruption { throw interruption }
        guard let runs else { return ExitStatus.nothing }
        guard runs.isRight else {
            runs.complain(Reporting(results: results), reports.text(verbose: options.verbose))
            let status = ExitStatus.of([runs.result.judgement.verdict])
            try? store.end(run: run.id, status: status, duration: 0)  // What went wrong has been said.
            return status
        }
        let exploration: Exploration
        do {
            exploration = try SignalSet.ending.whileBusy(
                for: 2, saying: "ended by a signal; nothing is kept: the same command begins anew\n"
            ) {
                try Exploration(
                    of: story, try runs.records(), during: settings.during, continuations: settings.continuations)
            }
        } catch let problem as ExplorationProblem {
            throw reportingRefusal(problem.description)
        }
        let text = ExplorationText(exploration)
        text.denominatorLines().forEach { Output.print($0) }
        let denominator = exploration.denominator
        guard !denominator.kept.isEmpty else {
            Output.note("nothing was tested: no fault applies to what the agent does")
            return ExitStatus.nothing
        }
        let strategy: any Strategy = settings.isBounded ? Spread(seed: settings.seed) : InOrder()
        var order = strategy.order(denominator.kept, of: denominator)
        var audit = Audit.sample(
            denominator, count: settings.audit.count(of: denominator.pruned.count), seed: settings.seed)
        if let shard = settings.shard {
            order = shard.part(of: denominator.kept).filter(Set(order).contains)
            audit = shard.part(of: audit)
        }
        if settings.isDryRun {
            for number in order { Output.print("  \(text.line(number))") }
            Output.print("\(text.countLine(done: denominator.kept.count)) (dry run)")
            Output.print("audit: \(audit.count) of the \(denominator.pruned.count) pruned would be run anyway")
            return ExitStatus.success
        }
        let file = ExplorationFile(
            campaign: campaign, whole: try name(of: story, isWhole: true), exploration: exploration, order: order,
            audit: audit)
        try file.write(in: folder)
        return try explore(Ongoing(results: results, run: run, file: file), store)
    }

    private func reportingRefusal(_ reason: String) -> any Error {
        Output.note("error: \(reason)")
        return ExitCode.of(ExitStatus.unusable)
    }

    // MARK: - The faults

    /// An exploration that has begun.
    private struct Ongoing {
        var results: ResultsFolder
        var run: StoredRun
        var file: ExplorationFile

        var folder: String { results.folder(of: run.id) }
    }

    private func explore(_ ongoing: Ongoing, _ store: ResultStore) throws -> Int32 {
        // A signal that comes between two campaigns waits for the next one, which tells what there is.
        let mask = try SignalSet.ending.block()
        defer { try? mask.restore() }  // The mask was the kernel's own.
        var ongoing = ongoing
        let began = Monotonic.now()
        let plans = ExploredPlans(
            options: options, settings: settings, store: store, results: ongoing.results, run: ongoing.run.id,
            // The last fifth of the time is for looking at what was found.
            deadline: settings.budget.map { began + $0 * 4 / 5 }, stored: try store.plans(of: ongoing.run.id))
        let former = plans.outcomes.count
        var waiting = try plans.run(ongoing.file.order + ongoing.file.audit, of: ongoing.file.exploration)
        if settings.depth == 2, plans.isWhole {
            if ongoing.file.exploration.second == nil { try putSecondFaults(&ongoing, plans) }
            ExplorationText(ongoing.file.exploration).secondLines().forEach { Output.print($0) }
            waiting += try plans.run(ongoing.file.order + ongoing.file.audit, of: ongoing.file.exploration)
        }
        var outcome = plans.outcome
        let exploration = ongoing.file.exploration
        var problem = plans.problem
        var causes = Cause.all(of: plans.outcomes, in: exploration)
        if waiting == 0, ongoing.file.isComplete, let known = ongoing.file.causes {
            causes = known
        } else if outcome.interrupted == nil, problem == nil {
            let replays = CauseReplays(
                options: options, exploration: exploration, folder: ongoing.folder,
                end: settings.budget.map { began + $0 })
            (causes, outcome.interrupted) = try replays.looked(at: causes)
        }
        ongoing.file.causes = causes
        ongoing.file.isComplete = plans.isWhole && outcome.interrupted == nil
        do { try ongoing.file.write(in: ongoing.folder) } catch { problem = problem ?? error }
        let status = tell(
            ongoing, plans.outcomes, causes, outcome, Monotonic.now() - began, ran: plans.outcomes.count - former)
        let duration = Nanoseconds(clamping: (Monotonic.now() - began).nanoseconds) + (ongoing.run.duration ?? 0)
        do {
            try store.end(run: ongoing.run.id, status: status, duration: duration)
            try written(ongoing, store, status, duration)
            try writeScenarios(causes, exploration)
        } catch { problem = problem ?? error }
        if let problem {
            Output.note("error: the results could not be kept: \(explained(problem))")
            return [ExitStatus.success, ExitStatus.nothing].contains(status) ? ExitStatus.error : status
        }
        return status
    }

    /// Looks where the runs with one fault go on, and puts second ones there.
    private func putSecondFaults(_ ongoing: inout Ongoing, _ plans: ExploredPlans) throws {
        let undisturbed = "\(ongoing.folder)/undisturbed"
        let exploration = ongoing.file.exploration
        let records = try FaultFreeRuns.records(of: exploration.story, in: undisturbed)
        let second = try AftermathSearch(exploration, records).secondFaults(plans.outcomes) { number in
            let folder = PlanFolder(run: ongoing.folder, number: number, plan: exploration.plan(number))
            let record = folder.record(.fault, run: 1)
            return Files.exists(record) ? try RecordFolder(record).read() : nil
        }
        ongoing.file.exploration.second = second
        let strategy: any Strategy = settings.isBounded ? Spread(seed: settings.seed) : InOrder()
        ongoing.file.order += second.order(by: strategy)
        ongoing.file.audit += Audit.sample(
            second, count: settings.audit.count(of: second.countOfPruned), seed: settings.seed)
        try ongoing.file.write(in: ongoing.folder)
        // From now on they are needed no more than those of other explorations.
        for outcome in plans.outcomes where !settings.keeps && outcome.verdict.rank <= Verdict.skipped("").rank {
            let folder = PlanFolder(
                run: ongoing.folder, number: outcome.candidate, plan: exploration.plan(outcome.candidate))
            try? FileManager.default.removeItem(atPath: folder.record(.fault, run: 1))  // What stays is no failure.
            try? FileManager.default.removeItem(atPath: folder.states)  // The same.
        }
    }

    // MARK: - What came of it

    private func tell(
        _ ongoing: Ongoing, _ outcomes: [Outcome], _ causes: [Cause], _ result: CampaignResult, _ time: Duration,
        ran: Int
    ) -> Int32 {
        let exploration = ongoing.file.exploration
        let text = ExplorationText(exploration)
        let kept = Set(ongoing.file.order)
        let done = outcomes.filter { kept.contains($0.candidate) }
        let single = done.count { exploration.base(of: $0.candidate) == nil }
        Output.print(text.countLine(done: settings.shard == nil ? single : exploration.denominator.kept.count))
        if let line = text.secondCountLine(done: done.count - single) {
            let pairs = Pairs(outcomes, in: exploration)
            Output.print("\(line); \(pairs.countOfKnown) show only what one fault shows too")
        }
        if let shard = settings.shard {
            Output.print("part \(shard.number) of \(shard.count): \(done.count) of \(ongoing.file.order.count)")
        }
        let audited = outcomes.filter { !kept.contains($0.candidate) }
        let contradictions = Audit.contradictions(outcomes, in: exploration)
        if !audited.isEmpty {
            let all = exploration.denominator.pruned.count + (exploration.second?.countOfPruned ?? 0)
            Output.print(
                "audit: \(audited.count) of the \(all) pruned were run anyway: "
                    + (contradictions.isEmpty
                        ? "they show nothing that the others do not" : "\(contradictions.count) DEFECTS OF TOCSIN"))
        }
        for contradiction in contradictions {
            Output.print(
                "  pruned by \(contradiction.pass), and wrongly: \(text.line(contradiction.candidate)): \(contradiction.finding)"
            )
        }
        let seconds = max(Double(time.nanoseconds) / 1e9, 0.001)
        Output.print(
            "\(ran) plans in \(tenths(seconds)) s (\(tenths(Double(ran) / seconds))/s); of all: \(counts(outcomes))")
        let errors = outcomes.filter { if case .error = $0.verdict { true } else { false } }
        for outcome in errors.prefix(options.verbose ? .max : 3) {
            if case .error(let reason) = outcome.verdict {
                Output.print("  error: \(text.line(outcome.candidate)): \(reason)")
            }
        }
        let plans = Set(causes.flatMap(\.candidates)).count
        let isWhole = result.interrupted == nil && !result.isSpent
        ExplorationText.notLookedAt(in: outcomes).forEach { Output.print("\($0)") }
        if causes.isEmpty {
            Output.print(ExplorationText.nothing(in: outcomes, isWhole: isWhole))
        } else {
            let rated = causes.count { $0.rate != nil }
            let again = rated == causes.count ? "each was" : "\(rated) of them were"
            Output.print(
                "\n\(causes.count == 1 ? "1 cause" : "\(causes.count) causes") in \(plans) plans; \(again) run again, in "
                    + "the smallest story that shows it: \(StoppingRule.usual.description)")
            text.causeLines(causes).forEach { Output.print($0) }
            let folder = options.results.map { " --results \(Replay.quoted($0))" } ?? ""
            Output.print("one of them: tocsin show 1\(folder)")
        }
        if let interrupted = result.interrupted {
            Output.note(
                "ended by \(interrupted.name); the same command goes on with the other"
                    + " \(result.unfinished.count) plans")
        } else if result.isSpent {
            let what = settings.plans == nil ? "the time was spent" : "so many plans were run"
            Output.note("\(what); the same command goes on with the other \(result.unfinished.count) plans")
        }
        let status = ExitStatus.of(outcomes.map(\.verdict), interrupted: result.interrupted)
        return status == ExitStatus.success && !contradictions.isEmpty ? ExitStatus.error : status
    }

    private func counts(_ outcomes: [Outcome]) -> String {
        var counts: [String: Int] = [:]
        for outcome in outcomes {
            switch outcome.verdict {
            case .skipped: counts["not applicable", default: 0] += 1
            case .flaky: counts["flaky", default: 0] += 1
            default: counts[outcome.verdict.name, default: 0] += 1
            }
        }
        let order = ["pass", "known", "flaky", "fail", "not applicable", "error"]
        let parts = order.compactMap { word in counts[word].map { "\($0) \(word)" } }
        return parts.isEmpty ? "none was judged" : parts.joined(separator: ", ")
    }

    private func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Writes the reports that were asked for.
    private func written(_ ongoing: Ongoing, _ store: ResultStore, _ status: Int32, _ duration: Nanoseconds) throws {
        guard !reports.files.isEmpty else { return }
        let shown = ExplorationShow(
            file: ongoing.file, plans: try store.plans(of: ongoing.run.id),
            reporting: Reporting(results: ongoing.results), text: reports.text(verbose: options.verbose),
            isVerbose: options.verbose)
        var report = shown.report(Reporting.report(ongoing.run))
        report.status = status
        report.duration = duration
        try reports.write(report)
    }

    private func writeScenarios(_ causes: [Cause], _ exploration: Exploration) throws {
        guard let folder = settings.write, !causes.isEmpty else { return }
        try Files.makeFolder(folder)
        for cause in causes {
            let scenario = ExploredScenario(source, exploration, cause)
            let path = "\(folder)/cause-\(cause.number).yaml"
            let text = try scenario.text(in: FilePathText.absolute(folder))
            if scenario.isSame(as: text, at: path) {
                try Files.write(Data(text.utf8), to: path)
                Output.note("cause \(cause.number): tocsin run \(Replay.quoted(path))")
            } else {
                // What the file says in ways that only it can is kept as it is bound.
                let plan = "\(folder)/cause-\(cause.number).json"
                try Files.write(try JSONEncoder().encode(scenario.explored), to: plan)
                Output.note("cause \(cause.number): tocsin run \(Replay.quoted(plan))")
            }
        }
    }
}
