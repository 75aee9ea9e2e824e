import Model

/// Where a run with one fault goes on, and the second faults that can be put there.
public struct Aftermath: Hashable, Codable, Sendable {
    /// The candidate that the first fault is of.
    public var base: Int
    /// The number of the last pair before those of this one.
    public var offset: Int
    /// The second faults; their places are all operations of the run from the step of the first fault on.
    public var denominator: Denominator
    /// The places, by number, that only a run with a fault goes through: a retry, and what no run without faults does in such a step.
    public var newPaths: [Int]

    /// The numbers of the pairs that are run.
    public var kept: [Int] { denominator.kept.map { offset + $0 } }
}

/// Two faults in one run: the runs with one, where each goes on, and what can happen there.
public struct SecondFaults: Hashable, Codable, Sendable {
    /// What is left of the runs with one fault, in the order of their candidates.
    public var aftermaths: [Aftermath]
    /// What each pass left of these runs.
    public var passes: [Denominator.PassResult]

    /// How many pairs there are.
    public var count: Int { aftermaths.reduce(0) { $0 + $1.denominator.candidates.count } }
    /// The numbers of those that are run.
    public var kept: [Int] { aftermaths.flatMap(\.kept) }

    /// How many of them are pruned.
    public var countOfPruned: Int { aftermaths.reduce(0) { $0 + $1.denominator.pruned.count } }

    /// Where a pair belongs.
    func aftermath(of number: Int) -> Aftermath? {
        aftermaths.last { $0.offset < number && number <= $0.offset + $0.denominator.candidates.count }
    }

    /// The pairs in the order in which they are run: retries and what cleans up come first, and of each run with one fault one at a
    /// time.
    public func order(by strategy: any Strategy) -> [Int] {
        var order: [Int] = []
        for isNew in [true, false] {
            var queues = aftermaths.map { aftermath -> [Int] in
                let denominator = aftermath.denominator
                let places = Set(aftermath.newPaths)
                let numbers = denominator.kept.filter { places.contains(denominator.candidate($0).place) == isNew }
                return strategy.order(numbers, of: denominator).map { aftermath.offset + $0 }.reversed()
            }
            while queues.contains(where: { !$0.isEmpty }) {
                for index in queues.indices { if let number = queues[index].popLast() { order.append(number) } }
            }
        }
        return order
    }
}

/// Learns from runs with one fault where a second can be put.
public struct AftermathSearch {
    private let exploration: Exploration
    private let reference: Reference
    private let naming: PointNaming
    private let undisturbed: Record
    /// What programs do in the steps of that name without faults.
    private let usual: Set<[String]>

    /// Searches for an exploration.
    ///
    /// - Parameter records: The fault-free runs of its story.
    /// - Throws: `ReferenceError` where nothing can be learned from the runs.
    public init(_ exploration: Exploration, _ records: [Record]) throws {
        guard let first = records.first else { throw ExplorationProblem(description: "there is no run without faults") }
        self.exploration = exploration
        reference = try Reference.learn(records)
        naming = PointNaming(records, reference)
        undisturbed = first
        let names = AftermathSearch.names(first.header.plan)
        usual = Set(records.flatMap { $0.operations.map { AftermathSearch.kind($0, names) } })
    }

    /// Whether the run of a candidate goes through all that others with the same fault go through at first.
    ///
    /// What is run again, and what `nothing` runs, the whole story runs too.
    public func isLongest(_ candidate: Candidate, among names: Set<String>) -> Bool {
        switch candidate.continuation {
        case Nothing().name: !names.contains(Again().name) && !names.contains(WholeStory().name)
        case Again().name: !names.contains(WholeStory().name)
        default: true
        }
    }

    /// The second faults of some runs with one.
    ///
    /// - Parameters:
    ///   - outcomes: What the plans with one fault came to.
    ///   - record: The record of such a run; nil where there is none.
    public func secondFaults(_ outcomes: [Outcome], record: (Int) throws -> Record?) rethrows -> SecondFaults {
        let denominator = exploration.denominator
        let kept = Set(denominator.kept)
        let run = outcomes.filter { kept.contains($0.candidate) && $0.isJudged }.map(\.candidate).sorted()
        var passes: [Denominator.PassResult] = []
        var left = longest(run)
        passes.append(.init(before: run.count, after: left.count, reason: "the whole story begins like that"))
        var seen: Set<String> = []
        var counts = (traced: 0, new: 0)
        var aftermaths: [Aftermath] = []
        var offset = denominator.candidates.count
        let before = left.count
        left = try left.filter { number in
            guard let record = try record(number), let delivery = record.header.deliveries.first,
                let operation = delivery.operation
            else { return false }
            let candidate = denominator.candidate(number)
            let place = denominator.places[candidate.place].operation
            let trail = self.trail(record, from: operation, of: delivery.step)
            let usual = self.trail(undisturbed, from: place.index, of: place.step)
            guard zip(trail, usual).contains(where: { $0 != $1 }) else { return false }
            counts.traced += 1
            let next = self.trail(record, from: operation + 1, of: delivery.step)
            guard seen.insert(next.joined(separator: "\n")).inserted else { return false }
            counts.new += 1
            guard let aftermath = aftermath(number, record, after: delivery, offset: offset) else { return false }
            aftermaths.append(aftermath)
            offset += aftermath.denominator.candidates.count
            return true
        }
        passes.append(
            .init(before: before, after: counts.traced, reason: "the fault is over, and all goes on as without it"))
        passes.append(
            .init(
                before: counts.traced, after: counts.new,
                reason: "another fault leads to the same: the same operations, answers and states follow"))
        passes.append(
            .init(before: counts.new, after: left.count, reason: "nothing follows that a fault could be put at"))
        return SecondFaults(aftermaths: aftermaths, passes: passes)
    }

    private func longest(_ numbers: [Int]) -> [Int] {
        struct Moment: Hashable {
            var place: Int
            var side: Point.Side
            var action: Action
        }
        let all = numbers.map { exploration.denominator.candidate($0) }
        func moment(_ candidate: Candidate) -> Moment {
            Moment(place: candidate.place, side: candidate.side, action: candidate.action)
        }
        let names = Dictionary(grouping: all, by: moment).mapValues { Set($0.map(\.continuation)) }
        return all.filter { isLongest($0, among: names[moment($0)] ?? []) }.map(\.number)
    }

    /// The steps in which a second fault is put: that of the first one, and the first of each other command behind it.
    private func steps(_ plan: Plan, from step: String) -> [Step] {
        guard let first = plan.steps.firstIndex(where: { $0.id == step }) else { return [] }
        var seen: Set<Step.Body> = []
        return plan.steps[first...].filter { step in
            step.agent != nil && step.parts.isEmpty && seen.insert(step.retrying(0).body).inserted
        }
    }

    private func aftermath(_ number: Int, _ record: Record, after delivery: Delivery, offset: Int) -> Aftermath? {
        let continuation = exploration.denominator.candidate(number).continuation
        let steps = steps(record.header.plan, from: delivery.step)
        let denominator = Denominator(
            after: delivery, in: record, of: exploration.story, naming,
            continuations: Dictionary(uniqueKeysWithValues: steps.map { ($0.id, [continuation]) }))
        guard !denominator.kept.isEmpty else { return nil }
        let names = AftermathSearch.names(record.header.plan)
        let retries = Dictionary(
            record.header.outcomes.compactMap { outcome in
                outcome.attempts.dropFirst().first?.began.map { (outcome.step, $0) }
            }, uniquingKeysWith: { first, _ in first })
        let new = denominator.places.filter { place in
            !usual.contains(AftermathSearch.kind(place.operation, names))
                || retries[place.operation.step].map { $0 <= place.operation.started } ?? false
        }
        return Aftermath(base: number, offset: offset, denominator: denominator, newPaths: new.map(\.number))
    }

    /// What a run does from an operation of a step on: operations and their answers, how commands end, and the states.
    private func trail(_ record: Record, from first: Int, of begun: String) -> [String] {
        let names = AftermathSearch.names(record.header.plan)
        let operations = Dictionary(grouping: record.operations.filter { $0.index >= first }, by: \.step)
        return record.header.outcomes.drop { $0.step != begun }.map { outcome in
            let state = record.snapshots[outcome.snapshot].map { snapshot in
                reference.canonical(
                    snapshot, namesMade: record.header.namesMade, automatic: record.header.automaticPriorities ?? []
                ).digest
            }
            var lines = [names[outcome.step] ?? outcome.step]
            lines += (operations[outcome.step] ?? []).map {
                "\($0.lineage) \(naming.pattern($0)) \($0.result)"
            }
            lines += outcome.attempts.map { "\($0.end)" } + [state ?? ""]
            return lines.joined(separator: "\n")
        }
    }

    private static func names(_ plan: Plan) -> [String: String] {
        Dictionary(plan.allSteps.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    private static func kind(_ operation: Operation, _ names: [String: String]) -> [String] {
        [names[operation.step] ?? operation.step, operation.program, operation.phrase.word]
    }
}
