import Model

extension FaultKind {
    /// `limit`: the process at the point may have no more of something than this.
    static let limit = FaultKind(
        word: "limit", argument: .word(Action.Resource.allCases.map(\.rawValue)),
        qualifiers: [.required("to", .number(0...1_048_576))], actor: .process,
        cause: "a service manager's LimitNOFILE, ulimit, or descriptors that leaked until the limit was reached",
        isReversible: true, place: "at an operation",
        refusal: { _, place in
            place.point.operation.word == "step"
                ? "`limit` needs an operation of an agent: at the edge of a step no process is at the point" : nil
        },
        action: { phrase in
            guard let resource = Action.Resource(rawValue: phrase.argument),
                let count = phrase.qualifiers["to"].flatMap({ Int($0) })
            else { return nil }
            return .limit(resource, to: count)
        })
}
