import Model

/// What is to be run next, and what came of it: the state of a campaign between two records.
final class Schedule {
    private let campaign: Campaign
    private let plans: [Plan]
    private let numbers: [Int]
    /// Which plans have a result.
    private var isSettled: [Bool]
    /// What can be run now, by the place of its plan: the last is the next.
    private var upcoming: [Beginning] = []
    private var purposes: [String: JobPurpose] = [:]
    private var newResults: [PlanResult] = []
    /// The results there are, where they are kept.
    private(set) var results: [PlanResult] = []

    init(campaign: Campaign, plans: [Plan], numbers: [Int]) {
        self.campaign = campaign
        self.plans = plans
        self.numbers = numbers
        isSettled = plans.map { _ in false }
        // Of thousands of plans, what is kept of each until it runs is a number.
        var groups: [Int: [ReferenceGroup]] = [:]
        for (place, plan) in plans.enumerated() {
            if let reason = campaign.unmet(plan) {
                settle(place, PlanResult(number: numbers[place], plan: plan, verdict: .skipped(reason)))
                continue
            }
            if plan.isHostile {
                upcoming.append(.runs(place, against: nil))
                continue
            }
            let key = plan.referenceKey
            let alike = groups[key.hashValue] ?? []
            if let group = alike.first(where: { plans[$0.first].referenceKey == key }) {
                group.members.append(place)
            } else {
                let group = ReferenceGroup(first: place)
                groups[key.hashValue] = alike + [group]
                upcoming.append(.references(group))
            }
        }
        upcoming.reverse()
    }

    /// The plans without a result.
    var unfinished: [String] { zip(plans, isSettled).compactMap { $1 ? nil : $0.name } }

    /// The results since the last call.
    func takeResults() -> [PlanResult] {
        defer { newResults = [] }
        return newResults
    }

    /// What comes next: the references of some plans, or the runs of one; none where all that is left waits for what runs.
    func next() -> [Job] {
        while let beginning = upcoming.popLast() {
            let jobs =
                switch beginning {
                case .references(let group): begin(group)
                case .runs(let place, let references): begin(progress(place), against: references)
                }
            if !jobs.isEmpty { return jobs }
        }
        return []
    }

    /// Adds what can be run now, in the order of the plans.
    private func add(_ beginning: Beginning) {
        var low = 0
        var high = upcoming.count
        while low < high {
            let middle = (low + high) / 2
            if upcoming[middle].place > beginning.place { low = middle + 1 } else { high = middle }
        }
        upcoming.insert(beginning, at: low)
    }

    private func progress(_ place: Int) -> PlanProgress {
        PlanProgress(place: place, number: numbers[place], plan: plans[place], folder: folder(place))
    }

    private func folder(_ place: Int) -> PlanFolder {
        PlanFolder(run: campaign.folder, number: numbers[place], plan: plans[place])
    }

    /// Makes the folder of a plan, whose references are those of a group; where it cannot be made, the plan is an error.
    private func makeFolder(of place: Int, _ group: ReferenceGroup?) -> Bool {
        do {
            var kept = plans[place]
            kept.runs = max(1, campaign.runs ?? kept.runs)
            try campaign.archive.create(folder(place), kept)
            if let group { try campaign.archive.share(folder(place), 1...group.count, folder(group.first)) }
            return true
        } catch {
            settle(place, problem: "its folder could not be made: \(error)")
            return false
        }
    }

    private func begin(_ group: ReferenceGroup) -> [Job] {
        while !makeFolder(of: group.first, nil) {
            group.members.removeFirst()
            guard !group.members.isEmpty else { return [] }
        }
        group.orders = plans[group.first].withoutFaults.orders
        return (1...group.count).map { job($0, of: group) }
    }

    private func job(_ run: Int, of group: ReferenceGroup) -> Job {
        let folder = folder(group.first).record(.reference, run: run)
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
                settle(progress.place, result.located(by: run.record?.header))
            }
            return []
        }
    }

    /// Gives every plan without a result this reason for an error.
    func fail(_ reason: String) {
        for place in plans.indices where !isSettled[place] { settle(place, problem: reason) }
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
                runs.compactMap(\.record), of: plans[group.first].withoutFaults, learn: campaign.judging.learn)
            if references.all.contains(where: \.isUnsure), !group.hasMore {
                return more(group, runs, laterThan: references.all.compactMap(\.sameSecond).max())
            }
            let file = folder(group.first).referenceFile
            if let first = references.all.first { try campaign.archive.keep(first, file) }
            let learned = Learned(references: references, file: file, group: group)
            for member in group.members { add(.runs(member, against: learned)) }
        } catch {
            for member in group.members where member == group.first || makeFolder(of: member, group) {
                settle(
                    member,
                    campaign.judging.result(
                        number: numbers[member], plan: plans[member], folder: folder(member).path, references: runs,
                        failure: error))
            }
        }
        return []
    }

    /// More runs without faults, for the ones that there are do not tell enough; after a second in which those wrote.
    private func more(_ group: ReferenceGroup, _ runs: [RunRecord], laterThan second: Int?) -> [Job] {
        let former = group.count
        group.hasMore = true
        group.runs = Dictionary(uniqueKeysWithValues: zip(1..., runs))
        return ((former + 1)...group.count).map { run in
            var job = job(run, of: group)
            job.laterThan = second
            return job
        }
    }

    /// The runs of a plan.
    ///
    /// What one with a hostile value comes to is held against nothing: its agents may do with it what they like.
    private func begin(_ progress: PlanProgress, against learned: Learned?) -> [Job] {
        guard progress.place == learned?.group.first || makeFolder(of: progress.place, learned?.group) else {
            return []
        }
        guard let learned else { return runs(of: progress, progress.plan, against: nil) }
        progress.references = learned.references.all
        progress.referenceFile = learned.file
        do {
            return runs(of: progress, try learned.references.placing(progress.plan), against: learned.file)
        } catch {
            settle(progress.place, problem: "\(error)")
            return []
        }
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
                settle(progress.place, result)
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
            settle(progress.place, result)
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

    private func settle(_ place: Int, problem: String) {
        settle(
            place,
            PlanResult(
                number: numbers[place], plan: plans[place], verdict: .error(problem), folder: folder(place).path))
    }

    private func settle(_ place: Int, _ result: PlanResult) {
        guard !isSettled[place] else { return }
        isSettled[place] = true
        newResults.append(result)
        if campaign.keepsResults { results.append(result) }
    }
}

/// What the end of a job belongs to.
private enum JobPurpose {
    case reference(ReferenceGroup)
    case fault(PlanProgress)
    case control(PlanProgress)
    case confirmation(PlanProgress)
}

/// What can be run without waiting for another run.
private enum Beginning {
    /// The runs without faults that some plans share.
    case references(ReferenceGroup)
    /// The runs of the plan at a place.
    case runs(Int, against: Learned?)

    /// The place of the first plan for which it is run.
    var place: Int {
        switch self {
        case .references(let group): group.first
        case .runs(let place, _): place
        }
    }
}

/// What the references of some plans came to.
private final class Learned {
    let references: References
    /// The file of the first of them.
    let file: String
    let group: ReferenceGroup

    init(references: References, file: String, group: ReferenceGroup) {
        self.references = references
        self.file = file
        self.group = group
    }
}

/// Plans that share their references.
private final class ReferenceGroup {
    /// Their places; never empty while something of it is to be run.
    var members: [Int]
    var runs: [Int: RunRecord] = [:]
    /// What its runs run: the plan of its first member without faults, or the steps of that at the same time in every order.
    var orders: [Plan] = []
    /// Whether it has more runs than is usual.
    var hasMore = false

    init(first: Int) { members = [first] }

    /// The plan in whose folder its records are.
    var first: Int { members[0] }
    /// How many runs there are in all.
    var count: Int { orders.count * (Campaign.references + (hasMore ? Campaign.moreReferences : 0)) }
}

/// One plan on its way to a verdict.
private final class PlanProgress {
    /// Its place among the plans, from 0.
    let place: Int
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

    init(place: Int, number: Int, plan: Plan, folder: PlanFolder) {
        self.place = place
        self.number = number
        self.plan = plan
        self.folder = folder
    }
}

/// That there is no record to read.
struct HarnessFailure: Error, CustomStringConvertible {
    let description: String
}
