import Model

/// One kind of fault: its word, its keys, where it applies, who could cause it, and what it is to its deliverer.
///
/// Each kind is a value in a file of its own; ``ActionWords`` lists them.
public struct FaultKind: Sendable {
    /// Who does it, which decides whether it has controls and whether a step can do it.
    public enum Actor: Hashable, Sendable {
        /// The world: it can also happen just before and just after the step, so it has controls.
        case world
        /// The kernel, by its answer to one request.
        case kernel
        /// Whoever sends signals to the agent.
        case process
        /// Whoever starts the agent: a service manager, a container engine, an operator.
        case starter
        /// The kernel's scheduler, which lets the agent wait.
        case scheduler
    }

    /// The type of the text behind a key.
    public typealias Value = ValueType

    /// A key besides the word.
    public struct Qualifier: Hashable, Sendable {
        /// The key: `settle`.
        public var name: String
        /// What stands behind it.
        public var value: Value
        /// What it means where it is not written, for the documentation.
        public var usual: String
        /// Whether it must be written.
        public var isRequired = false
    }

    /// The word: `netns.delete`.
    public var word: String
    /// What stands behind the word.
    public var argument: Value
    /// The other keys.
    public var qualifiers: [Qualifier]
    /// Who does it.
    public var actor: Actor
    /// Who or what could cause it on a real machine, in one sentence.
    public var cause: String
    /// Whether it happens in a namespace, which `in` names; `host` where it is left out.
    public var takesNamespace = false
    /// Whether `until` can take it back.
    public var isReversible = false
    /// Why `until` cannot, where the word alone does not tell.
    public var irreversibleBecause: String?
    /// The keys of a reversible kind whose effect stays nevertheless.
    public var irreversibleKeys: [String] = []
    /// Where it can stand, for the documentation, where who does it does not tell.
    public var place: String?
    /// Why it cannot happen at a place; nil where it can.
    var refusal: @Sendable (Phrase, Place) -> String? = { _, _ in nil }
    /// What is wrong with its keys taken together.
    var conflict: @Sendable (Phrase) -> FaultProblem? = { _ in nil }
    /// The action of a phrase in which nothing is wrong; nil where there is none.
    var action: @Sendable (Phrase) -> Action?

    /// Whether it is of the world, so that it has controls.
    public var hasControls: Bool { actor == .world }
    /// Whether a step can do it.
    public var mayBeStep: Bool { actor == .world || actor == .scheduler }

    /// Where a fault happens.
    struct Place: Sendable {
        var point: Point
        /// The agents of which a process may be there at the edge of a step.
        var running: Set<String>
    }
}

extension FaultKind {
    /// The key by which a fault of the world says when the agent goes on.
    static let settle = Qualifier(name: "settle", value: .word(Action.Settle.allCases.map(\.rawValue)), usual: "done")

    /// A fault that takes a name of a network namespace away from the agent.
    static func namespace(
        _ verb: String, cause: String, _ make: @escaping @Sendable (String, Action.Settle) -> Action
    ) -> FaultKind {
        FaultKind(
            word: "netns.\(verb)", argument: .namespace, qualifiers: [settle], actor: .world, cause: cause,
            conflict: { phrase in
                phrase.argument != "host"
                    ? nil
                    : FaultProblem(
                        key: phrase.word, message: "`host` is the namespace of the machine: it has no name to lose")
            }
        ) { phrase in
            make(phrase.argument, phrase.qualifiers["settle"].flatMap(Action.Settle.init(rawValue:)) ?? .done)
        }
    }

    /// A fault that changes one object of a namespace.
    static func change(
        _ word: String, _ argument: Value, _ qualifiers: [Qualifier] = [], cause: String, isReversible: Bool = false,
        irreversibleBecause: String? = nil, irreversibleKeys: [String] = [],
        conflict: @escaping @Sendable (Phrase) -> FaultProblem? = { _ in nil },
        _ make: @escaping @Sendable (Phrase) -> WorldChange?
    ) -> FaultKind {
        FaultKind(
            word: word, argument: argument, qualifiers: qualifiers, actor: .world, cause: cause, takesNamespace: true,
            isReversible: isReversible, irreversibleBecause: irreversibleBecause, irreversibleKeys: irreversibleKeys,
            conflict: conflict
        ) { make($0).map(Action.change) }
    }
}

extension FaultKind.Qualifier {
    /// A key that may be left out.
    static func optional(_ name: String, _ value: FaultKind.Value, usual: String = "left as it is") -> Self {
        Self(name: name, value: value, usual: usual)
    }

    /// A key that must be written.
    static func required(_ name: String, _ value: FaultKind.Value) -> Self {
        Self(name: name, value: value, usual: "needed", isRequired: true)
    }
}
