import Model

extension FaultKind {
    /// `exec`: a program of the host runs to its end; the last resort, for what no other action says.
    static let exec = FaultKind.change("exec", .arguments, cause: "whoever could run that program") { phrase in
        ArgumentVector.read(phrase.argument).map { .execute(argv: $0, namespace: phrase.namespaceOrHost) }
    }
}
