import Model

/// What a user does after the step in which the fault happened.
///
/// Each is a value in a file of its own below `Continuations`; ``Continuations`` lists them.
public protocol Continuation: Sendable {
    /// What it is called: `again`.
    var name: String { get }
    /// What the user does, in one sentence.
    var meaning: String { get }
    /// The story in which that happens after one of its steps; nil where there is nothing of the kind to do.
    ///
    /// - Parameter step: The place of the step among those of the story.
    func steps(of story: Plan, after step: Int) -> [Step]?
}

/// The continuations.
public enum Continuations {
    /// All of them, in the order in which they are counted.
    public static let all: [any Continuation] = [
        WholeStory(), Nothing(), Again(), UndoInstead(), Resync(),
    ]

    /// The one of that name.
    public static func named(_ name: String) -> (any Continuation)? { all.first { $0.name == name } }
}

extension [Step] {
    /// The steps with their occurrences counted anew.
    var numbered: [Step] {
        let totals = reduce(into: [String: Int]()) { $0[$1.name, default: 0] += 1 }
        var counts: [String: Int] = [:]
        return map { step in
            counts[step.name, default: 0] += 1
            var counted = step
            counted.occurrence = counts[step.name] ?? 1
            counted.siblings = totals[step.name] ?? 1
            return counted
        }
    }
}

extension Step {
    /// The command that it runs; nil for a step of another kind.
    var command: Command? { if case .run(let command) = body { command } else { nil } }

    /// The step whose command is run again up to so many times while the state is not right; itself where it runs none.
    func retrying(_ times: Int) -> Step {
        guard var command else { return self }
        command.retry = times
        var step = self
        step.body = .run(command)
        return step
    }
}
