/// What `tocsin` asks of a worker: one run of one plan.
public struct Job: Codable, Sendable {
    /// The plan, without its faults for a reference.
    public var plan: Plan
    /// What the run is for.
    public var role: RunRole
    /// Which of the runs for that it is, from 1.
    public var run: Int
    /// The folder of the record, made by the worker.
    public var folder: String
    /// Whether worker and host share one CPU.
    public var pinned: Bool
    /// Whether agents are traced; untraced, in the same host, they show what they do without the tracer.
    public var traced: Bool
    /// The file of what the references came to, which plans share, for `retry`; absent in references.
    public var reference: String?

    /// The folder in which equal states of several records are kept once; absent where the record keeps its own.
    public var states: String?

    /// How the source is read at which a fault fires; absent where it is not.
    public var stacks: StackReading?

    /// The second of the clock, since 1970, after which it begins; absent where it begins at once.
    public var laterThan: Int?

    /// Where its record comes from, which the record says; absent where nobody keeps it.
    public var origin: RecordOrigin?

    /// Where it stands still until it is told to go on; absent where it does nowhere.
    public var pause: Pause?

    /// At which faults a run stands still.
    public struct Pause: Hashable, Codable, Sendable {
        /// The faults, which need not be those of the plan: a run without faults stands still where they would happen.
        public var faults: [Fault]

        /// Makes it.
        public init(at faults: [Fault]) { self.faults = faults }
    }

    /// What is needed to read where a thread stands in its own source.
    public struct StackReading: Hashable, Codable, Sendable {
        /// The path of py-spy(1); without it no source of Python is read.
        public var pySpy: String?
        /// Whether the run ends when the source at each of its faults is read, and is no evidence.
        public var endsThere = true

        /// Makes it.
        public init(pySpy: String?) { self.pySpy = pySpy }
    }

    /// Makes a job.
    public init(
        plan: Plan, role: RunRole, run: Int = 1, folder: String, pinned: Bool = true, traced: Bool = true,
        reference: String? = nil, states: String? = nil
    ) {
        self.plan = plan
        self.role = role
        self.run = run
        self.folder = folder
        self.pinned = pinned
        self.traced = traced
        self.reference = reference
        self.states = states
    }
}

/// A job on its way to a worker, without its plan where that is the plan of the worker's job before.
public struct JobLine: Codable, Sendable {
    private var job: Job
    private var isPlanKept: Bool

    /// Takes the plan off a job whose worker has it from its job before.
    public init(_ job: Job, after former: Plan?) {
        self.job = job
        isPlanKept = job.plan == former
        if isPlanKept { self.job.plan = Plan(scenario: "", title: "") }
    }

    /// The whole job, for a worker whose job before had that plan; nil where the plan is missing.
    public func job(after former: Plan?) -> Job? {
        guard isPlanKept else { return job }
        guard let former else { return nil }
        var whole = job
        whole.plan = former
        return whole
    }
}

/// What a worker answers when a job has ended.
public struct JobReport: Codable, Sendable {
    /// The folder of the record.
    public var folder: String
    /// Why there is no record; nil where there is one, even one that says `error`.
    public var failure: String?

    /// Makes an answer.
    public init(folder: String, failure: String? = nil) {
        self.folder = folder
        self.failure = failure
    }
}
