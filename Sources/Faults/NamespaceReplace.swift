import Model

extension FaultKind {
    /// `netns.replace`: the name leads to a new, empty namespace; the old one lives on only where somebody holds it.
    static let netnsReplace = FaultKind.namespace(
        "replace", cause: "another agent deletes the namespace and makes one of the same name",
        Action.netnsReplace)
}
