import Model

/// Which objects are there before each operation of a record, as far as states and operations tell.
struct Presence {
    /// Before the operation with that place: whether an object is there.
    private var known: [ExploredObject: [Bool]] = [:]
    /// All objects, in their order.
    private(set) var objects: [ExploredObject] = []

    /// Follows the objects through the operations of some places.
    ///
    /// - Parameter start: The state before the first of them.
    init(_ places: [Place], start: (_ step: String) -> Snapshot?) {
        let touched = places.map { ExploredObject.touched(by: $0.operation) }
        objects = Set(touched.flatMap { $0.map(\.object) }).sorted()
        for object in objects {
            var states: [Bool] = []
            var isThere = false
            var step: String?
            for (index, place) in places.enumerated() {
                if step != place.operation.step {
                    step = place.operation.step
                    isThere = initially(object, start(place.operation.step), places[index...], touched[index...])
                }
                states.append(isThere)
                for effect in touched[index] where effect.object == object {
                    isThere = Presence.after(effect.kind, place.operation.result, isThere)
                }
                // Whatever stands in a namespace goes with it.
                for effect in touched[index]
                where effect.object.noun == "netns" && effect.kind == .removes
                    && effect.object.name == NamespaceRole.name(object.namespace) && place.operation.result == .ok
                {
                    isThere = false
                }
            }
            states.append(isThere)
            known[object] = states
        }
    }

    /// Whether an object is there on a side of the operation with that place.
    func isThere(_ object: ExploredObject, _ side: Point.Side, of place: Int) -> Bool {
        let states = known[object] ?? []
        let index = side == .before ? place : place + 1
        return index < states.count && states[index]
    }

    /// Whether it is there when a step begins: a state tells of all but files, of which the first operation does.
    private func initially(
        _ object: ExploredObject, _ state: Snapshot?, _ places: ArraySlice<Place>,
        _ touched: ArraySlice<[(object: ExploredObject, kind: OperationRow.Effect.Kind)]>
    ) -> Bool {
        if let state, object.isThere(in: state) { return true }
        if ExploredObject.complete.contains(object.noun) { return false }
        for (place, effects) in zip(places, touched) {
            guard let effect = effects.first(where: { $0.object == object }) else { continue }
            if effect.kind == .makes { return place.operation.result.saysItIsThere }
            return place.operation.result == .ok
        }
        return false
    }

    private static func after(
        _ kind: OperationRow.Effect.Kind, _ result: OperationResult, _ before: Bool
    ) -> Bool {
        switch (kind, result) {
        case (.makes, .ok), (.changes, .ok), (.observes, .ok): true
        case (.removes, .ok): false
        case (.makes, _) where result.saysItIsThere: true
        default: before
        }
    }
}

extension OperationResult {
    /// Whether what should have been made was there already.
    fileprivate var saysItIsThere: Bool { self == ErrorNumber(name: "EEXIST").map { .failed($0) } }
}
