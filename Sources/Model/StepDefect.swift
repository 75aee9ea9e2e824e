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
        guard let attempt = outcome.attempts.last else { return nil }
        if outcome.endedWrongAnyway(self) { return outcome.endText }
        guard exits != nil else { return nil }
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
    /// Whether a command of which any status is right did not end by itself, in its time.
    func endedWrongAnyway(_ step: Step) -> Bool {
        guard case .run(let command) = step.body, command.anyExit == true, let attempt = attempts.last else {
            return false
        }
        if case .exited = attempt.end { return attempt.timedOut }
        return true
    }

    /// The last line of a Python traceback that one of its programs wrote; nil where none did.
    public var traceback: Substring? {
        for attempt in attempts.reversed() {
            for text in [attempt.errorOutput, attempt.output] {
                if let line = LateTraceback.lastLine(of: text) { return line }
            }
        }
        return nil
    }
}

/// A Python traceback that a program wrote while no command of the step answered for it.
public struct LateTraceback: Hashable, Codable, Sendable {
    /// The agent.
    public var agent: String
    /// Its last line, which says what went wrong.
    public var line: String
    /// The last lines that the program wrote, this one among them.
    public var said: [String]

    /// Makes a traceback of an agent's.
    public init(agent: String, line: String, said: [String]) {
        self.agent = agent
        self.line = line
        self.said = said
    }

    /// The last line of the last traceback in a text; nil where there is none.
    public static func lastLine(of text: String) -> Substring? {
        guard text.contains("Traceback") else { return nil }
        let lines = text.split(separator: "\n")
        guard let first = lines.lastIndex(where: { $0.hasPrefix("Traceback") }) else { return nil }
        // What belongs to it is indented; the line that is not says what went wrong.
        return lines[(first + 1)...].first { !$0.hasPrefix(" ") } ?? lines.last
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
