import Model

extension FaultKind {
    /// `capability.drop`: what begins in the step has that capability not.
    static let capabilityDrop = privilege(
        "capability.drop", .capability(or: [eachErrno]),
        cause: "a service manager's CapabilityBoundingSet, or a container engine that gives fewer capabilities"
    ) { .capabilityDrop($0) }

    /// `user`: what begins in the step begins as that user.
    static let user = privilege("user", .user, cause: "an operator who is not root, or a service manager's User") {
        .user($0)
    }

    private static func privilege(
        _ word: String, _ argument: Value, cause: String, _ make: @escaping @Sendable (String) -> Action
    ) -> FaultKind {
        FaultKind(
            word: word, argument: argument, qualifiers: [], actor: .starter, cause: cause,
            irreversibleBecause:
                "what has begun without a privilege does not get it again; the next step begins with all",
            place: "before a step, for the programs that begin in it",
            refusal: { _, place in
                place.point.operation.word == "step" && place.point.side == .before
                    ? nil
                    : "`\(word)` is for `before: { step: … }`: it is not taken from a process that runs"
            },
            action: { phrase in phrase.argument.isEmpty ? nil : make(phrase.argument) })
    }
}
