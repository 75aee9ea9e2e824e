import Model

/// After an operation is before the next one, where one thread does both and nothing that is seen lies between.
struct SameMoment: PruningPass {
    let name = "same-moment"
    let reason = "after an operation is before the next one of the same thread"

    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate {
        let place = view.place(candidate)
        guard candidate.side == .after, place.isFollowedBySameThread, let next = view.next(place), next.isStable else {
            return .kept
        }
        return view.other(candidate, at: next.number, .before).map { .shown(by: $0) } ?? .kept
    }
}
