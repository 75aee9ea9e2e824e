import Model

/// The command again where the state is not right, then the rest of the story, and the story once more.
struct WholeStory: Continuation {
    let name = "whole"
    let meaning =
        "the same command again, once, then the rest of the story, and once more where it is not told twice already"

    func steps(of plan: Plan, after step: Int) -> [Step]? {
        let story = plan.steps
        guard story.count > 1 else { return nil }
        var steps = story
        if story[step].command != nil { steps[step] = story[step].retrying(max(1, story[step].command?.retry ?? 0)) }
        // Told twice already, or with nothing that takes it back, it is not told again.
        let commands = story.compactMap(\.command)
        let isTwice = Set(commands.map { "\($0.agent).\($0.name)" }).count < commands.count
        if !isTwice, commands.contains(where: { $0.undoes != nil }) { steps += story }
        return steps.numbered
    }
}
