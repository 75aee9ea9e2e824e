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
    public var reference: Reference?
    /// The oracles, in order.
    public var oracles: [any Oracle.Type]

    /// Makes the judge of a plan, with all oracles unless others are given.
    public init(plan: Plan, reference: Reference?, oracles: [any Oracle.Type] = OracleCatalogue.all) {
        self.plan = plan
        self.reference = reference
        self.oracles = oracles
    }

    /// Judges the runs of the plan.
    ///
    /// - Parameters:
    ///   - runs: Its runs in order; a run that is no evidence makes the verdict an error, and the others still count.
    ///   - controls: The runs in which the world changed before or after the step instead of in it.
    public func judge(_ runs: [Run], controls: [Run] = []) -> Judgement {
        var judgement = Judgement(plan: plan, verdict: .pass)
        judgement.masked = reference?.masked ?? []
        var seen: [[Finding]] = []
        for run in runs {
            var judged = JudgedRun(folder: run.folder)
            do {
                let record = try run.record.get()
                judged.deliveries = record.header.deliveries
                judged.disturbed = record.header.disturbed
                judged.duration = record.header.duration
                if let reason = record.problem(in: plan) { throw Unusable(description: reason) }
                let findings = try findings(in: record)
                judged.fingerprints = Set(findings.map(\.fingerprint))
                seen.append(findings)
            } catch {
                judged.error = "\(error)"
            }
            judgement.runs.append(judged)
        }
        let inControls = subjects(in: controls, notes: &judgement.notes)
        for finding in seen.joined()
        where !judgement.findings.contains(where: { $0.fingerprint == finding.fingerprint }) {
            var finding = finding
            finding.alsoInControl = inControls.contains(Subject(finding))
            judgement.findings.append(finding)
        }
        judgement.conclude(seen)
        return judgement
    }

    /// What all oracles say of one record, with fingerprints and what was expected.
    ///
    /// - Throws: `EvidenceError`, and `OracleFailure` when an oracle could not look.
    public func findings(in record: Record) throws -> [Finding] {
        let evidence = try Evidence(record: record, reference: reference)
        return try oracles.flatMap { oracle in
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

    /// What a finding is about, in any run of the scenario.
    private struct Subject: Hashable {
        var oracle: OracleName
        var text: String

        init(_ finding: Finding) {
            oracle = finding.oracle
            text = finding.subject
        }
    }

    private func subjects(in controls: [Run], notes: inout [String]) -> Set<Subject> {
        var subjects: Set<Subject> = []
        for control in controls {
            var name = control.folder
            do {
                let record = try control.record.get()
                name = record.header.role.name
                if let reason = record.problem(in: record.header.plan) { throw Unusable(description: reason) }
                subjects.formUnion(try findings(in: record).map(Subject.init))
            } catch {
                notes.append("the comparison run \(name) could not be used: \(error)")
            }
        }
        return subjects
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
