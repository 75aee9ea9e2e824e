import Model

extension Condition {
    /// Why the condition does not hold in `state`; nil where it does.
    ///
    /// - Throws: where the state cannot tell.
    func failure(in state: Snapshot) throws(RunProblem) -> String? {
        switch self {
        case .present(let object):
            return state.facts.contains(where: object.matches) ? nil : "\(object) is not there"
        case .absent(let object):
            guard let found = state.facts.first(where: object.matches) else { return nil }
            return "\(found.identity) is there"
        case .not(let other):
            return try other.failure(in: state) == nil ? "\(other) holds" : nil
        case .log, .exec, .tcp, .ping, .fired, .time:
            throw RunProblem(description: "the state cannot tell whether \(self)")
        }
    }
}
