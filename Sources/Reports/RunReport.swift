import Model

/// Everything that a report of one run says, as values; its JSON is the report for programs.
public struct RunReport: Hashable, Codable, Sendable {
    /// The version of the JSON's shape.
    public var report = 1
    /// The id of the run; absent where records of any run were judged again.
    public var run: String?
    /// When it began, in seconds since 1970.
    public var began: Double?
    /// How long it took, in nanoseconds; absent when it never ended.
    public var duration: Nanoseconds?
    /// Its exit status; absent when it never ended.
    public var status: Int32?
    /// Versions by name.
    public var versions: [String: String]
    /// The plans in their order.
    public var plans: [PlanReport]

    /// Makes a report without plans.
    public init(run: String? = nil, began: Double? = nil, versions: [String: String] = [:]) {
        self.run = run
        self.began = began
        self.versions = versions
        plans = []
    }
}

/// What a report says of one plan.
public struct PlanReport: Hashable, Codable, Sendable {
    /// Its name: the scenario's path and its matrix values.
    public var name: String
    /// What the scenario is about.
    public var title: String
    /// One word, with the count of a flaky one.
    public var verdict: String
    /// Why the verdict is what it is; empty for `pass`.
    public var reasons: [String]
    /// What is wrong, known or allowed.
    public var findings: [FindingReport]
    /// The lines of `known` that were not seen as often as they say.
    public var unseen: [Expectation]
    /// The runs of the plan, in order.
    public var runs: [RunLine]
    /// The operations around the first fault that fired.
    public var timeline: [TimelineLine]
    /// What may differ between two runs, and is not looked at.
    public var masked: [String]
    /// What a reader must know besides.
    public var notes: [String]
    /// The folder of its records; empty when nothing ran.
    public var folder: String
    /// The one command that runs it again.
    public var replay: String

    /// Makes the report of a judgement.
    ///
    /// - Parameters:
    ///   - hasControls: Whether controls ran; without them nothing can be said to need the exact moment.
    ///   - timeline: What `Timeline` drew of one of its records.
    public init(
        _ judgement: Judgement, hasControls: Bool, timeline: [TimelineLine] = [], folder: String = "",
        replay: String = ""
    ) {
        name = judgement.plan.name
        title = judgement.plan.title
        verdict = judgement.verdict.name
        reasons = judgement.reasons
        unseen = judgement.unseen
        runs = judgement.runs.map { RunLine($0) }
        masked = judgement.masked
        notes = judgement.notes
        self.timeline = timeline
        self.folder = folder
        self.replay = replay
        let allowed = Set(judgement.allowed)
        findings = judgement.findings.map { finding in
            let standing: FindingReport.Standing =
                finding.expected == nil ? .new : allowed.contains(finding) ? .allowed : .known
            return FindingReport(
                standing: standing, finding: finding, rate: judgement.rate(of: finding),
                isRace: hasControls && !finding.alsoInControl)
        }
    }
}

/// What a report says of one finding.
public struct FindingReport: Hashable, Codable, Sendable {
    /// How the scenario stands to a finding.
    public enum Standing: String, Hashable, Codable, Sendable {
        /// Nobody expected it.
        case new
        /// It is wrong, and known.
        case known
        /// It is not wrong.
        case allowed
    }

    /// How the scenario stands to it.
    public var standing: Standing
    /// The finding.
    public var finding: Finding
    /// In how many of the runs it was seen.
    public var rate: Rate
    /// Whether it needs the exact moment: controls ran, and none shows it.
    public var isRace: Bool
}

/// What a report says of one run of a plan.
public struct RunLine: Hashable, Codable, Sendable {
    /// The name of its record's folder.
    public var record: String
    /// Why it is no evidence; absent where it is.
    public var error: String?
    /// The faults that fired.
    public var deliveries: [Delivery]
    /// What the harness did that an agent could have noticed.
    public var disturbed: [String]
    /// How long it took, in nanoseconds.
    public var duration: Nanoseconds
    /// The fingerprints of its findings, sorted.
    public var fingerprints: [String]

    /// Makes the line of a run.
    init(_ run: JudgedRun) {
        record = run.folder.split(separator: "/").last.map(String.init) ?? ""
        error = run.error
        deliveries = run.deliveries
        disturbed = run.disturbed
        duration = run.duration
        fingerprints = run.fingerprints.sorted()
    }
}
