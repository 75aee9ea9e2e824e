import Model

/// One run of a step's command, with the state after it.
public struct AttemptEvidence: Sendable {
    /// Its place among the runs of the command, from 0.
    public var index: Int
    /// What was recorded of it.
    public var attempt: Attempt
    /// Whether the command ended, in its time, as it does without faults.
    public var isSuccess: Bool
    /// The state after it; nil where the record holds only the one after the step.
    public var after: Snapshot?
    /// The faults that fired while it ran.
    public var deliveries: [Delivery]

    /// Whether the command ended by itself and said that it did not do its work.
    public var saysFailure: Bool {
        guard case .exited = attempt.end, !attempt.timedOut else { return false }
        return !isSuccess
    }

    /// Whether the command wrote anything that tells of an error.
    var saysNothing: Bool { !attempt.errorOutput.contains { !$0.isWhitespace } }
}

extension StepEvidence {
    /// The runs of its command, in order.
    ///
    /// - Parameters:
    ///   - deliveries: The faults that fired while the step ran.
    ///   - state: The state with a digest, as the step is judged by it.
    static func attempts(
        _ outcome: StepOutcome, of command: Command?, end: ProcessEnd?, deliveries: [Delivery],
        state: (String) -> Snapshot?
    ) -> [AttemptEvidence] {
        outcome.attempts.enumerated().map { index, attempt in
            let isLast = index == outcome.attempts.count - 1
            let next = isLast ? nil : outcome.attempts[index + 1].began
            let fired = deliveries.filter { delivery in
                // Where the record does not say when runs of the command began, a fault may have fired in each.
                guard let began = attempt.began, isLast || next != nil else { return true }
                return (index == 0 || delivery.time >= began) && next.map { delivery.time < $0 } ?? true
            }
            // Only a command says that it did its work.
            let isSuccess =
                !attempt.timedOut && command != nil
                && (end.map { $0 == attempt.end } ?? command.map { outcome.succeeded($0, in: attempt) } ?? false)
            return AttemptEvidence(
                index: index, attempt: attempt, isSuccess: isSuccess,
                after: isLast ? state(outcome.snapshot) : attempt.snapshot.flatMap(state),
                deliveries: fired)
        }
    }
}
