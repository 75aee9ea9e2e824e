extension Step {
    /// Why the step did not do what the scenario says that it does without a fault, where that is the agent's doing; nil where
    /// it did, or where the harness or the world failed.
    public func defect(in outcome: StepOutcome) -> String? {
        guard failureIsJudged else { return nil }
        switch outcome.attempts.last?.end {
        case .notStarted?: return nil
        default: break
        }
        if let failure = outcome.failure { return failure }
        guard let attempt = outcome.attempts.last, exits != nil else { return nil }
        return outcome.endedAsUsual(self) && !attempt.timedOut ? nil : outcome.endText
    }

    /// Whether nothing that comes after the step can be what the scenario means.
    public func failed(in outcome: StepOutcome) -> Bool {
        if outcome.failure != nil || outcome.unsettled != nil || defect(in: outcome) != nil { return true }
        if case .notStarted? = outcome.attempts.last?.end { return true }
        return false
    }
}

extension StepOutcome {
    /// The last line of a Python traceback that one of its programs wrote; nil where none did.
    public var traceback: Substring? {
        for attempt in attempts.reversed() {
            for text in [attempt.errorOutput, attempt.output] where text.contains("Traceback") {
                let lines = text.split(separator: "\n")
                guard let first = lines.lastIndex(where: { $0.hasPrefix("Traceback") }) else {
                    continue
                }
                // What belongs to it is indented; the line that is not says what went wrong.
                if let line = lines[(first + 1)...].first(where: { !$0.hasPrefix(" ") }) { return line }
                return lines.last
            }
        }
        return nil
    }
}

extension Record {
    /// Whether the run ended early, at a step in which the agent did not do without a fault what the scenario says.
    public func endsAtDefect(in plan: Plan) -> Bool {
        let ran = header.outcomes.map(\.step)
        let all = plan.allSteps
        guard !plan.isDisturbed, ran.count < all.count, ran == all.prefix(ran.count).map(\.id),
            let last = header.outcomes.last
        else { return false }
        return all[ran.count - 1].defect(in: last) != nil
    }
}
