import Model

/// The same command is run again, once, where the state is not right.
struct Again: Continuation {
    let name = "again"
    let meaning = "the same command again, once, where the state is not that of a run without faults"

    func steps(of story: Plan, after step: Int) -> [Step]? {
        guard story.steps[step].command != nil else { return nil }
        return (story.steps[..<step] + [story.steps[step].retrying(1)]).numbered
    }
}
