import Model

extension FaultKind {
    /// `limit`: there is no more of something than this.
    static let limit = FaultKind(
        word: "limit", argument: .word(Action.Resource.allCases.map(\.rawValue)),
        qualifiers: [.required("to", .number(0...1_073_741_824))], actor: .process,
        cause:
            "a service manager's LimitNOFILE, ulimit, or descriptors that leaked until the limit was reached; a full disk",
        isReversible: true, place: "at an operation; `disk` also at the edge of a step",
        refusal: { phrase, place in
            place.point.operation.word == "step" && phrase.argument == Action.Resource.files.rawValue
                ? "`limit: files` needs an operation of an agent: at the edge of a step no process is at the point"
                : nil
        },
        action: { phrase in
            guard let resource = Action.Resource(rawValue: phrase.argument),
                let count = phrase.qualifiers["to"].flatMap({ Int($0) })
            else { return nil }
            return .limit(resource, to: count)
        })
}
