import Model

/// The agent is told to repair all that it finds.
struct Resync: Continuation {
    let name = "resync"
    let meaning =
        "the command that the agent names as its `resync` instead, and once more where the state is not that of a run without faults"

    func steps(of story: Plan, after step: Int) -> [Step]? {
        let begun = story.steps[step]
        guard let agent = begun.agent, let name = story.explore?.resync[agent] else { return nil }
        let own = story.steps.first { $0.command?.agent == agent && $0.command?.name == name }
        let declared = story.explore?.commands.first { $0.agent == agent && $0.name == name }
        guard let other = own ?? declared.map({ Step(name: name, body: .run($0)) }) else { return nil }
        // What repairs itself is run again.
        guard begun.command?.name != name else { return nil }
        let times = max(1, other.command?.retry ?? 0)
        return (story.steps[..<step] + [begun.retrying(0), other.retrying(times)]).numbered
    }
}
