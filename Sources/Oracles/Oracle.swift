import Model

/// What looks at one run and says what is wrong in it.
public protocol Oracle: Sendable {
    /// Its name in the scenario file.
    static var name: OracleName { get }
    /// Whether its findings are about objects; else about steps.
    static var isAboutObject: Bool { get }
    /// Whether its findings are about what neither a step nor an object is: a variable that is planted, a count.
    static var isAboutText: Bool { get }
    /// Whether it judges agents that were given a hostile value, which they may refuse in any way.
    static var judgesHostile: Bool { get }
    /// Whether a finding of it is one only where the same change before and after the step shows it not.
    static var isRaceAlone: Bool { get }
    /// How bad its findings are, where nothing more is known.
    static var severity: Severity { get }
    /// The base weakness of its findings, where nothing more is known.
    static var cwe: String { get }

    /// What it names, for the catalogue: a clause.
    static var meaning: String { get }
    /// What it cannot see, for the catalogue.
    static var blindSpots: String { get }
    /// The seeded defects that show it, by their folders below `Tests/Seeded`.
    static var pairs: [String] { get }

    /// Makes the oracle.
    init()

    /// The findings of one run, at most one about each subject.
    ///
    /// - Throws: when it could not look: an error of the plan, never a pass.
    func findings(in evidence: Evidence) throws -> [Finding]
}

extension Oracle {
    /// About steps, unless the oracle says otherwise.
    public static var isAboutObject: Bool { false }

    /// About steps and objects, unless the oracle says otherwise.
    public static var isAboutText: Bool { false }

    /// Only what no refusal explains is judged.
    public static var judgesHostile: Bool { false }

    /// A finding stands, whatever comparison runs show, unless the oracle says otherwise.
    public static var isRaceAlone: Bool { false }

    /// A finding about a step.
    func finding(
        about step: StepEvidence, _ message: String, _ evidence: [String], differences: [Difference] = [],
        severity: Severity = Self.severity, cwe: String = Self.cwe
    ) -> Finding {
        Finding(
            oracle: Self.name, subject: step.id, step: step.id, message: message, evidence: evidence,
            differences: differences, severity: severity, cwe: cwe)
    }

    /// A finding about an object, seen after a step.
    func finding(
        about object: Fact, after step: String, _ message: String, _ evidence: [String],
        differences: [Difference] = [], severity: Severity = Self.severity
    ) -> Finding {
        Finding(
            oracle: Self.name, subject: object.identity.description, object: object, step: step, message: message,
            evidence: evidence, differences: differences, severity: severity, cwe: Self.cwe)
    }
}

/// The oracles that are built.
public enum OracleCatalogue {
    /// All of them, in the order of reports: the one list that a new oracle is entered in.
    public static let all: [any Oracle.Type] = [
        Exit.self, Crash.self, Ended.self, Hang.self, Busy.self, FalseSuccess.self, SilentFailure.self,
        PartialRollback.self, NoConvergence.self, UndoAgain.self, DoAgain.self,
        NotReady.self, Check.self, Harmed.self, FalseClaims.self, RuleEmpty.self, VethPeer.self, NATDead.self,
        Residue.self, EndDifference.self, DeadName.self, LeakedNamespace.self,
        StaleNeighbour.self, Together.self, Worse.self, Secret.self, Injection.self, LeakOverTime.self,
        DelayFailure.self, LostUpdate.self, Traceback.self,
    ]

    /// Their names, in that order.
    public static var names: [OracleName] { all.map { $0.name } }

    /// Whether findings of that oracle are about objects.
    public static func isAboutObject(_ name: OracleName) -> Bool { oracle(name)?.isAboutObject ?? false }

    /// Whether findings of that oracle are about neither steps nor objects.
    public static func isAboutText(_ name: OracleName) -> Bool { oracle(name)?.isAboutText ?? false }

    /// The oracle with that name.
    public static func oracle(_ name: OracleName) -> (any Oracle.Type)? { all.first { $0.name == name } }
}
