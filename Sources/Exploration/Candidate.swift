import Model

/// One fault at one side of one operation, with what comes after it: a row of the denominator.
public struct Candidate: Hashable, Codable, Sendable {
    /// Its place in the denominator, from 1; the same in every exploration of the same references.
    public var number: Int
    /// The operation, by its number among the places.
    public var place: Int
    /// The side of it.
    public var side: Point.Side
    /// What happens there.
    public var action: Action
    /// The family of faults that it is of.
    public var source: String
    /// The object that it takes away or changes; nil where it does that to none.
    public var object: ExploredObject?
    /// What is run after the step in which it happens.
    public var continuation: String

    /// What is alike in candidates that differ in their moment alone.
    struct Series: Hashable {
        var step: String
        var action: Action
        var continuation: String
    }
}

extension Action {
    /// The family of what happens, by which causes are told apart: `kill`, `fail`, `netns`, `link`.
    var family: String {
        switch self {
        case .netnsDelete, .netnsUnmount, .netnsReplace: "netns"
        default: phrase.noun
        }
    }
}
