import Model

extension Condition {
    /// Why the condition does not hold in `state`; nil where it does.
    func failure(in state: Snapshot) -> String? {
        switch self {
        case .present(let object):
            return state.facts.contains(where: object.matches) ? nil : "\(object) is not there"
        case .absent(let object):
            guard let found = state.facts.first(where: object.matches) else { return nil }
            return "\(found.identity) is there"
        case .not(let other):
            return other.failure(in: state) == nil ? "\(other) holds" : nil
        }
    }
}
