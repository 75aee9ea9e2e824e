import Model

extension FaultKind {
    /// `netns.hold`: somebody has the namespace open, so that it lives on with its devices when its name goes.
    static let netnsHold = FaultKind(
        word: "netns.hold", argument: .namespace, qualifiers: [], actor: .world,
        cause: "a process that stands in it or has opened it: a monitor, a container that is slow to end",
        isReversible: true, action: { .change(.holdNamespace(name: $0.argument)) })
}
