import Model

extension FaultKind {
    /// `netns.delete`: the name is unmounted and its file removed, as `ip netns del` does.
    static let netnsDelete = FaultKind.namespace(
        "delete", cause: "an operator, a cleaner or another agent deletes the namespace by its name",
        Action.netnsDelete)
}
