extension Reference {
    /// What several runs without faults showed of something in which they differ, after one step.
    public struct Seen: Hashable, Codable, Sendable {
        /// The value of each run; nil where it was absent.
        ///
        /// Of a whole object it is empty where it was there.
        public var values: [String?]

        /// Makes what was seen.
        public init(values: [String?]) { self.values = values }

        /// Whether it was another in every run: then one more that is another says nothing.
        public var isRandom: Bool { Set(values).count == values.count && !values.contains(nil) }

        /// The value that most runs show, and how many do; nil where no two agree.
        var usual: (value: String?, count: Int)? {
            let counts = Dictionary(grouping: values) { $0 }.mapValues(\.count)
            let most = counts.values.max() ?? 0
            guard most > 1, counts.values.count(where: { $0 == most }) == 1 else { return nil }
            return counts.first { $0.value == most }.map { ($0.key, $0.value) }
        }
    }

    /// What these states of one moment show of all that is masked in it.
    static func seen(of mask: Set<Masked>, in states: [Snapshot]) -> [Masked: Seen] {
        let maps = states.map(\.byIdentity)
        return Dictionary(
            mask.map { masked in (masked, Seen(values: maps.map { Reference.value(masked, in: $0) })) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func value(_ masked: Masked, in facts: [Fact.Identity: Fact]) -> String? {
        guard let fact = facts[masked.identity] else { return nil }
        return masked.attribute.map { fact.attributes[$0] } ?? ""
    }

    /// Whether runs differed in what is not another each time, for how often each is to be had few runs do not tell, or wrote
    /// files in one second.
    ///
    /// A log is never compared, so it is none of these.
    public var isUnsure: Bool {
        sameSecond != nil
            || (valuesSeen ?? [:]).values.contains { seen in
                seen.contains { masked, seen in
                    !seen.isRandom && Set(seen.values).count > 1 && logs?.contains(masked.identity) != true
                }
            }
    }

    /// What of a state after a step is not as in most runs without faults and is dropped all the same, for not all of them
    /// agree on it; one line each.
    ///
    /// - Parameter state: The state in the reference's terms, with all that is masked.
    public func dropped(of state: Snapshot, after step: String) -> [String] {
        let there = state.byIdentity
        return (valuesSeen?[step] ?? [:]).sorted {
            ($0.key.identity, $0.key.attribute ?? "") < ($1.key.identity, $1.key.attribute ?? "")
        }.compactMap { masked, seen in
            guard let usual = seen.usual, logs?.contains(masked.identity) != true else { return nil }
            let here = Reference.value(masked, in: there)
            guard here != usual.value else { return nil }
            func text(_ value: String?) -> String {
                masked.attribute == nil ? value == nil ? "not there" : "there" : value ?? "absent"
            }
            return "\(masked) after \(step): \(text(here)), and \(text(usual.value)) in \(usual.count) of "
                + "\(seen.values.count) runs without faults"
        }
    }
}
