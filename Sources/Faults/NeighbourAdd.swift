import Model

extension FaultKind {
    /// `neighbour.add`: a permanent neighbour, or a proxy, is there that the agent did not add.
    static let neighbourAdd = neighbour(
        "add", cause: "another agent, or an overlay's controller, adds the neighbour first", WorldChange.addNeighbour)

    /// An action that makes a neighbour.
    static func neighbour(
        _ verb: String, cause: String, _ make: @escaping @Sendable (NeighbourChange) -> WorldChange
    ) -> FaultKind {
        .change(
            "neighbour.\(verb)", .address,
            [
                .required("dev", .device), .optional("lladdr", .hardwareAddress, usual: "needed unless it is a proxy"),
                .optional("proxy", .truth, usual: "false"),
            ],
            cause: cause, isReversible: true,
            conflict: { phrase in
                let isProxy = phrase.qualifiers["proxy"] == "true"
                guard isProxy == (phrase.qualifiers["lladdr"] != nil) else { return nil }
                return isProxy
                    ? FaultProblem(key: "lladdr", message: "a proxy has no `lladdr`")
                    : FaultProblem(key: phrase.word, message: "a neighbour needs `lladdr` or `proxy: true`")
            }
        ) { phrase in
            phrase.qualifiers["dev"].map {
                make(
                    NeighbourChange(
                        address: phrase.argument, dev: $0, lladdr: phrase.qualifiers["lladdr"],
                        namespace: phrase.namespaceOrHost))
            }
        }
    }
}
