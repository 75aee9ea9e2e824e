import Model

extension FaultKind {
    /// `overflow`: who waits for notices of the kernel loses some, and is told ENOBUFS.
    static let overflow = FaultKind(
        word: "overflow", argument: .number(1...100_000), qualifiers: [], actor: .world,
        cause: "a burst of changes, while the program that is told of them has no time to read",
        takesNamespace: true, irreversibleBecause: "what is lost is lost",
        action: { phrase in
            Int(phrase.argument).map { .change(.overflow(notices: $0, namespace: phrase.namespace ?? "host")) }
        })
}
