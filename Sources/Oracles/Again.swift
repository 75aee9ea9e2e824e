import Model

/// An undo that is run again fails.
struct UndoAgain: Oracle {
    static let name = OracleName.undoAgain
    static let severity = Severity.medium
    static let cwe = "CWE-459"
    static let meaning = "an undo that is run again fails"
    static let blindSpots = "whether the second run reported success rightly"
    static let pairs = ["del-stuck-on-missing-link", "second-del-fails"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            guard let command = step.command, let done = command.undoes, !step.isSuccess,
                evidence.deliveries(during: step.id).isEmpty
            else { return nil }
            let earlier = evidence.steps.prefix(step.span.lowerBound).last {
                $0.runs(done, of: command.agent) || $0.runs(command)
            }
            guard let earlier, earlier.runs(command) else { return nil }
            return finding(
                about: step, "\(step.id) fails, though \(earlier.id) had undone \(done) and nothing has done it since",
                [Lines.end(earlier), Lines.end(step)])
        }
    }
}

/// What was undone cannot be done again as in the reference.
struct DoAgain: Oracle {
    static let name = OracleName.doAgain
    static let severity = Severity.high
    static let cwe = "CWE-459"
    static let meaning = "what was undone cannot be done again as in the reference"
    static let blindSpots = "damage to objects that the command does not touch"
    static let pairs = ["added-again-elsewhere"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        evidence.steps.compactMap { step in
            guard let command = step.command,
                evidence.deliveries(during: step.id).isEmpty, !evidence.isDisturbedAfter(step.id),
                // A step that is retried has its own oracle: no-convergence.
                command.retry == 0,
                let undo = undo(before: step, command, evidence)
            else { return nil }
            // Where the undo failed or was killed, and something is there still, whoever finds it and says so is right.
            if !step.isSuccess, !undo.isSuccess, !undo.touchedDifferences.isEmpty { return nil }
            // What a fault has made in its place meanwhile was not the agent's own.
            let world = evidence.worldChanges(through: step)
            let makes = step.expected?.facts.filter { step.changes($0.identity) } ?? []
            if makes.contains(where: { world.maker(of: $0) != nil }) { return nil }
            let isExcused = evidence.excuse(after: step)
            let differences = step.touchedDifferences.filter { !isExcused($0) }
            // Where a namespace of the world is gone for good, to fail is right.
            let mayFail = step.differences.contains { difference in
                switch difference {
                case .missing(let fact): fact.identity.noun == "netns" && isExcused(difference)
                // Its name is there yet, and leads nowhere.
                case .changed(_, let there): there.attributes["state"] == "dead" && isExcused(difference)
                case .extra: false
                }
            }
            let fails = !step.isSuccess && !mayFail
            guard fails || !differences.isEmpty else { return nil }
            let what = fails ? "fails" : "ends with another state: \(Lines.difference(differences))"
            return finding(
                about: step, "\(step.id), again after \(undo.id), \(what)",
                Lines.list(differences) + [Lines.end(undo), Lines.end(step)], differences: differences)
        }
    }

    /// The last undo of the command's work, if the command had run before that.
    private func undo(before step: StepEvidence, _ command: Command, _ evidence: Evidence) -> StepEvidence? {
        let earlier = evidence.steps.prefix(step.span.lowerBound)
        guard
            let undo = earlier.last(where: {
                $0.command?.undoes == command.name && $0.command?.agent == command.agent
            }), earlier.prefix(undo.span.lowerBound).contains(where: { $0.runs(command) })
        else { return nil }
        return undo
    }
}

extension StepEvidence {
    fileprivate func runs(_ other: Command) -> Bool { runs(other.name, of: other.agent) }

    fileprivate func runs(_ name: String, of agent: String) -> Bool {
        command.map { $0.name == name && $0.agent == agent } ?? false
    }
}
