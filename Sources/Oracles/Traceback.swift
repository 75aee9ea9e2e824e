import Model

/// A program that no command of the step answers for wrote a traceback: a service or a daemon, whether it lives on, has ended, or
/// was revived at once.
struct Traceback: Oracle {
    static let name = OracleName(rawValue: "traceback")
    static let severity = Severity.low
    static let cwe = "CWE-755"
    static let meaning =
        "a program that no command answers for writes a Python traceback: a service or a daemon, though it "
        + "lives on or is revived"
    static let blindSpots = "what is written into a file; a program in another language"
    static let pairs = ["worker-revived-after-traceback"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let usual = evidence.reference?.lateTracebacks ?? []
            let new = (step.outcome.tracebacks ?? []).filter { !usual.contains($0.agent) }
            guard let first = new.first else { return nil }
            return finding(
                about: step, "in \(step.id), \(first.agent) wrote a traceback: \(first.line)",
                Lines.list(new.flatMap { late in late.said.map { "\(late.agent) said: \($0)" } })
                    + Lines.deliveries(evidence.record.header.deliveries))
        }
    }
}
