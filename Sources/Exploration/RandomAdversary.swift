import Model

/// Somebody who changes the world beside an agent that nobody holds, at moments that are drawn by chance.
///
/// It is what exploring is measured against: it needs no record, and finds a window as seldom as that is narrow.
public struct RandomAdversary: Sendable {
    /// What it does beside a step.
    public struct Change: Hashable, Sendable {
        /// The step's id.
        public var step: String
        /// The change.
        public var action: Action
        /// What it takes away or changes.
        public var object: ExploredObject
        /// From when on moments are drawn, counted from the beginning of the step: that of its first operation.
        public var from: Nanoseconds
        /// Over how long a time they are drawn: until the last operation has ended.
        public var span: Nanoseconds
        /// How much of that time lies in windows of the object: how often a change at such a moment meets one.
        public var chance: Double
    }

    /// A run: what is changed, and when.
    public struct Draw: Hashable, Sendable {
        /// The number of the change.
        public var change: Int
        /// When, counted from the beginning of the step.
        public var time: Nanoseconds
    }

    /// All that it does, in the order of the denominator.
    public let changes: [Change]
    private let exploration: Exploration

    /// Takes the changes of an exploration, and the times of runs without faults.
    ///
    /// - Throws: `ReferenceError` where nothing can be learned from the runs.
    public init(_ exploration: Exploration, _ records: [Record]) throws {
        self.exploration = exploration
        let (windows, places) = try Window.all(in: records, steps: Set(exploration.steps))
        var seen: Set<[String]> = []
        var changes: [Change] = []
        for candidate in exploration.denominator.candidates where candidate.action.isOfWorld {
            guard let object = candidate.object else { continue }
            let step = exploration.denominator.places[candidate.place].operation.step
            guard seen.insert([step, candidate.action.lineText]).inserted,
                let (from, span) = RandomAdversary.span(of: step, records), span > 0
            else { continue }
            let open = windows.filter {
                $0.immunity == nil && $0.object == object
                    && places[$0.operations.lowerBound].operation.step == step
            }
            let inside = open.reduce(0.0) { $0 + Double($1.width) }
            changes.append(
                Change(
                    step: step, action: candidate.action, object: object, from: from, span: span,
                    chance: min(1, inside / Double(span))))
        }
        self.changes = changes
    }

    /// When the first operation of a step begins, and how long it is until the last one has ended: the middle ones of some runs.
    private static func span(of step: String, _ records: [Record]) -> (from: Nanoseconds, span: Nanoseconds)? {
        let times = records.compactMap { record -> (Nanoseconds, Nanoseconds)? in
            let operations = record.operations.filter { $0.step == step }
            guard let began = record.outcome(of: step)?.attempts.first?.began,
                let first = operations.map(\.started).min(),
                let last = operations.map({ $0.started + $0.duration }).max()
            else { return nil }
            return (first > began ? first - began : 0, last - first)
        }
        guard !times.isEmpty else { return nil }
        return (Window.median(times.map(\.0)), Window.median(times.map(\.1)))
    }

    /// The runs that a seed draws.
    public func draws(_ count: Int, seed: UInt64) -> [Draw] {
        guard !changes.isEmpty else { return [] }
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let number = Int.random(in: changes.indices, using: &generator)
            let change = changes[number]
            return Draw(change: number, time: change.from + Nanoseconds.random(in: 0...change.span, using: &generator))
        }
    }

    /// The plan of a run: the story up to the step, and the change beside it.
    public func plan(_ draw: Draw) -> Plan {
        let change = changes[draw.change]
        var plan = exploration.story
        plan.explore = nil
        if let step = plan.steps.firstIndex(where: { $0.id == change.step }),
            let steps = Nothing().steps(of: plan, after: step)
        {
            let name = "\(plan.steps[step].name).\(plan.steps[step].occurrence)"
            plan.steps = steps
            var fault = Fault(
                name: Exploration.faultName, point: Point(.before, Phrase("step", name)), actions: [change.action])
            fault.besideAfter = draw.time
            plan.faults = [fault]
        }
        plan.bindings["fault"] =
            "beside \(change.step), after \(Text.milliseconds(draw.time)) ms: \(change.action.lineText)"
        return plan
    }

    /// What became of the runs with one change.
    public struct Result: Sendable {
        /// The number of the change.
        public var change: Int
        /// How often something was wrong that is not when the same change is made before the step, or after it.
        public var rate: Rate
        /// How often there was nothing to change at that moment.
        public var nothingThere: Int
        /// How many runs could not be judged.
        public var errors: Int
        /// The finding that says most, and the number of the first run that shows one, from 1.
        public var first: (finding: Finding, run: Int)?
    }

    /// What the runs that were judged came to, by change.
    ///
    /// - Parameter outcomes: By the number of the run, from 1.
    public func results(_ draws: [Draw], _ outcomes: [Int: Outcome]) -> [Result] {
        changes.indices.compactMap { number -> Result? in
            let runs = draws.indices.filter { draws[$0].change == number }.map { $0 + 1 }.filter { outcomes[$0] != nil }
            guard !runs.isEmpty else { return nil }
            var result = Result(change: number, rate: Rate(hits: 0, runs: 0), nothingThere: 0, errors: 0)
            for run in runs {
                guard let outcome = outcomes[run] else { continue }
                switch outcome.verdict {
                case .error: result.errors += 1
                // Who finds nothing to change has missed the window too.
                case .skipped:
                    result.nothingThere += 1
                    result.rate.runs += 1
                default:
                    result.rate.runs += 1
                    let racing = outcome.findings.filter { $0.timing == .race }
                    guard let worst = racing.min(by: { $0.weight < $1.weight }) else { continue }
                    result.rate.hits += 1
                    if result.first == nil { result.first = (worst, run) }
                }
            }
            return result
        }
    }

    /// What is told of the runs.
    ///
    /// - Parameter replay: The command that makes the run of that number again.
    public func lines(_ results: [Result], replay: (Int) -> String) -> [String] {
        let runs = results.reduce(0) { $0 + $1.rate.runs + $1.errors }
        var lines = [
            "a random adversary: \(Text.count(runs, "run")), one change in each, at a moment of the step that is drawn by chance; "
                + "nothing is held, on all CPUs"
        ]
        // What is wrong most often comes first.
        let shares = results.map { $0.rate.runs == 0 ? 0 : Double($0.rate.hits) / Double($0.rate.runs) }
        let ranked = results.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }.map { results[$0] }
        for result in ranked {
            let change = changes[result.change]
            let expected = change.chance * 100
            let interval = result.rate.interval
            let isRight = interval.contains(change.chance)
            let missing = result.nothingThere > 0 ? ", nothing there in \(result.nothingThere)" : ""
            let errors = result.errors > 0 ? ", \(result.errors) more could not be judged" : ""
            lines.append("  \(change.step): \(change.action.lineText)")
            lines.append(
                "      wrong in \(result.rate)\(missing)\(errors); its windows are \(Text.tenths(expected)) % of the step"
                    + (isRight ? "" : ", which is not in that interval"))
            if let (finding, run) = result.first {
                lines.append("      \(finding.severity.rawValue)  \(finding.message)")
                lines.append("      first in run \(run): \(replay(run))")
            }
        }
        let first = results.compactMap { $0.first?.run }.min()
        lines.append(first.map { "the first finding came in run \($0)" } ?? "nothing was found")
        return lines
    }
}
