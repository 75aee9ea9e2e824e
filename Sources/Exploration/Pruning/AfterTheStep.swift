import Model

/// What the world does behind the last operation of a step it does behind the step.
struct AfterTheStep: PruningPass {
    let name = "after-the-step"
    let reason = "a change behind the last operation of a step is behind the step, of which its command knows nothing"

    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate {
        guard candidate.action.isOfWorld, candidate.side == .after, view.next(view.place(candidate)) == nil else {
            return .kept
        }
        return .nothingToShow
    }
}
