import Model

/// A reason why a candidate need not be run.
///
/// Each is a value in a file of its own below `Pruning`; ``PruningPasses`` lists them in their order. What a pass claims is
/// audited: some of what it took out is run anyway, and a cause that only such a run shows is a defect of the pass.
protocol PruningPass: Sendable {
    /// What it is called.
    var name: String { get }
    /// Why what it takes out need not be run, for its line.
    var reason: String { get }
    /// What becomes of a candidate.
    func fate(of candidate: Candidate, in view: PruningView) -> PruningFate
}

/// What a pass says of a candidate.
enum PruningFate: Hashable {
    /// It is run.
    case kept
    /// Another shows the same, by its number.
    case shown(by: Int)
    /// It could do nothing.
    case nothingToShow
}

/// The passes.
enum PruningPasses {
    /// All of them, in the order in which they are applied.
    static let all: [any PruningPass] = [
        NothingClaimed(), SameVictims(), SameMoment(), NoEffect(), IndependentFootprint(), AfterTheStep(),
    ]
}

/// What passes see: the candidates that are left, and the places.
struct PruningView {
    /// The places.
    let places: [Place]
    private let left: [Moment: Int]

    private struct Moment: Hashable {
        var place: Int
        var side: Point.Side
        var action: Action
        var continuation: String
    }

    /// Sees what is left of a denominator.
    init(_ denominator: Denominator) {
        places = denominator.places
        left = Dictionary(
            denominator.kept.map { number in
                let candidate = denominator.candidate(number)
                return (
                    Moment(
                        place: candidate.place, side: candidate.side, action: candidate.action,
                        continuation: candidate.continuation), number
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The place of a candidate.
    func place(_ candidate: Candidate) -> Place { places[candidate.place] }

    /// The place behind another in the same step; nil where that is the last.
    func next(_ place: Place) -> Place? {
        guard place.number + 1 < places.count else { return nil }
        let next = places[place.number + 1]
        return next.step == place.step ? next : nil
    }

    /// The candidate with the same action at another moment, or with another action; nil where it is none or was taken out.
    func other(
        _ candidate: Candidate, at place: Int? = nil, _ side: Point.Side? = nil, action: Action? = nil
    ) -> Int? {
        left[
            Moment(
                place: place ?? candidate.place, side: side ?? candidate.side, action: action ?? candidate.action,
                continuation: candidate.continuation)]
    }
}
