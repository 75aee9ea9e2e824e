import Model

/// What is wrong in one way wherever a fault of one kind happens in a window of operations.
public struct Cause: Hashable, Codable, Sendable {
    /// Its place in the list, from 1.
    public var number: Int
    /// What happened: `kill`, `fail`, `netns`.
    public var family: String
    /// The step in which it happened.
    public var step: String
    /// The finding that says most.
    public var finding: Finding
    /// The oracles of all its findings.
    public var oracles: [OracleName]
    /// The candidates that show it, by number.
    public var candidates: [Int]
    /// Of these the one with the shortest story.
    public var example: Int
    /// The first and the last operation at which it happens, by their numbers.
    public var window: ClosedRange<Int>
    /// The continuations in which it shows.
    public var continuations: [String]
    /// The last moment at which the same fault is harmless, and the first at which it is not; nil where it never is harmless.
    public var flip: FlipPair?
    /// How often the example shows it; nil where it was not run again.
    public var rate: Rate?
}

/// Two moments next to each other, at one of which a fault does no harm.
public struct FlipPair: Hashable, Codable, Sendable {
    /// The candidate that does no harm.
    public var harmless: Int
    /// The candidate that does.
    public var harmful: Int
}

extension Cause {
    /// The causes of some outcomes, the worst first.
    ///
    /// What one fault at one moment does is one thing, whatever is run after it. Such faults are of one cause where the kind of
    /// fault, the step, and what is worst of their findings are alike: the oracle, the step it names, and whether
    /// something is missing, extra or changed. What the kernel refuses counts by the operation, too.
    public static func all(of outcomes: [Outcome], in exploration: Exploration) -> [Cause] {
        let denominator = exploration.denominator
        var moments: [Moment: [Outcome]] = [:]
        var order: [Moment] = []
        for outcome in outcomes.sorted(by: { $0.candidate < $1.candidate }) where !outcome.findings.isEmpty {
            let candidate = denominator.candidate(outcome.candidate)
            let moment = Moment(place: candidate.place, side: candidate.side, action: candidate.action)
            if moments[moment] == nil { order.append(moment) }
            moments[moment, default: []].append(outcome)
        }
        var groups: [Signature: [Outcome]] = [:]
        var signatures: [Signature] = []
        for moment in order {
            let shown = moments[moment] ?? []
            guard let worst = shown.flatMap(\.findings).min(by: { $0.weight < $1.weight }) else { continue }
            let signature = Signature(moment, worst, denominator.places[moment.place])
            if groups[signature] == nil { signatures.append(signature) }
            groups[signature, default: []] += shown
        }
        let causes = signatures.map { cause(groups[$0] ?? [], $0, exploration, outcomes) }
        let ranked = causes.enumerated().sorted { left, right in
            (left.element.rank, -left.element.candidates.count, left.offset)
                < (right.element.rank, -right.element.candidates.count, right.offset)
        }
        return ranked.enumerated().map { number, ranked in
            var cause = ranked.element
            cause.number = number + 1
            return cause
        }
    }

    private static func cause(
        _ shown: [Outcome], _ signature: Signature, _ exploration: Exploration, _ all: [Outcome]
    ) -> Cause {
        let denominator = exploration.denominator
        let ordered = shown.sorted { $0.candidate < $1.candidate }
        let places = ordered.map { denominator.candidate($0.candidate).place }
        // The shortest story that shows what is worst says most in the fewest words.
        let worst = ordered.filter { $0.findings.contains { $0.oracle == signature.oracle } }
        let lengths = worst.map { exploration.plan(for: denominator.candidate($0.candidate)).steps.count }
        let example = zip(worst, lengths).min { ($0.1, $0.0.candidate) < ($1.1, $1.0.candidate) }?.0 ?? ordered[0]
        let finding = example.findings.min { $0.weight < $1.weight } ?? ordered[0].findings[0]
        var oracles: [OracleName] = []
        for oracle in ordered.flatMap(\.findings).sorted(by: { $0.weight < $1.weight }).map(\.oracle)
        where !oracles.contains(oracle) { oracles.append(oracle) }
        let names = Set(ordered.map { denominator.candidate($0.candidate).continuation })
        return Cause(
            number: 0, family: signature.family, step: signature.step, finding: finding, oracles: oracles,
            candidates: ordered.map(\.candidate), example: example.candidate,
            window: (places.min() ?? 0)...(places.max() ?? 0),
            continuations: exploration.continuations.filter(names.contains),
            flip: flip(of: example, exploration, all), rate: nil)
    }

    /// The nearest moments at which the same fault is harmless and harmful, before the example or behind it.
    private static func flip(of example: Outcome, _ exploration: Exploration, _ all: [Outcome]) -> FlipPair? {
        let denominator = exploration.denominator
        let candidate = denominator.candidate(example.candidate)
        // Another operation that is refused is another thing.
        guard !candidate.action.reachesByAnAnswer else { return nil }
        let series = all.filter { outcome in
            let other = denominator.candidate(outcome.candidate)
            return other.action == candidate.action && other.continuation == candidate.continuation
                && denominator.places[other.place].step == denominator.places[candidate.place].step
                && (!outcome.findings.isEmpty || outcome.verdict == .pass)
        }.sorted { $0.candidate < $1.candidate }
        guard let own = series.firstIndex(where: { $0.candidate == example.candidate }) else { return nil }
        if let before = series[..<own].lastIndex(where: \.findings.isEmpty) {
            return FlipPair(harmless: series[before].candidate, harmful: series[before + 1].candidate)
        }
        guard let after = series[own...].firstIndex(where: \.findings.isEmpty) else { return nil }
        return FlipPair(harmless: series[after].candidate, harmful: series[after - 1].candidate)
    }

    private struct Moment: Hashable {
        var place: Int
        var side: Point.Side
        var action: Action
    }

    private struct Signature: Hashable {
        var family: String
        var step: String
        var oracle: OracleName
        var about: String
        var differences: Set<String>
        var word: String?

        init(_ moment: Moment, _ finding: Finding, _ place: Place) {
            family = moment.action.family
            step = place.step
            oracle = finding.oracle
            about = String(finding.step.prefix { $0 != "." })
            differences = Set(finding.differences.map(\.kind))
            word = moment.action.reachesByAnAnswer ? place.operation.phrase.word : nil
        }
    }

    /// From what is lost for ever to what a second run repairs.
    private var rank: Int { finding.weight.severity * 10 + (oracles.contains(where: \.isForEver) ? 0 : 1) }
}

extension Finding {
    /// What is said first: the worst, then what is wrong for ever, then what a step said.
    struct Weight: Comparable {
        var severity: Int
        var oracle: Int
        var subject: String

        static func < (left: Self, right: Self) -> Bool {
            (left.severity, left.oracle, left.subject) < (right.severity, right.oracle, right.subject)
        }
    }

    var weight: Weight {
        Weight(
            severity: Severity.allCases.firstIndex(of: severity) ?? Severity.allCases.count,
            oracle: OracleName.telling.firstIndex(of: oracle) ?? OracleName.telling.count, subject: subject)
    }
}

extension OracleName {
    /// The oracles in the order in which they speak for a cause.
    fileprivate static let telling: [OracleName] = [
        .falseSuccess, .silentFailure, .deadName, .doAgain, .noConvergence, .leakedNamespace, .hang, .residue,
        .difference, .undoAgain,
    ]

    /// Whether what it sees stays until somebody repairs it.
    fileprivate var isForEver: Bool {
        [.noConvergence, .doAgain, .residue, .difference, .leakedNamespace].contains(self)
    }
}
