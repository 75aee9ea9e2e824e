import Model

/// Somebody kills the process at the operation, the agent's first process, or all of the agent.
struct Kills: FaultSource {
    let name = "kills"
    let meaning = "`kill` of the process, of the agent's first process, and of all of its processes, on both sides"

    func actions(in situation: Situation) -> [Action] {
        Action.Victims.allCases.map { .kill(victims: $0) }
    }
}
