import Model

/// A service or a driver ended by itself between its start and its stop.
struct Ended: Oracle {
    static let name = OracleName(rawValue: "ended")
    static let severity = Severity.high
    static let cwe = "CWE-755"
    static let meaning = "a service or a driver ends by itself between its start and its stop"
    static let blindSpots = "a daemon that left its starter and is no `service` or `driver`"
    static let pairs = ["daemon-exits-quietly"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            // That it does so without faults too is no excuse: each run of the plan shows it.
            guard let ends = step.outcome.ended, !ends.isEmpty else { return nil }
            let text = ends.map { "\($0.agent) ended by itself: \($0.end)" }.joined(separator: "; ")
            return finding(
                about: step, "in \(step.id), \(text)",
                Lines.list(ends.flatMap { end in end.said.map { "\(end.agent) said: \($0)" } })
                    + Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }
}
