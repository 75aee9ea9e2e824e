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
    /// The smallest plan that shows it; nil where it was not looked for.
    public var smallest: Plan?
    /// How much of the example's story that is without.
    public var removed: Reduction.Removed?
    /// How often it is seen with cold drivers and all CPUs; nil where that was not tried.
    public var cold: Rate?
    /// Until when what is wrong stays so; nil where it is not known.
    public var lasting: Lasting?
    /// The candidate of the first fault, where it needs two.
    public var base: Int?

    /// Whether it needs two faults.
    public var isOfTwo: Bool { base != nil }
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
    /// Of two faults in one run that alone counts which no single one shows.
    public static func all(of outcomes: [Outcome], in exploration: Exploration) -> [Cause] {
        var moments: [Moment: [Outcome]] = [:]
        var order: [Moment] = []
        let telling = Pairs(outcomes, in: exploration).telling()
        for outcome in telling.sorted(by: { $0.candidate < $1.candidate }) where !outcome.findings.isEmpty {
            let moment = Moment(outcome.candidate, in: exploration)
            if moments[moment] == nil { order.append(moment) }
            moments[moment, default: []].append(outcome)
        }
        var groups: [Signature: [Outcome]] = [:]
        var signatures: [Signature] = []
        for moment in order {
            let shown = moments[moment] ?? []
            guard let worst = shown.flatMap(\.findings).min(by: { $0.weight < $1.weight }) else { continue }
            let signature = Signature(moment, worst, exploration)
            if groups[signature] == nil { signatures.append(signature) }
            groups[signature, default: []] += shown
        }
        let causes = signatures.map { cause(groups[$0] ?? [], $0, exploration, telling) }
        let ranked = causes.enumerated().sorted { left, right in
            if left.element.rank != right.element.rank {
                return left.element.rank.lexicographicallyPrecedes(right.element.rank)
            }
            return (-left.element.candidates.count, left.offset) < (-right.element.candidates.count, right.offset)
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
        let ordered = shown.sorted { $0.candidate < $1.candidate }
        // The shortest story that shows what is worst says most in the fewest words.
        let worst = ordered.filter { $0.findings.contains { $0.oracle == signature.oracle } }
        let lengths = worst.map { exploration.plan($0.candidate).steps.count }
        let example = zip(worst, lengths).min { ($0.1, $0.0.candidate) < ($1.1, $1.0.candidate) }?.0 ?? ordered[0]
        let finding = example.findings.min { $0.weight < $1.weight } ?? ordered[0].findings[0]
        var oracles: [OracleName] = []
        for oracle in ordered.flatMap(\.findings).sorted(by: { $0.weight < $1.weight }).map(\.oracle)
        where !oracles.contains(oracle) { oracles.append(oracle) }
        let names = Set(ordered.map { exploration.candidate($0.candidate).continuation })
        // Operations of other runs with one fault have other numbers.
        let base = exploration.base(of: example.candidate)
        let places = ordered.filter { exploration.base(of: $0.candidate) == base }
            .map { exploration.candidate($0.candidate).place }
        return Cause(
            number: 0, family: signature.family, step: signature.step, finding: finding, oracles: oracles,
            candidates: ordered.map(\.candidate), example: example.candidate,
            window: (places.min() ?? 0)...(places.max() ?? 0),
            continuations: exploration.continuations.filter(names.contains),
            flip: flip(of: example, exploration, all), rate: nil,
            lasting: Lasting(ordered, exploration), base: base?.number)
    }

    /// The nearest moments at which the same fault is harmless and harmful, before the example or behind it.
    private static func flip(of example: Outcome, _ exploration: Exploration, _ all: [Outcome]) -> FlipPair? {
        let candidate = exploration.candidate(example.candidate)
        let base = exploration.base(of: example.candidate)
        let step = exploration.place(of: example.candidate).step
        // Another operation that is refused is another thing.
        guard !candidate.action.reachesByAnAnswer else { return nil }
        let series = all.filter { outcome in
            guard exploration.base(of: outcome.candidate) == base else { return false }
            let other = exploration.candidate(outcome.candidate)
            return other.action == candidate.action && other.continuation == candidate.continuation
                && exploration.place(of: outcome.candidate).step == step
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
        /// The first fault, where this is the second.
        var base: Int?
        var place: Int
        var side: Point.Side
        var action: Action
        /// A candidate that is there.
        var example: Int

        init(_ number: Int, in exploration: Exploration) {
            let candidate = exploration.candidate(number)
            base = exploration.base(of: number)?.number
            place = candidate.place
            side = candidate.side
            action = candidate.action
            example = number
        }

        static func == (left: Self, right: Self) -> Bool {
            left.place == right.place && left.side == right.side && left.action == right.action
                && left.base == right.base
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(base)
            hasher.combine(place)
            hasher.combine(side)
            hasher.combine(action)
        }
    }

    private struct Signature: Hashable {
        var family: String
        var step: String
        var oracle: OracleName
        var about: String
        var differences: Set<String>
        var word: String?
        /// What happened before, where it takes two.
        var former: String?

        init(_ moment: Moment, _ finding: Finding, _ exploration: Exploration) {
            let place = exploration.place(of: moment.example)
            family = moment.action.family
            former = exploration.base(of: moment.example).map {
                "\($0.action.family) \(exploration.place(of: $0.number).step)"
            }
            step = place.step
            oracle = finding.oracle
            about = String(finding.step.prefix { $0 != "." })
            differences = Set(finding.differences.map(\.kind))
            word = moment.action.reachesByAnAnswer ? place.operation.phrase.word : nil
        }
    }

    /// What concerns isolation comes first; then what stays wrong for ever, until a restart, until a second run.
    private var rank: [Int] {
        [
            oracles.contains(where: \.isOfIsolation) ? 0 : 1, finding.weight.severity,
            lasting.flatMap { Lasting.allCases.firstIndex(of: $0) } ?? 0, isOfTwo ? 1 : 0,
        ]
    }
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

    /// Whether it sees what others can read, or reach.
    fileprivate var isOfIsolation: Bool { [.injection, OracleName(rawValue: "secret")].contains(self) }
}
