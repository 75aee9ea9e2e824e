import Model

/// What a phrase in the place of an action comes to.
public enum ActionReading: Hashable, Sendable {
    /// The action, typed and valid wherever it is allowed to happen.
    case action(Action)
    /// `fail: each`: one plan for each errno that the kernel can answer there.
    case failWithEach(message: String?)
    /// `capability.drop: each`: one plan for each of these.
    case each([Action])
    /// What is wrong, at least one problem.
    case wrong([FaultProblem])

    /// Reads a phrase; that is done once, when a scenario is bound.
    public init(_ phrase: Phrase) {
        let problems = FaultProblem.all(in: phrase)
        guard problems.isEmpty else {
            self = .wrong(problems)
            return
        }
        if phrase.word == FaultKind.fail.word, phrase.argument == FaultKind.eachErrno {
            self = .failWithEach(message: phrase.qualifiers["message"])
        } else if phrase.word == FaultKind.capabilityDrop.word, phrase.argument == FaultKind.eachErrno {
            self = .each(Privileges.ofAgents.map(Action.capabilityDrop))
        } else if let action = ActionWords.kind(phrase.word)?.action(phrase) {
            self = .action(action)
        } else {
            self = .wrong([
                FaultProblem(
                    key: phrase.word, message: "`\(phrase.argument)` is nothing that `\(phrase.word)` can do")
            ])
        }
    }
}

extension Action {
    /// Reads a phrase that is one action.
    ///
    /// - Throws: `FaultProblem`, the first thing that is wrong with it.
    public init(_ phrase: Phrase) throws(FaultProblem) {
        switch ActionReading(phrase) {
        case .action(let action): self = action
        case .failWithEach, .each:
            throw FaultProblem(
                key: phrase.word, message: "`\(phrase.argument)` is nothing that `\(phrase.word)` can do")
        case .wrong(let problems):
            throw problems.first ?? FaultProblem(key: phrase.word, message: "`\(phrase.word)` cannot be read")
        }
    }
}
