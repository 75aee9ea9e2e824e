import Model
import Oracles

/// Every plan of some scenarios: its references, its runs, its controls, its verdict.
public struct Campaign {
    /// How many references are learned from.
    public static let references = 3
    /// How many more there are where those do not agree in what is not another each time.
    public static let moreReferences = 2

    /// The folder of the run, in which each plan gets one.
    public var folder: String
    /// How often each plan is run, in place of its own number.
    public var runs: Int?
    /// Whether worker and host share one CPU.
    public var pinned: Bool
    /// Why this machine cannot run a plan, named; nil when it can.
    public var unmet: (Plan) -> String?
    /// Of which plans comparison runs are made.
    public var comparison = Comparison.always
    /// Whether the results are returned at the end, besides being told as they come: of thousands they take memory.
    public var keepsResults = true

    /// Whether findings of that oracle stand only where comparison runs show that they are a race.
    public static func needsComparison(_ oracle: OracleName) -> Bool {
        OracleCatalogue.oracle(oracle)?.isRaceAlone ?? false
    }

    /// What the oracles look for, by their names.
    public static var meanings: [OracleName: String] {
        Dictionary(OracleCatalogue.all.map { ($0.name, $0.meaning) }, uniquingKeysWith: { first, _ in first })
    }

    /// How the agents' source is read at the faults of a plan that is not right; nil where it is not.
    public var stacks: Job.StackReading?

    /// Of which plans whose faults change the world comparison runs are made.
    public enum Comparison: Sendable {
        /// Of each.
        case always
        /// Of those in which something is wrong that nobody expected.
        case whereWrong
        /// Of none.
        case never
    }

    /// Which plans are run again, and how often.
    public var repetition: Repetition?

    /// More runs of plans whose runs show what must be seen again before it counts.
    public struct Repetition {
        /// How many more runs there are.
        public var runs: Int
        /// Whether what the runs of a plan came to must be seen again.
        public var isNeeded: (Judgement) -> Bool

        /// Makes it of its two parts.
        public init(runs: Int, isNeeded: @escaping (Judgement) -> Bool) {
            self.runs = runs
            self.isNeeded = isNeeded
        }
    }

    /// How records are learned from and judged.
    public var judging: Judging
    /// Where records are kept.
    public var archive: Archive

    /// Makes a campaign whose records go below `folder`.
    public init(
        folder: String, runs: Int? = nil, pinned: Bool = true, unmet: @escaping (Plan) -> String? = { _ in nil },
        judging: Judging = .standard, archive: Archive = .disk
    ) {
        self.folder = folder
        self.runs = runs
        self.pinned = pinned
        self.unmet = unmet
        self.judging = judging
        self.archive = archive
    }

    /// Runs and judges the plans.
    ///
    /// - Parameters:
    ///   - plans: What to run; plans that come to the same without faults share their references.
    ///   - numbers: Their numbers, where they are not counted from 1.
    ///   - runner: What turns jobs into records.
    ///   - judged: Called with each result as soon as it is known, in the order in which they are.
    /// - Returns: The results by the plans' numbers, whatever happened to the runner; none where they are not kept.
    public func run(
        _ plans: [Plan], numbers: [Int]? = nil, with runner: some Runner, judged: (PlanResult) -> Void = { _ in }
    ) -> CampaignResult {
        let schedule = Schedule(campaign: self, plans: plans, numbers: numbers ?? Array(plans.indices.map { $0 + 1 }))
        var result = CampaignResult()
        schedule.takeResults().forEach(judged)
        do {
            try runner.run {
                let next = schedule.next()
                schedule.takeResults().forEach(judged)
                return next
            } finished: { job, report in
                let next = schedule.finished(job, report)
                schedule.takeResults().forEach(judged)
                return next
            }
        } catch let interruption as Interruption {
            result.interrupted = interruption
        } catch is BudgetSpent {
            result.isSpent = true
        } catch {
            schedule.fail("the workers could not be run: \(error)")
        }
        if result.interrupted == nil, !result.isSpent { schedule.fail("its runs never ended") }
        schedule.takeResults().forEach(judged)
        result.plans = schedule.results.sorted { $0.number < $1.number }
        result.unfinished = schedule.unfinished
        return result
    }
}

/// Where records are kept: a disk, or memory in tests.
public struct Archive {
    /// Makes the folder of a plan and keeps the plan in it.
    public var create: (PlanFolder, Plan) throws -> Void
    /// Makes these references of the second folder those of the first one too.
    public var share: (_ into: PlanFolder, _ runs: ClosedRange<Int>, _ from: PlanFolder) throws -> Void
    /// Keeps what the references of a plan came to, for all plans that share them, in this file.
    public var keep: (Reference, String) throws -> Void
    /// Reads the record in a folder.
    public var read: (String) throws -> Record

    /// Makes an archive of four functions.
    public init(
        create: @escaping (PlanFolder, Plan) throws -> Void,
        share: @escaping (_ into: PlanFolder, _ runs: ClosedRange<Int>, _ from: PlanFolder) throws -> Void,
        keep: @escaping (Reference, String) throws -> Void,
        read: @escaping (String) throws -> Record
    ) {
        self.create = create
        self.share = share
        self.keep = keep
        self.read = read
    }

    /// Folders on this machine.
    public static var disk: Archive {
        let known = KnownStates()
        return Archive(
            create: { try $0.create(for: $1) },
            share: { try $0.share(references: $1, of: $2) },
            keep: { try $0.forWorkers.write(to: $1) },
            read: { try RecordFolder($0).read(known) })
    }
}
