import Model

/// One run of a plan, or of a control of it, as a judge takes it.
public struct Run: Sendable {
    /// The folder of its record.
    public var folder: String
    /// The record, or why there is none.
    public var record: Result<Record, any Error>

    /// Makes a run of a record that is at hand.
    public init(folder: String = "", record: Result<Record, any Error>) {
        self.folder = folder
        self.record = record
    }

    /// Reads the record in a folder; one that cannot be read makes the plan an error.
    public init(folder: String) {
        self.folder = folder
        record = Result { try RecordFolder(folder).read() }
    }
}

/// Says what the runs of one plan come to.
public struct Judge: Sendable {
    /// The plan.
    public var plan: Plan
    /// What it comes to without its faults; nil only where it has none.
    public var reference: Reference? { references.first }
    /// The same for each order of its steps at the same time.
    public var references: [Reference]
    /// The oracles, in order.
    public var oracles: [any Oracle.Type]

    /// Makes the judge of a plan, with all oracles unless others are given.
    public init(plan: Plan, reference: Reference?, oracles: [any Oracle.Type] = OracleCatalogue.all) {
        self.init(plan: plan, references: [reference].compactMap(\.self), oracles: oracles)
    }

    /// Makes the judge of a plan whose steps at the same time may come in any order.
    ///
    /// Each order is right, so each run is held against the one that it is nearest to.
    public init(plan: Plan, references: [Reference], oracles: [any Oracle.Type] = OracleCatalogue.all) {
        self.plan = plan
        self.references = references
        self.oracles = oracles
    }

    /// Judges the runs of the plan.
    ///
    /// - Parameters:
    ///   - runs: Its runs in order; a run that is no evidence makes the verdict an error, and the others still count.
    ///   - controls: The runs in which the world changed before or after the step instead of in it.
    public func judge(_ runs: [Run], controls: [Run] = []) -> Judgement {
        judge(runs, controls: controls, isWhole: true)
    }

    /// Where faults fired, in the terms of the references; nil where that is as it is written.
    private func points(of record: Record) -> [String]? {
        let written = record.header.deliveries.map(\.key)
        let points = written.map { references.first?.canonicalKey($0, namesMade: record.header.namesMade) ?? $0 }
        return points == written ? nil : points
    }

    private func judge(_ runs: [Run], controls: [Run] = [], isWhole: Bool) -> Judgement {
        var judgement = Judgement(plan: plan, verdict: .pass)
        for reference in references {
            judgement.masked += reference.masked.filter { !judgement.masked.contains($0) }
            judgement.notes += plan.blindSpots(reference).filter { !judgement.notes.contains($0) }
        }
        var seen: [[Finding]] = []
        var interleavings: Set<[String]> = []
        var blocked: [String] = []
        var notLookedAt = NotLookedAt()
        for run in runs {
            var judged = JudgedRun(folder: run.folder)
            do {
                let record = try run.record.get()
                judged.deliveries = record.header.deliveries
                judged.points = points(of: record)
                judged.disturbed = record.header.disturbed
                // Notes of one run tell of the others too; they may count what differs a little between runs.
                let told =
                    judged.disturbed.map { "an agent could notice the tracer: \($0)" }
                    + (judgement.runs.isEmpty ? record.header.notes : [])
                    + record.privilegeNotes(against: reference)
                judgement.notes += told.filter { !judgement.notes.contains($0) }
                judged.duration = record.header.duration
                notLookedAt.join(record.header.notLookedAt ?? NotLookedAt())
                if let texts = record.header.blocked, let first = texts.first { blocked.append(first) }
                // The references of a `together` run its steps one after the other.
                if let reason = record.nothingToActOn {
                    judged.notApplicable = reason
                    judgement.runs.append(judged)
                    continue
                }
                let ran = isWhole ? plan : record.header.plan
                if let reason = record.problem(in: ran) { throw Unusable(description: reason) }
                let findings = try findings(in: record)
                judged.fingerprints = Set(findings.map(\.fingerprint))
                seen.append(findings)
                judgement.drop(dropped(in: record))
                if let interleaving = record.interleaving(in: plan) { interleavings.insert(interleaving) }
            } catch {
                judged.error = "\(error)"
            }
            judgement.runs.append(judged)
        }
        if !interleavings.isEmpty {
            let count = seen.count == 1 ? "1 run" : "\(seen.count) runs"
            judgement.notes.append(
                "what ran at the same time came in \(interleavings.count) different "
                    + "\(interleavings.count == 1 ? "order" : "orders") of operations in \(count)")
        }
        judgement.notLookedAt = notLookedAt.isEmpty ? nil : notLookedAt
        if isWhole, seen.count == runs.count { judgement.notes += plan.unusedAllowances(seen.flatMap(\.self)) }
        var concluded = conclude(judgement, seen, controls: controls, isWhole: isWhole)
        concluded.tell(blocked: blocked)
        return concluded
    }

    /// Judges the references of a plan, of which nothing can be learned because a step fails without a fault.
    ///
    /// The plan is the one with its faults, which were not tried; a finding has the fingerprint that it has without them.
    ///
    /// - Returns: nil where no oracle has anything to say that is not allowed: then it is no defect of the agent.
    public static func judge(references: [Run], of plan: Plan) -> Judgement? {
        var bare = plan.withoutFaults
        bare.known = plan.known
        var judgement = Judge(plan: bare, reference: nil).judge(references, isWhole: false)
        guard !judgement.unexpected.isEmpty || !judgement.known.isEmpty else { return nil }
        judgement.plan = plan
        if plan.isDisturbed {
            judgement.notes.append("no fault was tried, for a step fails without one")
        }
        return judgement
    }

    private func conclude(
        _ former: Judgement, _ all: [[Finding]], controls: [Run], isWhole: Bool = true
    ) -> Judgement {
        var judgement = former
        let compared = Comparison(controls, by: self, notes: &judgement.notes)
        let racing = Set(oracles.filter { $0.isRaceAlone }.map { $0.name })
        let open = all.joined().filter { racing.contains($0.oracle) && compared.timing(of: $0) == nil }
        if !open.isEmpty, plan.faults.contains(where: \.isInAStep) {
            judgement.needsComparison = true
            judgement.notes += Set(open.map { "\($0.oracle.rawValue) of \($0.subject)" }).sorted().map {
                "whether there is a \($0) was not decided: there is no comparison run"
            }
        }
        let seen = all.map { findings in
            findings.filter { !racing.contains($0.oracle) || compared.timing(of: $0) == .race }.onTheirOwn
        }
        var told = Set(judgement.findings.map(\.fingerprint))
        for finding in seen.joined() where told.insert(finding.fingerprint).inserted {
            var finding = finding
            finding.timing = compared.timing(of: finding)
            finding.alsoInControl = finding.timing == .always
            judgement.findings.append(finding)
        }
        judgement.conclude(seen, isWhole: isWhole)
        judgement.leaveOut(beyond: Judgement.mostFindings)
        return judgement
    }

    /// What of the states of a record is not as in most references and is masked all the same.
    private func dropped(in record: Record) -> [String] {
        // Of several orders it is not known which a run is to be held against.
        guard references.count == 1, let reference, reference.valuesSeen?.isEmpty == false else { return [] }
        return record.header.outcomes.flatMap { outcome -> [String] in
            guard let state = record.snapshots[outcome.snapshot] else { return [] }
            let open = reference.canonical(
                state, namesMade: record.header.namesMade, automatic: record.header.automaticPriorities ?? [], mask: [])
            return reference.dropped(of: open, after: outcome.step)
        }
    }

    /// What all oracles say of one record, with fingerprints and what was expected.
    ///
    /// - Parameter explains: Whether it is told why it came to them.
    /// - Throws: `EvidenceError`, and `OracleFailure` when an oracle could not look.
    public func findings(in record: Record, explains: Bool = true) throws -> [Finding] {
        let orders: [Reference?] = references.isEmpty ? [nil] : references
        let all = try orders.map { try findings(in: record, against: $0, explains: explains) }
        func badness(_ findings: [Finding]) -> (Int, Int, Int) {
            let unseen = plan.known.count { line in
                line.seen == .always && !findings.contains { line.isAbout($0, in: plan) }
            }
            return (findings.count { $0.expected == nil }, unseen, findings.count)
        }
        return all.min { badness($0) < badness($1) } ?? []
    }

    private func findings(in record: Record, against reference: Reference?, explains: Bool) throws -> [Finding] {
        let evidence = try Evidence(record: record, reference: reference)
        let findings = Consequences.marked(try findings(of: evidence), in: evidence)
        let isTold = findings.map { finding in
            finding.partOf == nil && !(finding.expected.map(plan.allow.contains) ?? false)
        }
        guard explains, isTold.contains(true), let explanation = Explanation(evidence) else { return findings }
        return zip(findings, isTold).map { finding, isTold in
            var finding = finding
            let lines = isTold ? explanation.lines(finding) : []
            if !lines.isEmpty { finding.why = lines }
            return finding
        }
    }

    private func findings(of evidence: Evidence) throws -> [Finding] {
        try oracles.filter { !plan.isHostile || $0.judgesHostile }.flatMap { oracle in
            do {
                return try oracle.init().findings(in: evidence).map { finding in
                    var finding = finding
                    finding.fingerprint = Fingerprint.of(finding, in: plan)
                    finding.expected = plan.expectation(of: finding)
                    return finding
                }
            } catch {
                throw OracleFailure(oracle: oracle.name, reason: "\(error)")
            }
        }
    }
}

/// That an oracle could not look at a record.
public struct OracleFailure: Error, CustomStringConvertible {
    /// Which one.
    public var oracle: OracleName
    /// Why.
    public var reason: String

    /// One sentence.
    public var description: String { "the oracle \(oracle.rawValue) failed: \(reason)" }
}

/// That a record is no evidence.
private struct Unusable: Error, CustomStringConvertible {
    let description: String
}

extension Record {
    /// The steps that ran at the same time, in the order in which their operations came; nil where none did.
    fileprivate func interleaving(in plan: Plan) -> [String]? {
        let parts = Set(plan.steps.flatMap(\.parts).map(\.id))
        guard !parts.isEmpty else { return nil }
        var order: [String] = []
        for operation in operations where parts.contains(operation.step) && order.last != operation.step {
            order.append(operation.step)
        }
        return order
    }
}

extension Plan {
    /// A sentence for each line of `allow` about an object, or a count, that a plan without faults never uses.
    fileprivate func unusedAllowances(_ findings: [Finding]) -> [String] {
        guard !isDisturbed, !isHostile else { return [] }
        return allow.compactMap { line in
            if case .step = line.subject { return nil }
            guard !findings.contains(where: { line.isAbout($0, in: self) }) else { return nil }
            return "allowed, and not seen without faults: \(line.description), line \(line.location)"
        }
    }

    /// A sentence for each object of a fault of which something is masked: what the fault does to that is not looked at.
    fileprivate func blindSpots(_ reference: Reference) -> [String] {
        reference.mask.sorted { ($0.identity, $0.attribute ?? "") < ($1.identity, $1.attribute ?? "") }.compactMap {
            masked in
            let name = masked.identity.name.split(separator: " ").first.map(String.init) ?? masked.identity.name
            let fault = faults.first { fault in
                ([fault.point.operation] + fault.actions.map(\.phrase)).contains { phrase in
                    phrase.noun == masked.identity.noun && phrase.argument != "*"
                        && Pattern(phrase.argument).matches(name)
                }
            }
            return fault.map {
                "\(Judgement.blindSpot)\(masked) differs without faults too, and \($0.name) is about it"
            }
        }
    }
}

extension Fault {
    /// Whether it changes the world while a step goes on, and not at its edge.
    fileprivate var isInAStep: Bool {
        actions.contains(where: \.isOfWorld) && (point.operation.word != "step" || besideAfter != nil)
    }
}

extension [Finding] {
    /// These, of which none is part of one that is not among them.
    fileprivate var onTheirOwn: [Finding] {
        let names = Set(map(\.fingerprint))
        return map { finding in
            var finding = finding
            if let whole = finding.partOf, !names.contains(whole) { finding.partOf = nil }
            return finding
        }
    }
}

/// What the comparison runs of a plan show.
private struct Comparison {
    /// What a finding is about, in any run of the scenario.
    private struct Subject: Hashable {
        var oracle: OracleName
        var text: String

        init(_ finding: Finding) {
            oracle = finding.oracle
            text = finding.subject
        }
    }

    private var subjects: Set<Subject> = []
    /// The comparison runs that there are, and those that are evidence.
    private var made: Set<RunRole> = []
    private var unusable = 0

    init(_ controls: [Run], by judge: Judge, notes: inout [String]) {
        for control in controls {
            var name = control.folder
            do {
                let record = try control.record.get()
                name = record.header.role.name
                if let reason = record.problem(in: record.header.plan) { throw Unusable(description: reason) }
                subjects.formUnion(try judge.findings(in: record, explains: false).map(Subject.init))
                made.insert(record.header.role)
            } catch {
                unusable += 1
                notes.append("the comparison run \(name) could not be used: \(error)")
            }
        }
    }

    /// Whether a finding is a race: only where the change before and the change after were both tried, and show nothing.
    func timing(of finding: Finding) -> Timing? {
        if subjects.contains(Subject(finding)) { return .always }
        if made.isEmpty, unusable == 0 { return nil }
        return unusable == 0 && made.isSuperset(of: [.controlBefore, .controlAfter]) ? .race : .undecided
    }
}

/// What names a finding in every run.
enum Fingerprint {
    /// The digest of the scenario, the oracle, the canonical subject, what is wrong with which objects, and the faults
    /// with their points.
    ///
    /// That a rule is missing is another defect than that it is there twice, so the kind of each difference counts, and not
    /// the attributes. Without the values of the matrix: the same defect in two versions of an agent has one fingerprint.
    static func of(_ finding: Finding, in plan: Plan) -> String {
        var digest = Digest()
        digest.add(plan.scenario)
        digest.add(finding.oracle.rawValue)
        digest.add(finding.subject)
        for difference in finding.differences.sorted(by: { $0.identity < $1.identity }) {
            digest.add("\(difference.kind) \(difference.identity)")
        }
        for fault in plan.faults {
            digest.add(fault.point.description)
            fault.actions.forEach { digest.add($0.description) }
        }
        return digest.shortText
    }
}
