/// What a plan comes to without its faults, learned from several runs of it.
public struct Reference: Hashable, Codable, Sendable {
    /// The state after each step, by the step's id, with random names as roles and without what differs between runs.
    public var states: [String: Snapshot]
    /// The state before the first step.
    public var start: Snapshot
    /// Attributes that differ between the runs: `mac` of a link, by identity and name.
    public var mask: Set<Masked>
    /// The forms of names that differ between the runs.
    public var randomNames: [RandomName]
    /// How often each operation occurs in a step, by key stem: for `nth: last` and for candidates.
    public var operations: [String: Int]

    /// One attribute, or the whole object where `attribute` is nil, that differs between the runs.
    public struct Masked: Hashable, Codable, Sendable {
        /// The object.
        public var identity: Fact.Identity
        /// The attribute.
        public var attribute: String?
    }

    /// Names that are made anew in every run, such as `veth1a2b3c4d`.
    public struct RandomName: Hashable, Codable, Sendable {
        /// What all of them begin with.
        public var prefix: String
        /// How long they are, in bytes.
        public var length: Int
    }
}
