import Model

/// Where a command is one process, killing the first process, or all of them, is killing that one.
struct SameVictims: PruningPass {
    let name = "same-victims"
    let reason = "the command is one process: `kill main` and `kill all` are `kill process`"

    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate {
        guard case .kill(let victims, let signal, let agent) = candidate.action, victims != .process, agent == nil,
            view.place(candidate).isOnlyProcess
        else { return .kept }
        return view.other(candidate, action: .kill(victims: .process, signal: signal)).map { .shown(by: $0) } ?? .kept
    }
}
