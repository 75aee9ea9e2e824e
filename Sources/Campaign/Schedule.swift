import Model

/// What is to be run next, and what came of it: the state of a campaign between two records.
final class Schedule {
    private let campaign: Campaign
    private var groups: [Group] = []
    private var courses: [Course] = []
    private var tickets: [String: Ticket] = [:]
    private var fresh: [PlanResult] = []
    /// The results there are, by the plan's number.
    private(set) var results: [Int: PlanResult] = [:]

    init(campaign: Campaign, plans: [Plan]) {
        self.campaign = campaign
        var places: [Plan: Group] = [:]
        for (index, plan) in plans.enumerated() {
            let folder = PlanFolder(run: campaign.folder, number: index + 1, plan: plan)
            let course = Course(number: index + 1, plan: plan, folder: folder)
            courses.append(course)
            if let reason = campaign.unmet(plan) {
                settle(course, PlanResult(number: course.number, plan: plan, verdict: .skipped(reason)))
                continue
            }
            let key = plan.referenceKey
            let group = places[key] ?? Group(plan: plan.withoutFaults, folder: folder)
            if places.updateValue(group, forKey: key) == nil { groups.append(group) }
            do {
                try campaign.archive.create(folder, plan)
                try campaign.archive.share(folder, group.count, group.folder)
                group.members.append(course)
            } catch {
                settle(course, problem: "its folder could not be made: \(error)")
            }
        }
    }

    /// The plans without a result.
    var unfinished: [String] { courses.filter { results[$0.number] == nil }.map(\.plan.name) }

    /// The results since the last call.
    func takeResults() -> [PlanResult] {
        defer { fresh = [] }
        return fresh
    }

    /// The references of all plans.
    func begin() -> [Job] {
        groups.filter { !$0.members.isEmpty }.flatMap { group in
            (1...group.count).map { run in
                let folder = group.folder.record(.reference, run: run)
                tickets[folder] = .reference(group)
                return Job(
                    plan: group.orders[(run - 1) / Campaign.references], role: .reference, run: run, folder: folder,
                    pinned: campaign.pinned)
            }
        }
    }

    /// Takes the end of one job; returns what can be run now.
    func finished(_ job: Job, _ report: JobReport) -> [Job] {
        guard let ticket = tickets.removeValue(forKey: job.folder) else { return [] }
        var run = RunRecord(role: job.role, folder: job.folder, failure: report.failure)
        if run.failure == nil {
            do { run.record = try campaign.archive.read(job.folder) } catch { run.failure = "\(error)" }
        }
        switch ticket {
        case .reference(let group):
            group.runs[job.run] = run
            return group.runs.count == group.count ? learn(group) : []
        case .fault(let course):
            course.runs[job.run] = run
            return course.runs.count == course.count ? control(course) : []
        case .control(let course):
            course.controls.append(run)
            course.waiting -= 1
            return course.waiting == 0 ? judge(course) : []
        case .cold(let course):
            if let warm = course.result { settle(course, warm.confirmed(by: cold(run, course))) }
            return []
        }
    }

    /// Gives every plan without a result this reason for an error.
    func fail(_ reason: String) {
        for course in courses where results[course.number] == nil { settle(course, problem: reason) }
    }

    // MARK: - The stages of a plan

    private func learn(_ group: Group) -> [Job] {
        let runs = group.runs.sorted { $0.key < $1.key }.map(\.value)
        group.runs = [:]
        do {
            if let failed = runs.first(where: { $0.record == nil }) {
                throw HarnessFailure(description: "reference \(failed.folder): \(failed.failure ?? "no record")")
            }
            let references = try References(
                runs.compactMap(\.record), of: group.plan, learn: campaign.judging.learn)
            return group.members.flatMap { begin($0, against: references) }
        } catch {
            group.members.forEach { settle($0, problem: "\(error)") }
            return []
        }
    }

    private func begin(_ course: Course, against references: References) -> [Job] {
        course.references = references.all
        let plan: Plan
        do { plan = try references.placing(course.plan) } catch {
            settle(course, problem: "\(error)")
            return []
        }
        course.count = max(1, campaign.runs ?? course.plan.runs)
        return (1...course.count).map { run in
            let folder = course.folder.record(.fault, run: run)
            tickets[folder] = .fault(course)
            return Job(
                plan: plan, role: .fault, run: run, folder: folder, pinned: campaign.pinned,
                reference: references.all.first)
        }
    }

    /// Controls come last, for only a delivery tells in which of several steps of one name the fault is at home.
    private func control(_ course: Course) -> [Job] {
        let deliveries = course.runs.sorted { $0.key < $1.key }.compactMap { $0.value.record?.header.deliveries }
        let jobs = [RunRole.controlBefore, .controlAfter].compactMap { role -> Job? in
            let side: Point.Side = role == .controlBefore ? .before : .after
            let found = deliveries.first { !$0.isEmpty } ?? []
            guard
                let plan = Controls.plan(
                    course.plan, side: side, deliveries: found, isOfWorld: campaign.judging.isOfWorld)
            else { return nil }
            let folder = course.folder.record(role, run: 1)
            tickets[folder] = .control(course)
            return Job(
                plan: plan, role: role, folder: folder, pinned: campaign.pinned, reference: course.references.first)
        }
        course.waiting = jobs.count
        return jobs.isEmpty ? judge(course) : jobs
    }

    private func judge(_ course: Course) -> [Job] {
        let references = course.references
        let runs = course.runs.sorted { $0.key < $1.key }.map(\.value)
        let controls = course.controls.sorted { $0.role.name > $1.role.name }
        course.runs = [:]
        course.controls = []
        let result = campaign.judging.result(
            number: course.number, plan: course.plan, folder: course.folder.path, references: references, runs: runs,
            controls: controls)
        guard course.plan.isWarm, !result.judgement.findings.isEmpty, let warm = runs.first?.record?.header.plan else {
            settle(course, result)
            return []
        }
        // What a driver shows that was forked must also be shown by one that was started in the host.
        course.result = result
        let folder = course.folder.record(.fault, run: runs.count + 1)
        tickets[folder] = .cold(course)
        return [
            Job(
                plan: warm.cold, role: .fault, run: runs.count + 1, folder: folder, pinned: campaign.pinned,
                reference: references.first)
        ]
    }

    /// What the cold run of a plan came to.
    private func cold(_ run: RunRecord, _ course: Course) -> PlanResult {
        campaign.judging.result(
            number: course.number, plan: course.plan, folder: course.folder.path, references: course.references,
            runs: [run], controls: [])
    }

    private func settle(_ course: Course, problem: String) {
        settle(
            course,
            PlanResult(
                number: course.number, plan: course.plan, verdict: .error(problem), folder: course.folder.path))
    }

    private func settle(_ course: Course, _ result: PlanResult) {
        guard results.updateValue(result, forKey: course.number) == nil else { return }
        fresh.append(result)
    }
}

/// What the end of a job belongs to.
private enum Ticket {
    case reference(Group)
    case fault(Course)
    case control(Course)
    case cold(Course)
}

/// Plans that share their references.
private final class Group {
    let plan: Plan
    let folder: PlanFolder
    var members: [Course] = []
    var runs: [Int: RunRecord] = [:]
    /// What its runs run: the plan, or its steps at the same time in every order.
    let orders: [Plan]
    /// How many runs there are in all.
    var count: Int { orders.count * Campaign.references }

    init(plan: Plan, folder: PlanFolder) {
        self.plan = plan
        self.folder = folder
        orders = plan.orders
    }
}

/// One plan on its way to a verdict.
private final class Course {
    let number: Int
    let plan: Plan
    let folder: PlanFolder
    var references: [Reference] = []
    /// How many runs it gets.
    var count = 0
    /// How many controls have not ended.
    var waiting = 0
    var runs: [Int: RunRecord] = [:]
    var controls: [RunRecord] = []
    /// What its warm runs came to, while a cold one is made.
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
