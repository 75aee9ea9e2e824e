import FoundationEssentials
import Model

/// What a run came to, as far as another can be held against it: one side of a comparison, and a file that is committed.
///
/// Everything in it is the same in every run that comes to the same, so that a diff of two of them shows what changed.
public struct Baseline: Hashable, Decodable, Sendable {
    /// The version of its form.
    static let formatVersion = 1

    /// The version of the form in which it was written.
    var baseline = Baseline.formatVersion
    /// Versions by name: `tocsin`, `kernel`.
    public var versions: [String: String]
    /// The plans, by name.
    public var plans: [BaselinePlan]

    /// Makes one of some plans.
    public init(versions: [String: String], plans: [BaselinePlan]) {
        self.versions = versions
        self.plans = plans.sorted { $0.plan < $1.plan }
    }

    /// Reads the text of a file.
    ///
    /// - Throws: `BaselineProblem` for what is none, or of a newer form.
    public init(_ text: some Sequence<UInt8>) throws(BaselineProblem) {
        do {
            self = try JSONDecoder().decode(Baseline.self, from: Data(text))
        } catch {
            throw BaselineProblem(description: "it is no baseline: \(explained(error))")
        }
        guard baseline == Baseline.formatVersion else {
            throw BaselineProblem(
                description: "its form is \(baseline), and this version reads \(Baseline.formatVersion)")
        }
    }

    /// The text of a file, sorted and without what is empty, ending with a line feed.
    public var text: String {
        let json = JSONValue.record([
            "baseline": .count(baseline), "versions": .texts(versions), "plans": .array(plans.map(\.json)),
        ])
        return json.text + "\n"
    }

    /// This one with the plans of another in place of its own ones of these names.
    public func replacing(with other: Baseline) -> Baseline {
        let names = Set(other.plans.map(\.plan))
        return Baseline(versions: other.versions, plans: plans.filter { !names.contains($0.plan) } + other.plans)
    }
}

/// What one plan came to.
public struct BaselinePlan: Hashable, Decodable, Sendable {
    /// Its name: the scenario's path and its matrix values.
    public var plan: String
    /// The path of the scenario file.
    public var scenario: String
    /// The values of the matrix.
    public var values: [String: String]
    /// The agents, and the version of each where the scenario says it.
    public var agents: [String: String]
    /// `pass`, `known`, `flaky`, `fail`, `skipped` or `error`.
    public var verdict: String
    /// Why nothing was tested; absent where something was.
    public var reason: String?
    /// How many of its runs are evidence.
    public var runs: Int
    /// The operations at which its faults fired, each once.
    public var fired: [String]
    /// What is wrong, known or new.
    public var findings: [BaselineFinding]
    /// The lines of `known` that were not seen.
    public var unseen: [String]
    /// What no finding can be about, since it differs without faults.
    public var masked: [String]
    /// What its agents do without faults, by step and program; absent where that is not kept, or stands with another plan.
    public var operations: OperationCounts?
    /// The plan with which it shares its runs without faults; absent where these are its own.
    public var reference: String?
    /// The command that runs it again.
    public var replay: String

    private enum CodingKeys: String, CodingKey {
        case plan, scenario, values, agents, verdict, reason, runs, fired, findings, unseen, masked, operations,
            reference, replay
    }

    /// Makes that of a judgement.
    public init(_ judgement: Judgement, replay: String, operations: OperationCounts? = nil, reference: String? = nil) {
        plan = judgement.plan.name
        scenario = judgement.plan.scenario
        values = judgement.plan.bindings
        agents = judgement.plan.agents.compactMapValues(\.version)
        verdict = String(judgement.verdict.name.prefix { $0 != " " })
        reason = BaselinePlan.untested.contains(verdict) ? judgement.reasons.first ?? verdict : nil
        runs = judgement.runs.count { $0.error == nil && $0.notApplicable == nil }
        fired = Array(Set(judgement.runs.flatMap { $0.points ?? $0.deliveries.map(\.key) })).sorted()
        let allowed = Set(judgement.allowed)
        findings = judgement.findings.filter { !allowed.contains($0) && $0.partOf == nil }
            .map { BaselineFinding($0, judgement) }
        unseen = judgement.unseen.map(\.description)
        masked = judgement.masked
        self.operations = operations
        self.reference = reference
        self.replay = replay
    }

    /// Reads what ``json`` is; what is not there is empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func list<Value: Decodable>(_ key: CodingKeys) throws -> [Value] {
            try container.decodeIfPresent([Value].self, forKey: key) ?? []
        }
        plan = try container.decode(String.self, forKey: .plan)
        scenario = try container.decode(String.self, forKey: .scenario)
        values = try container.decodeIfPresent([String: String].self, forKey: .values) ?? [:]
        agents = try container.decodeIfPresent([String: String].self, forKey: .agents) ?? [:]
        verdict = try container.decode(String.self, forKey: .verdict)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        runs = try container.decodeIfPresent(Int.self, forKey: .runs) ?? 0
        fired = try list(.fired)
        findings = try list(.findings)
        unseen = try list(.unseen)
        masked = try list(.masked)
        operations = try container.decodeIfPresent(OperationCounts.self, forKey: .operations)
        reference = try container.decodeIfPresent(String.self, forKey: .reference)
        replay = try container.decodeIfPresent(String.self, forKey: .replay) ?? ""
    }

    fileprivate var json: JSONValue {
        func list(_ texts: [String]) -> JSONValue? { texts.isEmpty ? nil : .strings(texts) }
        func texts(_ texts: [String: String]) -> JSONValue? { texts.isEmpty ? nil : .texts(texts) }
        return .record([
            "plan": .string(plan), "scenario": .string(scenario), "values": texts(values), "agents": texts(agents),
            "verdict": .string(verdict), "reason": reason.map { .string($0) }, "runs": .count(runs),
            "fired": list(fired), "findings": findings.isEmpty ? nil : .array(findings.map(\.json)),
            "unseen": list(unseen), "masked": list(masked), "operations": operations?.json,
            "reference": reference.map { .string($0) }, "replay": .string(replay),
        ])
    }

    /// The verdicts of plans of which nothing is known.
    static let untested: Set<String> = ["error", "skipped"]

    /// Whether it ran to an end that says something of the agent.
    public var isTested: Bool { !BaselinePlan.untested.contains(verdict) }

    /// The name without some values of the matrix.
    func name(without names: Set<String>) -> String {
        var plain = Plan(scenario: scenario, title: "")
        plain.bindings = values.filter { !names.contains($0.key) }
        return plain.name
    }
}

/// One thing that is wrong.
public struct BaselineFinding: Hashable, Decodable, Sendable {
    /// What names it.
    public var oracle: String
    /// What it is about: a step, or an object.
    public var subject: String
    /// The step.
    public var step: String
    /// The objects: `missing netns pod`.
    public var objects: [String]
    /// One sentence.
    public var message: String
    /// How bad.
    public var severity: Severity
    /// The weakness.
    public var cwe: String
    /// Why it is known; absent where nobody expected it.
    public var known: String?
    /// In how many of how many runs it was seen: `3/10`.
    public var seen: String
    /// Equal wherever the same thing is seen at the same point.
    public var fingerprint: String

    init(_ finding: Finding, _ judgement: Judgement) {
        oracle = finding.oracle.rawValue
        subject = finding.subject
        step = finding.step
        objects = finding.differences.map { "\($0.kind) \($0.identity)" }.sorted()
        message = finding.message
        severity = finding.severity
        cwe = finding.cwe
        known = finding.expected?.because
        let rate = judgement.rate(of: finding)
        seen = "\(rate.hits)/\(rate.runs)"
        fingerprint = finding.fingerprint
    }

    fileprivate var json: JSONValue {
        .record([
            "oracle": .string(oracle), "subject": .string(subject), "step": .string(step), "objects": .strings(objects),
            "message": .string(message), "severity": .string(severity.rawValue), "cwe": .string(cwe),
            "known": known.map { .string($0) }, "seen": .string(seen), "fingerprint": .string(fingerprint),
        ])
    }

    /// In how many of how many runs it was seen; of none where the text says nothing of the kind.
    public var rate: Rate {
        let parts = seen.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 2, parts[0] >= 0, parts[1] >= parts[0] else { return Rate(hits: 0, runs: 0) }
        return Rate(hits: parts[0], runs: parts[1])
    }
}

/// Why a file cannot be compared with.
public struct BaselineProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, in one line.
    public var description: String
}
