import Model

/// Whether what is not as in the reference at the end is so because a command said that it could not do its work.
///
/// A command that ends by itself, says that it failed, and leaves an object as it found it, is not to blame for that object:
/// what stands there is what it said. What a command leaves that should take it away is announced only where the kernel refused
/// a request of it: that something is gone already is no reason to leave the rest.
struct HonestFailure {
    private let evidence: Evidence

    init(_ evidence: Evidence) { self.evidence = evidence }

    /// Whether the object is at the end what it was before the command that last changes it in the reference, which failed
    /// here and said so, after a fault had fired.
    func explains(_ identity: Fact.Identity) -> Bool {
        guard let first = evidence.firstDisturbedStep else { return false }
        guard let last = evidence.steps.last(where: { $0.changes(identity) }), last.span.upperBound > first else {
            return false
        }
        let left = last.after[identity]
        guard evidence.end[identity] == left else { return false }
        // Of steps at the same time the last one found what the others had made of it, if they did not fail too.
        let responsible = evidence.steps[last.span].filter { $0.changes(identity) }
            .sorted { ($0.share?.place ?? 0) > ($1.share?.place ?? 0) }
        for step in responsible {
            guard step.saysFailure else { return false }
            let takesAway = step.command?.undoes != nil || step.expected?[identity] == nil
            if takesAway, !step.wasRefused { return false }
            if let share = step.share, share.found[identity] == left { return true }
        }
        return left == last.before[identity]
    }
}

extension Evidence {
    /// The place of the first step in which a fault fired; nil where none did.
    var firstDisturbedStep: Int? {
        steps.first { step in record.header.deliveries.contains { $0.step == step.id && $0.failure == nil } }?.index
    }
}

extension StepEvidence {
    /// Whether a request of its last command was made to fail, or the kernel was to refuse it descriptors, or what it lacks a privilege for.
    fileprivate var wasRefused: Bool {
        attempts.last?.deliveries.contains { delivery in
            switch delivery.action {
            case .fail, .limit, .capabilityDrop, .user: true
            default: false
            }
        } ?? false
    }
}
