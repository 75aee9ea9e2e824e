import Model

/// Nobody does anything.
struct Nothing: Continuation {
    let name = "nothing"
    let meaning = "nothing: what the command says is all that anybody learns"

    func steps(of story: [Step], after step: Int) -> [Step]? {
        (story[..<step] + [story[step].retrying(0)]).numbered
    }
}
