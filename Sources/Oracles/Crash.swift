import Model

/// A process of the agent died by a signal that no fault sent, its Go runtime gave up, or its driver left in the middle of a request.
///
/// Of processes besides the command's first, only by signals that a program does not send to its own children: an agent
/// that ends a helper by SIGTERM, SIGUSR1 or a closed pipe has not crashed.
struct Crash: Oracle {
    static let name = OracleName.crash
    static let judgesHostile = true
    static let severity = Severity.medium
    static let cwe = "CWE-755"
    static let meaning =
        "a process of the agent dies by a signal that no fault sent, or gives up in the middle of a request"
    static let blindSpots =
        "a crash that the program itself turns into an exit status; a helper that somebody else killed"
    static let pairs = ["daemon-null-on-unknown-link", "crashes-at-its-end"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            let lines = deaths(in: step, evidence)
            guard let first = lines.first else { return nil }
            return finding(
                about: step, "in \(step.id), \(first)",
                Lines.list(lines) + Lines.deliveries(evidence.deliveries(during: step.id)))
        }
    }

    private func deaths(in step: StepEvidence, _ evidence: Evidence) -> [String] {
        // An untraced program's record does not say who sent the signal that ended it: each kill excuses one.
        var kills = evidence.deliveries(during: step.id).compactMap { delivery -> Signal? in
            if case .kill(_, let signal, _) = delivery.action { signal } else { nil }
        }
        var lines: [String] = []
        for attempt in step.outcome.attempts {
            switch attempt.end {
            case .signalled(let signal) where attempt.timedOut == false:
                if evidence.plan.stops(by: Signal(signal), in: step.step) { continue }
                // A fault may have sent it from another step, of those that ran at the same time or of a service's life.
                if attempt.deaths.contains(where: { $0.signal == signal && $0.byTocsin }) { continue }
                if let kill = kills.firstIndex(of: Signal(signal)) {
                    kills.remove(at: kill)
                } else {
                    lines.append("the command's first process died by \(Signal(signal))")
                }
            case .unanswered(let status):
                // It may have caught the signal and left.
                if kills.isEmpty {
                    lines.append("the driver exited with status \(status) before it had answered")
                } else {
                    kills.removeFirst()
                }
            case .exited(2):
                if let line = goPanic(attempt.errorOutput) { lines.append("a Go program gave up: \(line)") }
            default: break
            }
            for death in attempt.deaths where !death.byTocsin && Signal(death.signal).isOfCrash {
                let usual = ReferenceDeath(step: step.id, lineage: death.lineage, signal: death.signal)
                if evidence.reference?.deaths.contains(usual) == true { continue }
                lines.append("\(death.lineage) died by \(Signal(death.signal))")
            }
        }
        return lines
    }

    /// The line of a Go panic, which is followed by the stacks of goroutines.
    private func goPanic(_ text: String) -> Substring? {
        guard text.contains("goroutine ") else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix("panic: ") || $0.hasPrefix("fatal error: ") }
    }
}

extension Plan {
    /// Whether a step stops a service by that signal: then it need not be caught.
    func stops(by signal: Signal, in step: Step) -> Bool {
        guard case .stop = step.body, let agent = step.agent, case .service(let service)? = agents[agent]?.kind else {
            return false
        }
        return service.stop == signal.number
    }
}
