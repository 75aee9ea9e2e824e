import Model

/// Everything that a report of one run says, as values; each format is a function of it.
public struct RunReport: Hashable, Sendable {
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
    /// How many plans passed besides, of which no more is said.
    public var passed = 0
    /// What an exploration says besides; absent of other runs.
    public var explored: ExploredReport?
    /// What the oracles look for, by their names: a clause each.
    public var meanings: [OracleName: String] = [:]

    /// Makes a report without plans.
    public init(run: String? = nil, began: Double? = nil, versions: [String: String] = [:]) {
        self.run = run
        self.began = began
        self.versions = versions
        plans = []
    }

    /// The verdicts that a plan can have, from the one that speaks for the run before all others: as its exit status does.
    public static let verdicts = ["fail", "flaky", "error", "known", "skipped", "pass"]

    /// How many plans have that verdict.
    public func count(of verdict: String) -> Int {
        plans.count { $0.verdictWord == verdict } + (verdict == "pass" ? passed : 0)
    }

    /// How many plans there are.
    var total: Int { plans.count + passed }

    /// What the run came to; `skipped` where nothing was tested.
    public var verdict: String {
        let worst = RunReport.verdicts.first { count(of: $0) > 0 }
        // Beside a plan that passed, one that was skipped says nothing of the agent.
        return worst == "skipped" && count(of: "pass") > 0 ? "pass" : worst ?? "skipped"
    }
}

/// What a report says of one plan.
public struct PlanReport: Hashable, Sendable {
    /// Its name: the scenario's path and its matrix values.
    public var name: String
    /// The path of the scenario file.
    public var scenario: String
    /// The values of the matrix.
    public var values: [String: String]
    /// What the scenario is about.
    public var title: String
    /// The agents, and the version of each where the scenario says it.
    public var agents: [String: String]
    /// What disturbs it.
    public var faults: [FaultLine]
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
    /// What the record of one of these runs shows.
    public var shown: RecordView
    /// What may differ between two runs, and is not looked at.
    public var masked: [String]
    /// What was not as in most runs without faults, and was dropped because it is masked.
    public var dropped: [String]
    /// What its runs did that no state compares, and asked that has no word: one line of each.
    public var notLookedAt: [String]
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
    ///   - shown: What the record of the run that ``shownRun(of:)`` names shows.
    public init(
        _ judgement: Judgement, hasControls: Bool, shown: RecordView = RecordView(), folder: String = "",
        replay: String = ""
    ) {
        name = judgement.plan.name
        scenario = judgement.plan.scenario
        values = judgement.plan.bindings
        title = judgement.plan.title
        agents = judgement.plan.agents.mapValues { $0.version ?? "" }
        faults = judgement.plan.faults.map { FaultLine($0) }
        verdict = judgement.verdict.name
        reasons = judgement.reasons
        unseen = judgement.unseen
        runs = judgement.runs.map { RunLine($0) }
        masked = judgement.masked
        dropped = judgement.dropped ?? []
        notLookedAt = judgement.notLookedAt?.lines ?? []
        notes = judgement.notes
        self.shown = shown
        self.folder = folder
        self.replay = replay
        let allowed = Set(judgement.allowed)
        findings = judgement.findings.map { finding in
            let standing: FindingReport.Standing =
                finding.expected == nil ? .new : allowed.contains(finding) ? .allowed : .known
            return FindingReport(
                standing: standing, finding: finding, rate: judgement.rate(of: finding),
                isRace: hasControls && finding.timing == .race)
        }
        let parts = Dictionary(grouping: findings.filter { $0.finding.partOf != nil }) { $0.finding.partOf ?? "" }
        for place in findings.indices {
            findings[place].consequences = (parts[findings[place].finding.fingerprint] ?? []).map(\.finding)
        }
    }

    /// The run whose record a report shows: the first in which most is wrong, among those in which a fault fired.
    public static func shownRun(of judgement: Judgement) -> JudgedRun? {
        let fired = judgement.runs.filter { !$0.deliveries.isEmpty }
        let runs = fired.isEmpty ? judgement.runs : fired
        let most = runs.map(\.fingerprints.count).max()
        return runs.first { $0.fingerprints.count == most }
    }

    /// The verdict without its count.
    public var verdictWord: String { String(verdict.prefix { $0 != " " }) }

    /// The findings that nobody allows, without consequences of others; new ones first, then the worst; among equals the order of
    /// steps and objects stays.
    public var wrong: [FindingReport] {
        let causes = findings.filter { $0.finding.partOf == nil }
        return [FindingReport.Standing.new, .known].flatMap { standing in
            Severity.allCases.flatMap { severity in
                causes.filter { $0.standing == standing && $0.finding.severity == severity }
            }
        }
    }

    /// Why the verdict is what it is, without what a finding says with its evidence.
    var furtherReasons: [String] {
        let said = findings.map(\.finding.message)
        return reasons.filter { reason in !said.contains { reason.hasPrefix($0) } }
    }

    /// The values of the matrix as one text: `at=12, what=kill: main`.
    var valuesText: String { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ") }

    /// The line of a scenario that says its first fault; the file alone where no line does.
    var place: (file: String, line: Int64?, column: Int64?) {
        let parts = faults.lazy.compactMap(\.location).first.map { location in
            location.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
        // A path may hold a colon; the last two parts are numbers, or it is an option that says the fault.
        guard let parts, parts.count > 2, let line = Int64(parts[parts.count - 2]),
            let column = Int64(parts[parts.count - 1]), line > 0, column > 0
        else { return (scenario, nil, nil) }
        return (parts.dropLast(2).joined(separator: ":"), line, column)
    }

    /// How long all of its runs took together.
    var duration: Nanoseconds { runs.reduce(0) { $0 + $1.duration } }
}

/// One fault of a plan, in the words of its scenario.
public struct FaultLine: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Where it happens.
    public var point: String
    /// What happens.
    public var actions: [String]
    /// Where it is written: `FILE:LINE:COLUMN`; absent where it was made by a program.
    public var location: String?

    /// Makes the line of a fault.
    init(_ fault: Fault) {
        name = fault.name
        point = fault.point.description
        actions = fault.actions.map(\.lineText)
        location = fault.location
    }
}

/// What a report says of one finding.
public struct FindingReport: Hashable, Sendable {
    /// How the scenario stands to a finding.
    public enum Standing: String, Hashable, Sendable, CaseIterable {
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
    /// Whether it needs the exact moment: the change before and the change after the step were tried, and neither shows it.
    public var isRace: Bool
    /// The findings that are consequences of it.
    public var consequences: [Finding] = []

    /// Its consequences, a line each: `with it: residue  rule ip nat CNI-a`.
    var consequenceLines: [String] {
        consequences.map { finding in
            let object = finding.differences.first.map { ObjectText.line($0) } ?? finding.message
            return "with it: \(finding.oracle.rawValue): \(finding.object == nil ? finding.message : object)"
        }
    }

    /// Whether it depends on timing, in words; nothing where no comparison run says so.
    var timing: String? {
        if isRace { return "a race" }
        if finding.timing == .undecided { return "not decided whether it depends on timing" }
        return finding.alsoInControl ? "does not depend on timing" : nil
    }

    /// The evidence that is more than a list of the objects, which reports show in the syntax of ip(8).
    var furtherEvidence: [String] {
        guard !finding.differences.isEmpty else { return finding.evidence }
        let listed = ["missing: ", "extra: ", "changed: ", "there: "]
        return finding.evidence.filter { line in
            if line.hasPrefix("and "), line.hasSuffix(" more"), finding.differences.count > 1 { return false }
            // Which fault it was is said of the plan.
            if line.hasPrefix("fault "), line.components(of: ", at ").count > 1 { return false }
            return !listed.contains { line.hasPrefix($0) }
        }
    }
}

/// What a report says of one run of a plan.
public struct RunLine: Hashable, Sendable {
    /// The name of its record's folder.
    public var record: String
    /// Why it is no evidence; absent where it is.
    public var error: String?
    /// The faults that fired.
    public var deliveries: [Delivery]
    /// The points of these, with roles in the place of random names.
    public var points: [String]
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
        points = run.points ?? run.deliveries.map(\.key)
        disturbed = run.disturbed
        duration = run.duration
        fingerprints = run.fingerprints.sorted()
    }
}
