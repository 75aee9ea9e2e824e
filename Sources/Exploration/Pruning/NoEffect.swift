import Model

/// Who dies before an operation that changes nothing leaves the same behind as who dies before the next one.
struct NoEffect: PruningPass {
    let name = "no-effect"
    let reason = "the operation between two kills changes nothing that outlives its process"

    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate {
        let place = view.place(candidate)
        guard case .kill = candidate.action, candidate.side == .before, !place.changesTheWorld,
            place.isFollowedBySameThread, let next = view.next(place), next.isStable
        else { return .kept }
        return view.other(candidate, at: next.number, .before).map { .shown(by: $0) } ?? .kept
    }
}

extension Place {
    /// Whether the operation changes something that is still there when its process is gone.
    var changesTheWorld: Bool {
        if case .failed = operation.result { return false }
        // A lock goes with its process; what the table does not know may do anything.
        guard let row = operation.row, !row.effects.isEmpty else { return true }
        return operation.effects.contains { $0.kind != .observes && $0.noun != "lock" }
    }
}
