/// What looks at a record and says what is wrong, by its name in the scenario file.
///
/// Which there are is told by the catalogue of the oracles; a record of another version may name others. Here stand those
/// of which more than their own file speaks.
public struct OracleName: RawRepresentable, Hashable, Codable, Sendable {
    /// The name: `false-success`.
    public let rawValue: String

    /// Takes any name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A process of the agent died by a signal that no fault sent.
    public static let crash = OracleName(rawValue: "crash")
    /// A command did not end within its time.
    public static let hang = OracleName(rawValue: "hang")
    /// A step said success while its state is not the reference's.
    public static let falseSuccess = OracleName(rawValue: "false-success")
    /// The agent was told of an error, said nothing, and its state is not the reference's.
    public static let silentFailure = OracleName(rawValue: "silent-failure")
    /// Run again as often as allowed, the state is not the reference's.
    public static let noConvergence = OracleName(rawValue: "no-convergence")
    /// An undo that is run again fails.
    public static let undoAgain = OracleName(rawValue: "undo-again")
    /// What was undone cannot be done again as in the reference.
    public static let doAgain = OracleName(rawValue: "do-again")
    /// A service is gone, or not ready within its time, after it was started.
    public static let notReady = OracleName(rawValue: "not-ready")
    /// A check does not hold.
    public static let check = OracleName(rawValue: "check")
    /// An object is left at the end that was not there at the beginning.
    public static let residue = OracleName(rawValue: "residue")
    /// At the end an object is missing or other than in the reference.
    public static let difference = OracleName(rawValue: "difference")
    /// A name of a namespace that leads to none: it can be neither entered nor added again.
    public static let deadName = OracleName(rawValue: "dead-name")
    /// A hostile value was more than text: it is looked for in plans with such a value alone.
    public static let injection = OracleName(rawValue: "injection")
    /// A namespace is alive that nobody can name.
    public static let leakedNamespace = OracleName(rawValue: "leaked-netns")
}

/// How bad a finding is.
public enum Severity: String, Hashable, Codable, Sendable, CaseIterable {
    /// Isolation, another tenant, or not to be repaired without an operator.
    case high
    /// A function is lost, and a second run heals it.
    case medium
    /// Cosmetic.
    case low
}

/// One violated oracle in one record.
public struct Finding: Hashable, Codable, Sendable {
    /// Which oracle.
    public var oracle: OracleName
    /// What it is about: a step's id, or the identity of an object.
    public var subject: String
    /// The object, where it is about one.
    public var object: Fact?
    /// The step at or after which it was seen.
    public var step: String
    /// One sentence.
    public var message: String
    /// Lines that show it: what was expected, what is there, which operation made it.
    public var evidence: [String]
    /// The objects that are not as they should be, and how: missing, extra or changed.
    public var differences: [Difference]
    /// How bad.
    public var severity: Severity
    /// The weakness, as a base id: `CWE-367`.
    public var cwe: String
    /// Whether a control shows it too: a defect, but no race.
    public var alsoInControl: Bool
    /// Whether it needs the exact moment; absent where nothing could tell, for its fault does not change the world in a step.
    public var timing: Timing?
    /// Why it is allowed or known; nil where it is neither.
    public var expected: Expectation?
    /// Equal in every run that shows the same thing.
    public var fingerprint: String
    /// The fingerprint of the finding of which it is a consequence; absent where it stands for itself.
    public var partOf: String?
    /// Why it came to it, as far as the operations tell; absent where they tell nothing.
    ///
    /// The first answer that was another than without faults, who made the object, what should have taken it away, the window.
    public var why: [String]?

    /// Makes a finding that nobody expected.
    public init(
        oracle: OracleName, subject: String, object: Fact? = nil, step: String, message: String,
        evidence: [String] = [], differences: [Difference] = [], severity: Severity, cwe: String,
        fingerprint: String = ""
    ) {
        self.oracle = oracle
        self.subject = subject
        self.object = object
        self.step = step
        self.message = message
        self.evidence = evidence
        self.differences = differences
        self.severity = severity
        self.cwe = cwe
        alsoInControl = false
        expected = nil
        self.fingerprint = fingerprint
    }
}

/// Whether a finding comes of the moment at which the world changed.
public enum Timing: String, Hashable, Codable, Sendable {
    /// The same change before and after the step was tried, and neither shows it.
    case race
    /// The same change before or after the step shows it too.
    case always
    /// One of the comparison runs could not be used, and the others do not show it.
    case undecided
}

/// One line of `allow` or `known`.
public struct Expectation: Hashable, Codable, Sendable {
    /// Whether the finding must be there.
    public enum Seen: String, Hashable, Codable, Sendable {
        /// In every run; its absence is a failure.
        case always
        /// In some.
        case sometimes
    }

    /// What is expected.
    public enum Subject: Hashable, Codable, Sendable {
        /// A finding about a step, by its name or id.
        case step(String)
        /// A finding about an object.
        case object(Phrase)
        /// A finding about neither: a variable that is planted, as its name or `NAME in PLACE`, or a count; a pattern.
        case text(String)
    }

    /// Which oracle.
    public var oracle: OracleName
    /// About what.
    public var subject: Subject
    /// How an object must differ: `missing`, `extra` or `changed`; in any way where nil.
    public var kind: String?
    /// The reason in words, or where it is said.
    public var because: String
    /// How often it is seen.
    public var seen: Seen
    /// Where the line stands: `file.yaml:12:5`.
    public var location: String

    /// Makes an expectation.
    public init(
        oracle: OracleName, subject: Subject, because: String, seen: Seen = .always, location: String = ""
    ) {
        self.oracle = oracle
        self.subject = subject
        self.because = because
        self.seen = seen
        self.location = location
    }

    /// The line as the scenario file writes it, without its reason.
    public var description: String {
        switch subject {
        case .step(let text): "\(oracle.rawValue): \(text)"
        case .object(let phrase): "\(oracle.rawValue): \(phrase)"
        case .text(let text): "\(oracle.rawValue): \(text)"
        }
    }
}

/// What a plan came to; the worst of its parts counts.
public enum Verdict: Hashable, Codable, Sendable {
    /// Every part ran, and nothing is wrong.
    case pass
    /// It needs what this machine does not have, named, or its faults find nothing at their moment that they could act on.
    case skipped(String)
    /// All that is wrong is known.
    case known
    /// Wrong in `hits` of `runs` runs.
    case flaky(hits: Int, runs: Int)
    /// Something is wrong, or a known defect was not seen.
    case fail
    /// The harness failed, a fault was not delivered, or the world did not settle.
    case error(String)

    /// From the best, 0, to the worst.
    public var rank: Int {
        switch self {
        case .pass: 0
        case .skipped: 1
        case .known: 2
        case .flaky: 3
        case .fail: 4
        case .error: 5
        }
    }

    /// One word, with the count of a flaky one: `flaky 3/10`.
    public var name: String {
        switch self {
        case .pass: "pass"
        case .skipped: "skipped"
        case .known: "known"
        case .flaky(let hits, let runs): "flaky \(hits)/\(runs)"
        case .fail: "fail"
        case .error: "error"
        }
    }

    /// The worse of the two.
    public static func worst(_ left: Verdict, _ right: Verdict) -> Verdict { left.rank >= right.rank ? left : right }
}
