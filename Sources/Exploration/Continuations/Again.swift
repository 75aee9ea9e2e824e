import Model

/// The same command is run again, once, where the state is not right.
struct Again: Continuation {
    let name = "again"
    let meaning = "the same command again, once, where the state is not that of a run without faults"

    func steps(of story: [Step], after step: Int) -> [Step]? {
        guard story[step].command != nil else { return nil }
        return (story[..<step] + [story[step].retrying(1)]).numbered
    }
}
