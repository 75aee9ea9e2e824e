/// What a scenario says of its exploration; no run depends on it.
public struct ExploreSpecification: Hashable, Codable, Sendable {
    /// How many of something, or which part of it.
    public enum Share: Hashable, Codable, Sendable {
        /// So many.
        case count(Int)
        /// So many of a hundred.
        case percent(Double)

        /// Reads `50` or `1%`; nil for any other text.
        public init?(_ text: String) {
            if text.hasSuffix("%") {
                guard let number = Double(text.dropLast()), number >= 0, number <= 100 else { return nil }
                self = .percent(number)
            } else {
                guard let number = Int(text), number >= 0 else { return nil }
                self = .count(number)
            }
        }

        /// How many that are of so many; a part of something is at least one.
        public func count(of all: Int) -> Int {
            switch self {
            case .count(let count): count
            case .percent(let part): part == 0 ? 0 : Int((Double(all) * part / 100).rounded(.up))
            }
        }
    }

    /// How long an exploration may take.
    public enum Budget: Hashable, Codable, Sendable {
        /// So long.
        case time(Nanoseconds)
        /// So many plans.
        case plans(Int)

        /// Reads `20m` or `500 plans`; nil for any other text.
        public init?(_ text: String) {
            if let time = ValueText.duration(text) {
                self = .time(time)
                return
            }
            let words = text.split(separator: " ")
            guard words.count == 2, words[1] == "plans" || text == "1 plan", let count = Int(words[0]), count > 0 else {
                return nil
            }
            self = .plans(count)
        }
    }

    /// The steps whose operations count; the usual ones where none is named.
    public var during: [String] = []
    /// The names of the operations that count, each with wildcards; all where there is none.
    public var at: [String] = []
    /// The names of the faults that count, each with wildcards, or what stands before their dot; all where there is none.
    public var faults: [String] = []
    /// How many faults a run has at most; 1 where nothing is said.
    public var depth: Int?
    /// How many of the pruned plans are run anyway.
    public var audit: Share?
    /// What the order and the audit are drawn by.
    public var seed: UInt64?
    /// How long it may take.
    public var budget: Budget?
    /// The command by which an agent repairs all that it finds, by the agent's name.
    public var resync: [String: String] = [:]
    /// The commands of agents that no step runs.
    public var commands: [Command] = []

    /// Makes one that says nothing.
    public init() {}

    /// Whether operations of that name count.
    public func counts(operation word: String) -> Bool {
        at.isEmpty || at.contains { Pattern($0).matches(word) }
    }

    /// Whether faults of that name count: `netns.delete` is meant by itself, by `netns.*` and by `netns`.
    public func counts(fault word: String) -> Bool {
        faults.isEmpty || faults.contains { Pattern($0).matches(word) || word.hasPrefix("\($0).") }
    }
}
