import Model

/// A command did not end within its time.
struct Hang: Oracle {
    static let name = OracleName.hang
    static let judgesHostile = true
    static let severity = Severity.high
    static let cwe = "CWE-833"
    static let meaning = "a command does not end within its time"
    static let blindSpots = "whether it would have ended a little later"
    static let pairs = ["pipe-never-ends", "retry-for-ever"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            guard let attempt = step.outcome.attempts.first(where: \.timedOut), !evidence.isStoppedByFault(in: step)
            else { return nil }
            let allowed = step.command.map { " of \($0.timeout / 1_000_000) ms" } ?? ""
            return finding(
                about: step, "\(step.id) did not end within its time\(allowed)",
                Lines.list(attempt.stuck.map { "stuck: \($0)" })
                    + Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }
}

extension Evidence {
    /// Whether the step is to end a service of which a fault has stopped a process, by SIGSTOP or its like, and none has
    /// continued it since: it cannot take the signal.
    fileprivate func isStoppedByFault(in step: StepEvidence) -> Bool {
        guard case .stop = step.step.body else { return false }
        let ran = Set(steps.prefix(step.span.upperBound).map(\.id))
        let last = record.header.deliveries.last { delivery in
            guard ran.contains(delivery.step), case .kill(_, let signal, let agent) = delivery.action else {
                return false
            }
            if let agent, agent != step.step.agent { return false }
            return signal == Signal(name: "SIGCONT") || delivery.effect.stops
        }
        return last?.effect.stops ?? false
    }
}

extension DeliveryEffect {
    /// Whether it is a signal that stopped a process.
    fileprivate var stops: Bool {
        if case .signalled(_, let processes) = self { return processes.contains { $0.outcome == .stops } }
        return false
    }
}
