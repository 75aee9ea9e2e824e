import Model

/// What the command does is undone; what an undo undid is done again.
struct UndoInstead: Continuation {
    let name = "undo"
    let meaning = "the undo instead, or what was undone once more where the command is an undo"

    func steps(of story: Plan, after step: Int) -> [Step]? {
        guard let command = story.steps[step].command else { return nil }
        let others = story.steps.filter { other in
            guard let there = other.command, there.agent == command.agent else { return false }
            return there.undoes == command.name || command.undoes == there.name
        }
        guard let other = others.first else { return nil }
        return (story.steps[..<step] + [story.steps[step].retrying(0), other.retrying(0)]).numbered
    }
}
