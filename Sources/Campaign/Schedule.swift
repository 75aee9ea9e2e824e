import Model

/// What is to be run next, and what came of it: the state of a campaign between two records.
final class Schedule {
    private let campaign: Campaign
    private var groups: [ReferenceGroup] = []
    private var hostile: [PlanProgress] = []
    private var planned: [PlanProgress] = []
    private var purposes: [String: JobPurpose] = [:]
    private var newResults: [PlanResult] = []
    /// The results there are, by the plan's number.
    private(set) var results: [Int: PlanResult] = [:]

    init(campaign: Campaign, plans: [Plan], numbers: [Int]) {
        self.campaign = campaign
        var places: [Plan: ReferenceGroup] = [:]
        for (number, plan) in zip(numbers, plans) {
            let folder = PlanFolder(run: campaign.folder, number: number, plan: plan)
            let progress = PlanProgress(number: number, plan: plan, folder: folder)
            planned.append(progress)
            if let reason = campaign.unmet(plan) {
                settle(progress, PlanResult(number: progress.number, plan: plan, verdict: .skipped(reason)))
                continue
            }
            if plan.isHostile {
                begin(hostile: progress)
                continue
            }
            let key = plan.referenceKey
            let group = places[key] ?? ReferenceGroup(plan: plan.withoutFaults, folder: folder)
            if places.updateValue(group, forKey: key) == nil { groups.append(group) }
            do {
                var kept = plan
                kept.runs = max(1, campaign.runs ?? plan.runs)
                try campaign.archive.create(folder, kept)
                try campaign.archive.share(folder, 1...group.count, group.folder)
                group.members.append(progress)
            } catch {
                settle(progress, problem: "its folder could not be made: \(error)")
            }
        }
    }

    /// The plans without a result.
    var unfinished: [String] { planned.filter { results[$0.number] == nil }.map(\.plan.name) }

    /// The results since the last call.
    func takeResults() -> [PlanResult] {
        defer { newResults = [] }
        return newResults
    }

    /// What a plan with a hostile value comes to is not compared: its agents may do with it what they like.
    private func begin(hostile progress: PlanProgress) {
        do {
            var kept = progress.plan
            kept.runs = max(1, campaign.runs ?? progress.plan.runs)
            try campaign.archive.create(progress.folder, kept)
            hostile.append(progress)
        } catch {
            settle(progress, problem: "its folder could not be made: \(error)")
        }
    }

    /// The references of all plans, and the runs of those that need none.
    func begin() -> [Job] {
        references() + hostile.flatMap { runs(of: $0, $0.plan, against: nil) }
    }

    private func references() -> [Job] {
        groups.filter { !$0.members.isEmpty }.flatMap { group in
            (1...group.count).map { job($0, of: group) }
        }
    }

    private func job(_ run: Int, of group: ReferenceGroup) -> Job {
        let folder = group.folder.record(.reference, run: run)
        purposes[folder] = .reference(group)
        return Job(
            plan: group.orders[References.order(of: run, orders: group.orders.count)], role: .reference, run: run,
            folder: folder, pinned: campaign.pinned)
    }

    /// Takes the end of one job; returns what can be run now.
    func finished(_ job: Job, _ report: JobReport) -> [Job] {
        guard let purpose = purposes.removeValue(forKey: job.folder) else { return [] }
        var run = RunRecord(role: job.role, folder: job.folder, failure: report.failure)
        if run.failure == nil {
            do { run.record = try campaign.archive.read(job.folder) } catch { run.failure = "\(error)" }
        }
        switch purpose {
        case .reference(let group):
            group.runs[job.run] = run
            return group.runs.count == group.count ? learn(group) : []
        case .fault(let progress):
            progress.runs[job.run] = run
            guard progress.runs.count == progress.count else { return [] }
            return more(progress, as: job) ?? control(progress)
        case .control(let progress):
            progress.controls.append(run)
            progress.waiting -= 1
            return progress.waiting == 0 ? judge(progress) : []
        case .confirmation(let progress):
            if var result = progress.result {
                if progress.plan.isWarm { result = result.confirmed(by: cold(run, progress)) }
                settle(progress, result.located(by: run.record?.header))
            }
            return []
        }
    }

    /// Gives every plan without a result this reason for an error.
    func fail(_ reason: String) {
        for progress in planned where results[progress.number] == nil { settle(progress, problem: reason) }
    }

    // MARK: - The stages of a plan

    private func learn(_ group: ReferenceGroup) -> [Job] {
        let runs = group.runs.sorted { $0.key < $1.key }.map(\.value)
        group.runs = [:]
        do {
            if let failed = runs.first(where: { $0.record == nil }) {
                throw HarnessFailure(description: "reference \(failed.folder): \(failed.failure ?? "no record")")
            }
            let references = try References(
                runs.compactMap(\.record), of: group.plan, learn: campaign.judging.learn)
            if references.all.contains(where: \.isUnsure), !group.hasMore {
                return try more(group, runs, laterThan: references.all.compactMap(\.sameSecond).max())
            }
            if let first = references.all.first { try campaign.archive.keep(first, group.folder.referenceFile) }
            return group.members.flatMap { begin($0, against: references, in: group.folder.referenceFile) }
        } catch {
            for member in group.members {
                settle(
                    member,
                    campaign.judging.result(
                        number: member.number, plan: member.plan, folder: member.folder.path, references: runs,
                        failure: error))
            }
            return []
        }
    }

    /// More runs without faults, for the ones that there are do not tell enough; after a second in which those wrote.
    private func more(_ group: ReferenceGroup, _ runs: [RunRecord], laterThan second: Int?) throws -> [Job] {
        let former = group.count
        group.hasMore = true
        group.runs = Dictionary(uniqueKeysWithValues: zip(1..., runs))
        for member in group.members {
            try campaign.archive.share(member.folder, (former + 1)...group.count, group.folder)
        }
        return ((former + 1)...group.count).map { run in
            var job = job(run, of: group)
            job.laterThan = second
            return job
        }
    }

    private func begin(_ progress: PlanProgress, against references: References, in file: String) -> [Job] {
        progress.references = references.all
        progress.referenceFile = file
        let plan: Plan
        do { plan = try references.placing(progress.plan) } catch {
            settle(progress, problem: "\(error)")
            return []
        }
        return runs(of: progress, plan, against: file)
    }

    private func runs(of progress: PlanProgress, _ plan: Plan, against file: String?) -> [Job] {
        progress.count = max(1, campaign.runs ?? progress.plan.runs)
        return (1...progress.count).map { self.run($0, of: progress, plan, against: file) }
    }

    private func run(_ run: Int, of progress: PlanProgress, _ plan: Plan, against file: String?) -> Job {
        let folder = progress.folder.record(.fault, run: run)
        purposes[folder] = .fault(progress)
        return Job(
            plan: plan, role: .fault, run: run, folder: folder, pinned: campaign.pinned, reference: file,
            states: progress.folder.states)
    }

    /// More runs of a plan whose runs show what must be seen again; nil where they do not, or have been made.
    private func more(_ progress: PlanProgress, as job: Job) -> [Job]? {
        guard let repetition = campaign.repetition, repetition.runs > 0, !progress.isRepeated,
            repetition.isNeeded(withoutControls(progress).judgement)
        else { return nil }
        progress.isRepeated = true
        let first = progress.count + 1
        progress.count += repetition.runs
        return (first...progress.count).map { run($0, of: progress, job.plan, against: job.reference) }
    }

    /// Controls come last, for only a delivery tells in which of several steps of one name the fault is at home.
    private func control(_ progress: PlanProgress) -> [Job] {
        switch campaign.comparison {
        case .always: break
        case .never: return judge(progress)
        case .whereWrong:
            if let result = harmless(progress) {
                settle(progress, result)
                return []
            }
        }
        let deliveries = progress.runs.sorted { $0.key < $1.key }.compactMap { $0.value.record?.header.deliveries }
        let kinds: [(role: RunRole, run: Int, side: Point.Side, attempt: Int?)] = [
            (.controlBefore, 1, .before, nil), (.controlAfter, 1, .after, nil), (.controlAfter, 2, .after, 1),
        ]
        let jobs = kinds.compactMap { role, run, side, attempt -> Job? in
            let found = deliveries.first { !$0.isEmpty } ?? []
            guard
                let plan = Controls.plan(progress.plan, side: side, attempt: attempt, deliveries: found)
            else { return nil }
            let folder = progress.folder.record(role, run: run)
            purposes[folder] = .control(progress)
            return Job(
                plan: plan, role: role, run: run, folder: folder, pinned: campaign.pinned,
                reference: progress.referenceFile, states: progress.folder.states)
        }
        progress.waiting = jobs.count
        return jobs.isEmpty ? judge(progress) : jobs
    }

    /// What a plan came to in whose runs nothing is wrong that a comparison run could tell more of; nil for any other.
    private func harmless(_ progress: PlanProgress) -> PlanResult? {
        let result = withoutControls(progress)
        let isRight = result.judgement.unexpected.isEmpty && result.judgement.needsComparison != true
        return isRight ? result : nil
    }

    /// What the runs of a plan come to before comparison runs are made.
    private func withoutControls(_ progress: PlanProgress) -> PlanResult {
        let runs = progress.runs.sorted { $0.key < $1.key }.map(\.value)
        return campaign.judging.result(
            number: progress.number, plan: progress.plan, folder: progress.folder.path, references: progress.references,
            runs: runs, controls: [])
    }

    private func judge(_ progress: PlanProgress) -> [Job] {
        let references = progress.references
        let runs = progress.runs.sorted { $0.key < $1.key }.map(\.value)
        let controls = progress.controls.sorted {
            ($1.role.name, $0.folder) < ($0.role.name, $1.folder)
        }
        progress.runs = [:]
        progress.controls = []
        let result = campaign.judging.result(
            number: progress.number, plan: progress.plan, folder: progress.folder.path, references: references,
            runs: runs,
            controls: controls)
        guard let job = confirmation(of: result, runs, progress) else {
            settle(progress, result)
            return []
        }
        progress.result = result
        purposes[job.folder] = .confirmation(progress)
        return [job]
    }

    /// A run of a plan that is not right, for what is not known yet: where in its source the agent stood at a fault, and whether
    /// what a driver shows that was forked is also shown by one that was started in the host.
    private func confirmation(of result: PlanResult, _ runs: [RunRecord], _ progress: PlanProgress) -> Job? {
        guard !result.judgement.findings.isEmpty, let header = runs.lazy.compactMap(\.record?.header).first else {
            return nil
        }
        let isAtOperations = header.deliveries.contains { $0.operation != nil && $0.failure == nil }
        let isWarm = progress.plan.isWarm
        guard isWarm || isAtOperations && campaign.stacks != nil else { return nil }
        var job = Job(
            plan: header.plan.cold, role: .confirmation, folder: progress.folder.record(.confirmation, run: 1),
            pinned: campaign.pinned, reference: progress.referenceFile, states: progress.folder.states)
        job.stacks = isAtOperations ? campaign.stacks : nil
        // Only what is compared goes on to its end.
        job.stacks?.endsThere = !isWarm
        return job
    }

    /// What the cold run of a plan came to.
    private func cold(_ run: RunRecord, _ progress: PlanProgress) -> PlanResult {
        campaign.judging.result(
            number: progress.number, plan: progress.plan, folder: progress.folder.path, references: progress.references,
            runs: [run], controls: [])
    }

    private func settle(_ progress: PlanProgress, problem: String) {
        settle(
            progress,
            PlanResult(
                number: progress.number, plan: progress.plan, verdict: .error(problem), folder: progress.folder.path))
    }

    private func settle(_ progress: PlanProgress, _ result: PlanResult) {
        // States of thousands of plans are more than what all of them come to.
        progress.references = []
        progress.runs = [:]
        progress.controls = []
        progress.result = nil
        guard results.updateValue(result, forKey: progress.number) == nil else { return }
        newResults.append(result)
    }
}

/// What the end of a job belongs to.
private enum JobPurpose {
    case reference(ReferenceGroup)
    case fault(PlanProgress)
    case control(PlanProgress)
    case confirmation(PlanProgress)
}

/// Plans that share their references.
private final class ReferenceGroup {
    let plan: Plan
    let folder: PlanFolder
    var members: [PlanProgress] = []
    var runs: [Int: RunRecord] = [:]
    /// What its runs run: the plan, or its steps at the same time in every order.
    let orders: [Plan]
    /// Whether it has more runs than is usual.
    var hasMore = false
    /// How many runs there are in all.
    var count: Int { orders.count * (Campaign.references + (hasMore ? Campaign.moreReferences : 0)) }

    init(plan: Plan, folder: PlanFolder) {
        self.plan = plan
        self.folder = folder
        orders = plan.orders
    }
}

/// One plan on its way to a verdict.
private final class PlanProgress {
    let number: Int
    let plan: Plan
    let folder: PlanFolder
    var references: [Reference] = []
    /// The file of the first of them.
    var referenceFile: String?
    /// How many runs it gets.
    var count = 0
    /// Whether some of them are there to see again what the others showed.
    var isRepeated = false
    /// How many controls have not ended.
    var waiting = 0
    var runs: [Int: RunRecord] = [:]
    var controls: [RunRecord] = []
    /// What its runs came to, while one more is made.
    var result: PlanResult?

    init(number: Int, plan: Plan, folder: PlanFolder) {
        self.number = number
        self.plan = plan
        self.folder = folder
    }
}

/// That there is no record to read.
struct HarnessFailure: Error, CustomStringConvertible {
    let description: String
}
