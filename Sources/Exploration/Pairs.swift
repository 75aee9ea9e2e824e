import Model

/// What two faults in one run show that neither does by itself.
public struct Pairs {
    private let outcomes: [Outcome]
    private let exploration: Exploration
    private let known: [Key: [Set<String>]]

    private struct Key: Hashable {
        var oracle: OracleName
        var about: Substring
    }

    /// Looks at some outcomes.
    public init(_ outcomes: [Outcome], in exploration: Exploration) {
        self.outcomes = outcomes
        self.exploration = exploration
        let single = outcomes.filter { exploration.base(of: $0.candidate) == nil }
        known = Dictionary(
            single.flatMap(\.findings).map { (Pairs.key($0), [Pairs.differences($0)]) }, uniquingKeysWith: +)
    }

    /// The outcomes, those of pairs with the findings alone that are new.
    public func telling() -> [Outcome] {
        outcomes.map { outcome in
            guard exploration.base(of: outcome.candidate) != nil else { return outcome }
            var outcome = outcome
            outcome.findings = outcome.findings.filter(isNew)
            return outcome
        }
    }

    /// How many pairs show what one fault shows too, and nothing else.
    public var countOfKnown: Int {
        outcomes.count { outcome in
            exploration.base(of: outcome.candidate) != nil && !outcome.findings.isEmpty
                && !outcome.findings.contains(where: isNew)
        }
    }

    /// Whether no single fault shows the same oracle about the same, with at least these objects.
    private func isNew(_ finding: Finding) -> Bool {
        let own = Pairs.differences(finding)
        return !(known[Pairs.key(finding)] ?? []).contains { own.isSubset(of: $0) }
    }

    private static func key(_ finding: Finding) -> Key {
        // Of a step, which of its name it is does not count.
        Key(
            oracle: finding.oracle,
            about: finding.object == nil ? finding.subject.prefix { $0 != "." } : finding.subject[...])
    }

    private static func differences(_ finding: Finding) -> Set<String> {
        Set(finding.differences.map { "\($0.kind) \($0.identity)" })
    }
}
