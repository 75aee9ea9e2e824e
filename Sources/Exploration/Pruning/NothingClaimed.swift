import Model

/// Who is killed has said nothing, so what is left is nobody's mistake before somebody goes on.
struct NothingClaimed: PruningPass {
    let name = "nothing-claimed"
    let reason = "who is killed claims nothing: what is left counts by what is run next"

    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate {
        guard case .kill = candidate.action, candidate.continuation == Nothing().name else { return .kept }
        return .nothingToShow
    }
}
