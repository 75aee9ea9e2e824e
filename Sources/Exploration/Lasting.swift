import Model

/// Until when what a fault does stays wrong, as far as the ways of going on after it tell.
public enum Lasting: String, Hashable, Codable, Sendable, CaseIterable {
    /// No way of going on repairs it.
    case forEver = "for ever"
    /// A story in which a service is started anew repairs it, and running the command again does not.
    case untilRestart = "until a restart"
    /// Undoing it, and doing it anew, repairs it; running the command again does not.
    case untilUndone = "until it is undone"
    /// The agent's own resync repairs it, and running the command again does not.
    case untilResync = "until a resync"
    /// Running the command again repairs it.
    case untilRetry = "until it is run again"

    /// What the outcomes of one cause, in all ways of going on, tell of it; nil where one way alone was tried.
    init?(_ outcomes: [Outcome], _ exploration: Exploration) {
        guard exploration.continuations.count > 1,
            outcomes.allSatisfy({ exploration.base(of: $0.candidate) == nil })
        else { return nil }
        // A way that shows no more than what was said before it repairs the state.
        let bad = Set(
            outcomes.filter { $0.findings.contains(where: \.isOfState) }.map {
                exploration.candidate($0.candidate).continuation
            })
        let steps = Set(outcomes.map { exploration.place(of: $0.candidate).operation.step })
        let tried = Set(
            exploration.denominator.candidates.filter { candidate in
                steps.contains(exploration.denominator.places[candidate.place].operation.step)
            }.map(\.continuation))
        guard tried.count > 1 else { return nil }
        func repairs(_ name: String) -> Bool { tried.contains(name) && !bad.contains(name) }
        if repairs(Again().name) {
            self = .untilRetry
        } else if repairs(Resync().name) {
            self = .untilResync
        } else if repairs(WholeStory().name) {
            let restarts = exploration.story.steps.contains { step in
                if case .start = step.body { true } else { false }
            }
            self = restarts ? .untilRestart : .untilUndone
        } else if repairs(UndoInstead().name) {
            self = .untilUndone
        } else {
            self = .forEver
        }
    }
}

extension Finding {
    /// Whether it is about what is there at the end, and not about what a step said.
    fileprivate var isOfState: Bool {
        [.noConvergence, .doAgain, .undoAgain, .residue, .difference, .leakedNamespace, .deadName, .notReady, .check]
            .contains(oracle)
    }
}
