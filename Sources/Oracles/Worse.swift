import Model

/// A command meets with a fault that was none of its business by a traceback, or by a failure after all its work.
struct Worse: Oracle {
    static let name = OracleName(rawValue: "worse")
    static let severity = Severity.low
    static let cwe = "CWE-755"
    static let meaning =
        "a command that only looks ends in a traceback because the world changed, or one that has done all its work says "
        + "that it failed because a device or namespace is gone of which nothing tells it"
    static let blindSpots =
        "a command that only looks and fails with a message; a change of something that the command is told of elsewhere "
        + "than in its arguments, its environment, its standard input and `host.files`"
    static let pairs = ["traceback-of-a-bystander", "fails-over-anothers-device"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        guard evidence.plan.isDisturbed else { return [] }
        return evidence.steps.compactMap { step in
            if evidence.reference?.tracebacks.contains(step.id) == true { return nil }
            guard case .run(let command) = step.step.body, step.saysFailure else { return nil }
            let fired = evidence.deliveries(during: step.id)
            guard !fired.isEmpty, fired.allSatisfy(\.action.isOfWorld) else { return nil }
            return step.changesNothing
                ? bystander(step, fired) : failsAfterAll(step, command, fired.map(\.action.phrase), evidence)
        }
    }

    /// A command that changes nothing has done its work as well as it can without what the world took.
    private func bystander(_ step: StepEvidence, _ fired: [Delivery]) -> Finding? {
        guard let line = step.outcome.traceback else { return nil }
        return finding(
            about: step, "\(step.id) only looks, and ended in a traceback: \(line)",
            [Lines.end(step)] + Lines.words(of: step) + Lines.deliveries(fired))
    }

    /// A command that failed with its work done, over what it is not told to use and changes in no run without faults.
    private func failsAfterAll(
        _ step: StepEvidence, _ command: Command, _ taken: [Phrase], _ evidence: Evidence
    ) -> Finding? {
        guard command.undoes == nil, command.request == nil,
            taken.allSatisfy({ ["link", "netns"].contains($0.noun) && !evidence.plan.tells(command, of: $0.argument) }),
            !evidence.steps.contains(where: { step in taken.contains { step.uses($0) } }),
            evidence.isAllDone(step)
        else { return nil }
        let names = taken.map { "\($0.noun) \($0.argument)" }.joined(separator: ", ")
        return finding(
            about: step, "\(step.id) did all its work, and failed over \(names), of which nothing tells it",
            [Lines.end(step)] + Lines.words(of: step) + Lines.deliveries(evidence.deliveries(during: step.id)))
    }
}

extension Plan {
    /// Whether a command can read the name in what the scenario gives it.
    fileprivate func tells(_ command: Command, of name: String) -> Bool {
        let files = host.files.flatMap { [Array($0.key.utf8), $0.value.bytes] }
        let given = (command.argv + command.environment.values).map { Array($0.utf8) }
        return (given + files + [command.stdin?.bytes ?? []]).contains { $0.firstRange(of: Array(name.utf8)) != nil }
    }
}

extension StepEvidence {
    /// Whether it makes, takes or changes the device or namespace of a change of the world, or something in it, in the reference.
    fileprivate func uses(_ taken: Phrase) -> Bool {
        guard let expectedBefore, let expected else { return true }
        return expectedBefore.differences(to: expected).map(\.fact).contains { fact in
            taken.noun == fact.identity.noun && taken.argument == fact.identity.name
                || taken.noun == "netns" && taken.argument == fact.identity.namespace
                || taken.noun == "link" && [fact.device?.name, fact.attributes["peer"]].contains(taken.argument)
        }
    }
}

extension Evidence {
    /// Whether all is as after the step without faults, but for what the world itself did.
    fileprivate func isAllDone(_ step: StepEvidence) -> Bool {
        let world = worldChanges(through: step)
        let removal = Removal(
            names: removedNames(through: step), states: [step.expected, step.before].compactMap(\.self))
        return step.touchedDifferences.allSatisfy { world.explains($0) || removal.explains($0) }
    }
}
