import Model

/// Schedules of steps that run at the same time, drawn so that each run meets a defect of a depth with a probability that is known
/// before.
///
/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic
/// Guarantees of Finding Bugs", ASPLOS 2010): whoever has the highest priority runs, priorities are drawn, and at each of `depth - 1` moments,
/// which are drawn too, whoever ran last goes behind all others. The threads of it are the steps of a `together` and, where somebody changes
/// the world beside them, that one change. A schedule is a plan: its `order`, and the change as a fault.
public struct PCT: Sendable {
    /// How deep a defect is: so many orders of two operations each must hold.
    public let depth: Int
    /// What is changed beside the steps, in one run one of these or nothing.
    public let actions: [Action]
    /// How many operations a run has at most, the change of the world among them.
    public let operations: Int
    /// Why nobody can say in which order the operations of a step come: an agent that runs threads or processes of its own.
    public let unscheduled: [String]

    private let story: Plan
    private let parts: [Step]
    /// What each step does without faults, in the order of steps in which it does most: who finds the work done does less.
    private let ways: [Way]

    /// The operations of a step, where the steps run one after the other.
    private struct Way: Sendable {
        var operations: [Operation] = []
        var naming: PointNaming
    }

    /// Learns from the runs without faults of a story, which have the steps of its first `together` one after the other, in every order.
    ///
    /// - Throws: `ExplorationProblem` where there is nothing to schedule, and `ReferenceError` where nothing can be learned from the runs.
    public init(_ story: Plan, _ records: [Record], depth: Int, actions: [Action] = []) throws {
        guard let parts = story.steps.first(where: { !$0.parts.isEmpty })?.parts else {
            throw ExplorationProblem(description: "no steps run at the same time: --pct needs a `together`")
        }
        let agents = parts.compactMap(\.agent)
        if let twice = agents.first(where: { agent in agents.count { $0 == agent } > 1 }) {
            throw ExplorationProblem(
                description: "`order` tells agents apart, and two steps of the `together` are of \(twice): "
                    + "give one of them an agent of its own, with the same program")
        }
        var ways: [Way?] = parts.map { _ in nil }
        var unscheduled: [String] = []
        for order in story.orders {
            let own = records.filter { $0.header.role == .reference && $0.header.plan.steps == order.steps }
            guard let first = own.first else { continue }
            let naming = try PointNaming(own)
            for (thread, part) in parts.enumerated() {
                let operations = first.operations.filter { $0.step == part.id }
                guard operations.count > ways[thread]?.operations.count ?? -1 else { continue }
                ways[thread] = Way(operations: operations, naming: naming)
            }
            unscheduled += parts.flatMap { PCT.unscheduled($0, own) }
        }
        var seen: Set<String> = []
        self.unscheduled = unscheduled.filter { seen.insert($0).inserted }
        self.story = story
        self.parts = parts
        self.ways = ways.compactMap(\.self)
        self.depth = depth
        self.actions = actions
        let most = self.ways.reduce(0) { $0 + $1.operations.count }
        guard most > 0, self.ways.count == parts.count else {
            throw ExplorationProblem(description: "the steps of the `together` do nothing")
        }
        operations = most + (actions.isEmpty ? 0 : 1)
    }

    /// How many threads there are: the steps, and the change of the world where there is one.
    public var threads: Int { parts.count + (actions.isEmpty ? 0 : 1) }

    /// What can be changed beside the steps: what is put at their operations too, where they run one after the other.
    ///
    /// - Throws: `ReferenceError` where nothing can be learned from the runs.
    public static func actions(_ story: Plan, _ records: [Record]) throws -> [Action] {
        guard let parts = story.steps.first(where: { !$0.parts.isEmpty })?.parts, let order = story.orders.first else {
            return []
        }
        let own = records.filter { $0.header.role == .reference && $0.header.plan.steps == order.steps }
        guard !own.isEmpty else { return [] }
        let exploration = try Exploration(
            of: order, own, during: parts.map(\.id), continuations: [Nothing().name])
        var seen: Set<Action> = []
        return exploration.denominator.candidates.filter { candidate in
            guard candidate.action.isOfWorld, let object = candidate.object else { return false }
            // A file that bears the name of a namespace goes with that.
            return object.noun != "file" || ExploredObject.namespaceName(object.name) == nil
        }.map(\.action).filter { seen.insert($0).inserted }
    }

    // MARK: - Schedules

    /// Some operations of one thread, without anybody between them.
    public struct Turn: Hashable, Sendable {
        /// The thread, from 0.
        public var thread: Int
        /// Its operations, from 0.
        public var operations: Range<Int>

        init(_ thread: Int, _ operations: Range<Int>) {
            self.thread = thread
            self.operations = operations
        }
    }

    /// What is drawn: who comes first, and when somebody goes behind all others.
    public struct Schedule: Hashable, Sendable {
        /// The threads, the one with the highest priority first.
        public var priorities: [Int]
        /// Behind so many operations whoever ran last is lowered; of those that were, one at a later place of this list goes on first.
        public var changes: [Int]

        init(priorities: [Int], changes: [Int]) {
            self.priorities = priorities
            self.changes = changes
        }

        init(threads: Int, operations: Int, depth: Int, using generator: inout SeededGenerator) {
            priorities = Array(0..<threads).shuffled(using: &generator)
            changes = (1..<max(1, depth)).map { _ in Int.random(in: 1...operations, using: &generator) }
        }

        /// Who runs when, where each thread has so many operations.
        public func turns(_ lengths: [Int]) -> [Turn] {
            var priority = Array(repeating: 0, count: lengths.count)
            for (place, thread) in priorities.enumerated() { priority[thread] = changes.count + lengths.count - place }
            var next = Array(repeating: 0, count: lengths.count)
            var turns: [Turn] = []
            var count = 0
            while let thread = lengths.indices.filter({ next[$0] < lengths[$0] }).max(by: {
                priority[$0] < priority[$1]
            }) {
                turns.append(Turn(thread, next[thread]..<next[thread] + 1))
                next[thread] += 1
                count += 1
                if let change = changes.lastIndex(of: count) { priority[thread] = change }
            }
            return turns.joined
        }
    }

    /// One run: its schedule, and what is changed beside it.
    public struct Draw: Hashable, Sendable {
        /// The schedule.
        public var schedule: Schedule
        /// The number of the change; nil where nothing is changed.
        public var change: Int?
    }

    /// The runs that a seed draws.
    public func draws(_ count: Int, seed: UInt64) -> [Draw] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let choice = Int.random(in: 0...actions.count, using: &generator)
            let schedule = Schedule(
                threads: parts.count + (choice == 0 ? 0 : 1), operations: operations, depth: depth, using: &generator)
            return Draw(schedule: schedule, change: choice == 0 ? nil : choice - 1)
        }
    }

    /// The plan of a run: the story, in the order of the schedule, with the change as a fault.
    ///
    /// - Parameter number: Which of the runs it is, for a schedule may be drawn twice.
    public func plan(_ draw: Draw, number: Int = 1) -> Plan {
        var plan = story.withoutFaults
        plan.explore = nil
        plan.bindings["draw"] = "\(number)"
        let turns = turns(draw)
        plan.order = points(turns.filter { $0.thread < parts.count })
        if let change = draw.change, let place = turns.firstIndex(where: { $0.thread == parts.count }) {
            let fault = Fault(
                name: Exploration.faultName, point: point(of: place, turns), actions: [actions[change]])
            plan.faults = [fault]
        }
        plan.bindings["schedule"] = turns.map { turn in
            guard turn.thread < parts.count else { return actions[draw.change ?? 0].lineText }
            let (first, last) = (turn.operations.lowerBound + 1, turn.operations.upperBound)
            return "\(parts[turn.thread].id) \(first == last ? "\(first)" : "\(first)-\(last)")"
        }.joined(separator: ", ")
        return plan
    }

    /// Who runs when, where each step does what it does at most.
    private func turns(_ draw: Draw) -> [Turn] {
        draw.schedule.turns(ways.map(\.operations.count) + (draw.change == nil ? [] : [1]))
    }

    /// Whether the steps ran as drawn: one after the other as the priorities say, each change of them behind so many operations.
    ///
    /// In its last turn a step goes to its end, however far that is. A record has operations in the order in which threads came to them,
    /// so the first one of a turn, before which its thread waits, says nothing of when it happened.
    public func isAsDrawn(_ draw: Draw, in record: Record) -> Bool {
        let drawn = turns(draw).filter { $0.thread < parts.count }.joined
        var counts = Array(repeating: 0, count: parts.count)
        var places: [Int] = []
        for operation in record.operations {
            guard let thread = parts.firstIndex(where: { $0.id == operation.step }) else { continue }
            let index = counts[thread]
            counts[thread] += 1
            let own = drawn.indices.filter { drawn[$0].thread == thread }
            guard let place = own.first(where: { index < drawn[$0].operations.upperBound }) ?? own.last else {
                return false
            }
            if place == 0 || index != drawn[place].operations.lowerBound { places.append(place) }
        }
        return places == places.sorted() && drawn.allSatisfy { counts[$0.thread] > $0.operations.lowerBound }
    }

    /// The points that keep an order of turns: where each ends, and where the next one begins.
    ///
    /// Who goes another way than without faults, or waits for what another one holds, is not waited for.
    private func points(_ turns: [Turn]) -> [Point] {
        let turns = turns.joined
        var points: [Point] = []
        // Of one agent each point is looked for from behind the operation that was the last one.
        var from = Array(repeating: 0, count: parts.count)
        for (place, turn) in turns.enumerated() {
            func add(_ side: Point.Side, _ index: Int) {
                var point = point(side, turn.thread, from[turn.thread]...index)
                point.orBlocked = true
                points.append(point)
                from[turn.thread] = side == .after ? index + 1 : index
            }
            if place > 0 { add(.before, turn.operations.lowerBound) }
            if place < turns.count - 1 { add(.after, turn.operations.upperBound - 1) }
        }
        return points
    }

    /// Where the change of the world is put: behind the operation that comes before it, for whoever comes next may have to wait.
    private func point(of place: Int, _ turns: [Turn]) -> Point {
        if place > 0 {
            let turn = turns[place - 1]
            return point(.after, turn.thread, 0...(turn.operations.upperBound - 1))
        }
        let turn = turns[min(1, turns.count - 1)]
        return point(.before, turn.thread, 0...turn.operations.lowerBound)
    }

    /// The point at the last of some operations of a step.
    private func point(_ side: Point.Side, _ thread: Int, _ counted: ClosedRange<Int>) -> Point {
        let operations = ways[thread].operations
        let operation = operations[counted.upperBound]
        var phrase = ways[thread].naming.pattern(operation)
        phrase.qualifiers["by"] = Pattern.literal(operation.program)
        let step = parts[thread]
        return Point(
            side, phrase, nth: .these([operations[counted].count { phrase.matches($0) }]),
            during: "\(step.name).\(step.occurrence)", agent: step.agent)
    }

    // MARK: - The bound

    /// With which probability a run meets a defect.
    public struct Bound: Hashable, Sendable {
        /// How many threads are scheduled.
        public var threads: Int
        /// How many operations there are.
        public var operations: Int
        /// How deep the defect is.
        public var depth: Int
        /// Of how many changes of the world, or none, one is drawn.
        public var choices: Int

        /// `1 / (n k^(d-1))`, of one change.
        public var ofOne: Double {
            let changes = (1..<depth).reduce(1.0) { product, _ in product * Double(operations) }
            return 1 / (Double(choices) * Double(threads) * changes)
        }

        /// That one of so many runs does: `1 - (1 - p)^N`.
        public func of(runs: Int) -> Double {
            1 - (0..<runs).reduce(1.0) { product, _ in product * (1 - ofOne) }
        }
    }

    /// The bound of a run.
    public var bound: Bound {
        Bound(threads: threads, operations: operations, depth: depth, choices: actions.count + 1)
    }

    /// What is told of the bound before, or why there is none.
    public func boundLines(runs: Int) -> [String] {
        let adversary =
            actions.isEmpty ? "" : ", and somebody who makes one of \(Text.count(actions.count, "change")), or none"
        let head =
            "PCT: \(Text.count(parts.count, "step")) at the same time\(adversary): n = \(threads), k = \(operations), d = \(depth)"
        guard unscheduled.isEmpty else { return [head] + unscheduled.map { "no bound: \($0)" } }
        let choices = actions.isEmpty ? "" : "\(actions.count + 1) x "
        return [
            head,
            "a defect of depth \(depth) is met in one run with at least 1/(\(choices)\(threads) x \(operations)^\(depth - 1)) = "
                + "\(PCT.percent(bound.ofOne)), in one of \(runs) with at least \(PCT.percent(bound.of(runs: runs)))",
        ]
    }

    /// What is told of the runs: how many went as they were drawn, and each kind of finding with the first run that shows it.
    ///
    /// - Parameters:
    ///   - plans: The plans, in their order.
    ///   - outcomes: What they came to, by number, from 1.
    ///   - asDrawn: The numbers of those whose steps ran as they were drawn.
    ///   - replay: The command that makes the run of that number again.
    public func lines(
        _ plans: [Plan], _ outcomes: [Int: Outcome], asDrawn: Set<Int>, replay: (Int) -> String
    ) -> [String] {
        let errors = outcomes.filter { if case .error = $0.value.verdict { true } else { false } }
        let kept = asDrawn.subtracting(errors.keys).count
        let others = outcomes.count - errors.count - kept
        var lines = ["\(Text.count(outcomes.count, "run")): \(kept) as drawn"]
        if others > 0 { lines[0] += ", \(others) in which an agent was kept from its turn, or went another way" }
        if !errors.isEmpty { lines[0] += ", \(errors.count) that could not be judged" }
        if unscheduled.isEmpty { lines[0] += "; for those as drawn the bound is \(PCT.percent(bound.of(runs: kept)))" }
        for (number, outcome) in errors.sorted(by: { $0.key < $1.key }).prefix(2) {
            if case .error(let reason) = outcome.verdict { lines.append("  error in run \(number): \(reason)") }
        }
        var shown: [String: [Int]] = [:]
        var examples: [String: Finding] = [:]
        for (number, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
            guard let worst = outcome.findings.min(by: { $0.weight < $1.weight }) else { continue }
            let kind = "\(worst.oracle.rawValue) \(worst.step)"
            shown[kind, default: []].append(number)
            if examples[kind] == nil { examples[kind] = worst }
        }
        for (kind, numbers) in shown.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
            guard let finding = examples[kind], let first = numbers.first else { continue }
            lines.append("  \(Text.left(finding.severity.rawValue, 6))  \(finding.message)")
            lines.append("          in \(Rate(hits: numbers.count, runs: outcomes.count - errors.count))")
            lines.append("          first in run \(first): \(plans[first - 1].bindings["schedule"] ?? "")")
            lines.append("          \(replay(first))")
        }
        if shown.isEmpty { lines.append("nothing was found") }
        return lines
    }

    static func percent(_ share: Double) -> String {
        let thousandths = Int((share * 100_000).rounded(.down))
        let rest = String(1000 + thousandths % 1000).dropFirst()
        return "\(thousandths / 1000).\(rest) %"
    }

    /// Why nobody can say in which order the operations of a step come, as far as its runs without faults show it.
    private static func unscheduled(_ part: Step, _ records: [Record]) -> [String] {
        let runs = records.map { record in record.operations.filter { $0.step == part.id } }
        var reasons: [String] = []
        for operations in runs {
            // A child that begins no program yet is called as its parent is: threads are told apart by what they do meanwhile.
            let threads = Dictionary(grouping: operations.indices, by: { operations[$0].thread }).sorted {
                $0.value[0] < $1.value[0]
            }
            for (place, (_, own)) in threads.enumerated() {
                for (_, others) in threads[(place + 1)...] where isCrossing(own, others) {
                    let (one, other) = (operations[own[0]].lineage, operations[others[0]].lineage)
                    reasons.append(
                        one == other
                            ? "\(one) runs threads of its own in \(part.id)"
                            : "\(one) and \(other) run at the same time in \(part.id)")
                }
            }
        }
        let ways = Set(runs.map { $0.map { "\($0.lineage) \($0.phrase.word)" } })
        if ways.count > 1, reasons.isEmpty { reasons.append("\(part.id) does not the same in each run without faults") }
        return reasons.prefix(1).map { "\($0): nobody says in which order these come" }
    }

    /// Whether of two threads each does something between two operations of the other: who waits for a child does nothing meanwhile.
    private static func isCrossing(_ one: [Int], _ other: [Int]) -> Bool {
        func isInside(_ inner: [Int], _ outer: [Int]) -> Bool {
            inner.contains { $0 > outer[0] && $0 < outer[outer.count - 1] }
        }
        return isInside(one, other) && isInside(other, one)
    }
}

extension [PCT.Turn] {
    /// The turns with those of one thread that follow one another as one.
    fileprivate var joined: [PCT.Turn] {
        reduce(into: []) { joined, turn in
            if let last = joined.last, last.thread == turn.thread {
                joined[joined.count - 1].operations = last.operations.lowerBound..<turn.operations.upperBound
            } else {
                joined.append(turn)
            }
        }
    }
}
