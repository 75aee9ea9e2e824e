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
        let responsible = evidence.steps.last { step in
            step.expectedBefore?.byIdentity[identity] != step.expected?.byIdentity[identity]
        }
        guard let step = responsible, step.index >= first, step.saysFailure else { return false }
        let takesAway = step.command?.undoes != nil || step.expected?.byIdentity[identity] == nil
        if takesAway, !step.wasRefused { return false }
        let before = step.before.byIdentity[identity]
        return step.after.byIdentity[identity] == before && evidence.end.byIdentity[identity] == before
    }
}

extension Evidence {
    /// The place of the first step in which a fault fired; nil where none did.
    var firstDisturbedStep: Int? {
        steps.first { step in record.header.deliveries.contains { $0.step == step.id && $0.failure == nil } }?.index
    }
}

extension StepEvidence {
    /// Whether a request of its last command was made to fail.
    fileprivate var wasRefused: Bool {
        attempts.last?.deliveries.contains { if case .fail = $0.action { true } else { false } } ?? false
    }
}
