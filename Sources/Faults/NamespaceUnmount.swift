import Model

extension FaultKind {
    /// `netns.unmount`: the name is unmounted and its file stays, as when `ip netns del` died between its two calls.
    static let netnsUnmount = FaultKind.namespace(
        "unmount", cause: "whoever deletes the namespace is killed between the unmount and the removal of the file",
        Action.netnsUnmount)
}
