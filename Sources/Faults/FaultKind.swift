import Model

/// One kind of fault: its word, its keys, where it applies, and who could cause it.
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
    }

    /// The type of the text behind a key.
    public enum Value: Hashable, Sendable {
        /// Any text.
        case text
        /// `true` or `false`.
        case truth
        /// One of these words.
        case word([String])
        /// A name of errno(3), or one of these words.
        case errorNumber(or: [String])
        /// A name of signal(7).
        case signal
        /// The name of a network namespace, or a pattern of one.
        case namespace
        /// The name of an agent of the scenario.
        case agent
    }

    /// A key besides the word.
    public struct Qualifier: Hashable, Sendable {
        /// The key: `settle`.
        public var name: String
        /// What stands behind it.
        public var value: Value
        /// What it means where it is not written, for the documentation.
        public var usual: String
    }

    /// The word: `netns.delete`.
    public var word: String
    /// What stands behind the word.
    public var which: Value
    /// The other keys.
    public var qualifiers: [Qualifier]
    /// Who does it.
    public var actor: Actor
    /// Who or what could cause it on a real machine, in one sentence.
    public var cause: String
    /// Why it cannot happen at a point of a fault; nil where it can.
    public var refusal: @Sendable (Point) -> String?

    /// Whether it is of the world, so that it has controls and may also be a step.
    public var hasControls: Bool { actor == .world }
}

extension FaultKind {
    /// The key by which a fault of the world says when the agent goes on.
    static let settle = Qualifier(name: "settle", value: .word(Settle.allCases.map(\.rawValue)), usual: "done")

    /// A fault that takes a name of a network namespace away from the agent.
    static func namespace(_ verb: String, cause: String) -> FaultKind {
        FaultKind(
            word: "netns.\(verb)", which: .namespace, qualifiers: [settle], actor: .world, cause: cause,
            refusal: { _ in nil })
    }
}

/// When the agent goes on after a fault of the world.
public enum Settle: String, Hashable, Sendable, CaseIterable {
    /// When the namespace and its devices are gone.
    case done
    /// At once: the kernel's cleanup is still under way.
    case lingering
}
