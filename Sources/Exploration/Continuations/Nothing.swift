import Model

/// Nobody does anything.
struct Nothing: Continuation {
    let name = "nothing"
    let meaning = "nothing: what the command says is all that anybody learns"

    func steps(of story: Plan, after step: Int) -> [Step]? {
        (story.steps[..<step] + [story.steps[step].retrying(0)]).numbered
    }
}
