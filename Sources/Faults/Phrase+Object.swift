import Model

extension Phrase {
    /// The object of this action: `link` of `link.delete`, in `host` where it says no namespace.
    var object: Phrase { Phrase(noun, argument, qualifiers, in: namespaceOrHost) }

    /// The namespace in which the world acts.
    var namespaceOrHost: String { namespace ?? "host" }
}
