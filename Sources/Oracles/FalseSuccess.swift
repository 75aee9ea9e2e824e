import Model

/// A step in which a fault fired said success while its state is not the reference's.
struct FalseSuccess: Oracle {
    static let name = OracleName.falseSuccess
    static let severity = Severity.high
    static let cwe = "CWE-393"
    static let meaning = "a step in which a fault fired says success, and its state is not the reference's"
    static let blindSpots =
        "wrong state in objects that neither run touched; a result that is told elsewhere than in the exit "
        + "status or reply"
    static let pairs = ["namespace-gone-is-success", "gives-up-quietly", "mac-of-a-replaced-device"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        try evidence.wrongSuccesses().filter { try !$0.isSilent() }.map { wrong in
            let difference = Lines.difference(wrong.differences)
            return finding(
                about: wrong.step, "\(wrong.who) said success, but \(difference)", wrong.lines,
                differences: wrong.differences)
        }
    }
}

/// The agent was told of an error in a step, said nothing of it, and the state is not the reference's.
struct SilentFailure: Oracle {
    static let name = OracleName.silentFailure
    static let severity = Severity.high
    static let cwe = "CWE-391"
    static let meaning = "the agent is told of an error, says nothing of it, and the state is not the reference's"
    static let blindSpots = "an agent that always prints something on standard error; what it wrote to a log file"
    static let pairs = ["answer-not-read", "route-error-captured"]

    func findings(in evidence: Evidence) throws -> [Finding] {
        try evidence.wrongSuccesses().filter { try $0.isSilent() }.map { wrong in
            let errors = wrong.errors.map(\.name).joined(separator: ", ")
            let difference = Lines.difference(wrong.differences)
            return finding(
                about: wrong.step, "\(wrong.who) was told \(errors) and printed no error, but \(difference)",
                wrong.lines, differences: wrong.differences)
        }
    }
}

/// A run of a step's command that said success with a state that is not the reference's.
struct WrongSuccess {
    var step: StepEvidence
    var attempt: AttemptEvidence
    var differences: [Difference]
    /// What of its standard output tells its caller of an error.
    var saysError: LogPattern?

    /// `add`, or `add, run 1 of 2,` where it was run again.
    var who: String {
        let count = step.attempts.count
        return count == 1 ? step.id : "\(step.id), run \(attempt.index + 1) of \(count),"
    }

    /// The errors that the agent was told while it ran.
    var errors: [ErrorNumber] {
        attempt.deliveries.compactMap { if case .fail(let errno, _, _) = $0.action { errno } else { nil } }
    }

    /// Whether the agent was told of an error and kept it to itself.
    ///
    /// - Throws: where what tells an error cannot be looked for.
    func isSilent() throws -> Bool {
        try !errors.isEmpty && attempt.saysNothing && saysError?.isFound(in: attempt.attempt.output) != true
    }

    var lines: [String] {
        let former = step.attempts.prefix(attempt.index).filter(\.saysFailure).map {
            "run \($0.index + 1) had said that it failed: \($0.attempt.endText)"
        }
        let healed = step.attempts.count > attempt.index + 1 ? ["it was run again all the same, as `retry` asks"] : []
        return Lines.list(differences) + ["\(step.id) ended: \(attempt.attempt.endText)"] + former + healed
            + Lines.deliveries(step.attempts.flatMap(\.deliveries).uniqued)
    }
}

extension [Delivery] {
    fileprivate var uniqued: [Delivery] {
        reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension Evidence {
    /// The runs of commands in whose step a fault had fired that said success, with what is wrong in the state that they
    /// touched; of one step the first.
    func wrongSuccesses() -> [WrongSuccess] {
        steps.compactMap { step in
            guard !isDisturbedAfter(step.id) else { return nil }
            for attempt in step.attempts where attempt.isSuccess {
                // What fired before it in the step counts too: the agent finds it, and says success.
                let fired = step.attempts.prefix(attempt.index + 1).flatMap(\.deliveries)
                guard let state = attempt.after, !fired.isEmpty else { continue }
                let next = step.attempts.dropFirst(attempt.index + 1).first?.attempt.began
                let differences = wrong(step, state, fired, before: next)
                guard !differences.isEmpty else { continue }
                let agent = step.command.flatMap { plan.agents[$0.agent] }
                return WrongSuccess(
                    step: step, attempt: attempt, differences: differences, saysError: agent?.saysError)
            }
            return nil
        }
    }

    /// Whether the fault told the agent that an object is there already, or gone already: who takes that for done is right.
    func isAnsweredAsDone(_ difference: Difference, _ fired: [Delivery]) -> Bool {
        fired.contains { delivery in
            guard case .fail(let errno, _, _) = delivery.action, let place = delivery.operation,
                let operation = record.operations.first(where: { $0.index == place }),
                operation.phrase.isAbout(difference.fact)
            else { return false }
            switch difference {
            case .missing: return errno.name == "EEXIST" && ["add", "create"].contains(operation.phrase.verb)
            case .extra:
                let isGone = ["ENOENT", "ESRCH", "ENODEV", "EADDRNOTAVAIL"].contains(errno.name)
                return isGone && operation.phrase.verb == "delete"
            case .changed: return false
            }
        }
    }

    /// - Parameter end: When the next run of the command began; nil where there was none.
    private func wrong(
        _ step: StepEvidence, _ state: Snapshot, _ fired: [Delivery], before end: Nanoseconds?
    ) -> [Difference] {
        // To take back what is in a namespace that went is done: an undo may call that a success. So may a command that
        // changes nothing without faults: it looked at what there was.
        // So may one that never named it.
        let isExcused = step.command?.undoes != nil || step.changesNothing
        let removed = Set(fired.flatMap(\.removed).map(NamespaceRole.name))
        let removal = Removal(
            names: isExcused ? removed : removed.subtracting(removedNamed[step.id] ?? []),
            states: [step.expected, step.before].compactMap(\.self))
        let world = worldChanges(through: step)
        return step.touchedDifferences(in: state).filter { difference in
            if removal.explains(difference) || isAnsweredAsDone(difference, fired) { return false }
            guard world.explains(difference) else { return true }
            // What the world holds open is not to be deleted by anybody.
            if case .extra(let fact) = difference, world.keepsAlive(fact) { return false }
            // Whoever is refused afterwards, or changes what is no longer there, could know.
            let time = world[difference.identity]?.time ?? fired.map(\.time).min() ?? 0
            return hasMet(difference, from: time, to: end ?? .max, in: step.id)
        }
    }
}
