import Model

/// Takes away from a plan what its finding does not need: faults, steps, agents.
///
/// It proposes a smaller plan, is told whether that shows the same, and proposes the next one.
public struct Reduction: Sendable {
    /// The smallest plan so far.
    public private(set) var plan: Plan
    /// How much was taken away.
    public private(set) var removed = Removed()
    private let original: Plan
    private let finding: Finding
    private var without = Selection()
    private var trials: [Selection]
    private var trial: Selection?
    private var areStepsPlanned = false

    /// How much was taken away.
    public struct Removed: Hashable, Codable, Sendable {
        /// Steps.
        public var steps = 0
        /// Faults.
        public var faults = 0
        /// Agents.
        public var agents = 0

        /// Makes it of nothing.
        public init() {}
    }

    /// What is left out: steps by their place, faults and agents by name.
    private struct Selection: Hashable, Sendable {
        var steps: Set<Int> = []
        var faults: Set<String> = []
        var agents: Set<String> = []
    }

    /// Begins with a plan and the finding that must stay.
    public init(_ plan: Plan, keeping finding: Finding) {
        self.plan = plan
        original = plan
        self.finding = finding
        trials = plan.faults.count > 1 ? plan.faults.map { Selection(faults: [$0.name]) } : []
    }

    /// What may be left out besides faults: which steps these hit is known when it is known which are needed.
    private func others() -> [Selection] {
        let free = original.steps.indices.filter { index in
            let step = original.steps[index]
            let all = [step] + step.parts
            let isOfFault = plan.faults.contains { fault in
                // The points of the plan speak of the steps as they are numbered there, and no step is gone yet.
                fault.point.during.map { during in all.contains { $0.isMeant(by: during) } } ?? true
            }
            return !isOfFault && !all.contains { $0.isMeant(by: finding.step) }
        }
        // Often the story is about nothing but the step of the fault: then one trial is enough.
        var selections = free.count > 1 ? [Selection(steps: Set(free))] : []
        selections += free.reversed().map { Selection(steps: [$0]) }
        let unused = Set(original.agents.keys).subtracting(original.allSteps.compactMap(\.agent))
        return unused.isEmpty ? selections : selections + [Selection(agents: unused)]
    }

    /// The next smaller plan to be tried; nil where there is none.
    public mutating func next() -> Plan? {
        while true {
            if trials.isEmpty, !areStepsPlanned {
                areStepsPlanned = true
                trials = others()
            }
            guard !trials.isEmpty else { break }
            let first = trials.removeFirst()
            var all = without
            all.steps.formUnion(first.steps)
            all.faults.formUnion(first.faults)
            all.agents.formUnion(first.agents)
            if all == without || all.faults.count == original.faults.count { continue }
            trial = all
            return original.without(steps: all.steps, faults: all.faults, agents: all.agents)
        }
        trial = nil
        return nil
    }

    /// Takes what the plan that was proposed last came to.
    ///
    /// - Parameter runs: The findings of each of its runs; none where it could not be run.
    public mutating func take(_ runs: [[Finding]]) {
        guard let trial, !runs.isEmpty, runs.allSatisfy({ $0.contains { $0.isSame(as: finding) } }) else { return }
        without = trial
        removed.steps = trial.steps.count
        removed.faults = trial.faults.count
        removed.agents = trial.agents.count
        plan = original.without(steps: trial.steps, faults: trial.faults, agents: trial.agents)
    }
}

extension Finding {
    /// Whether it is the other one, in a plan whose steps may have other numbers.
    public func isSame(as other: Finding) -> Bool {
        func name(_ finding: Finding) -> [String] {
            [
                finding.oracle.rawValue,
                finding.object == nil ? String(finding.subject.prefix { $0 != "." }) : finding.subject,
            ]
        }
        func objects(_ finding: Finding) -> Set<String> {
            Set(finding.differences.map { "\($0.kind) \($0.identity)" })
        }
        return name(self) == name(other) && objects(self) == objects(other)
    }
}

extension Plan {
    /// The plan without some of its steps, faults and agents; what speaks of the other steps means them still.
    func without(steps gone: Set<Int>, faults goneFaults: Set<String>, agents goneAgents: Set<String>) -> Plan {
        var plan = self
        let left = steps.indices.filter { !gone.contains($0) }
        plan.steps = left.map { steps[$0] }.numbered
        let names = Dictionary(
            zip(left.map { steps[$0] }, plan.steps).map {
                ("\($0.name).\($0.occurrence)", "\($1.name).\($1.occurrence)")
            },
            uniquingKeysWith: { first, _ in first })
        func moved(_ point: Point) -> Point {
            var point = point
            point.during = point.during.map { names[$0] ?? $0 }
            return point
        }
        plan.faults = faults.filter { !goneFaults.contains($0.name) }.map { fault in
            var fault = fault
            fault.point = moved(fault.point)
            if case .point(let point)? = fault.until { fault.until = .point(moved(point)) }
            return fault
        }
        for agent in goneAgents { plan.agents[agent] = nil }
        return plan
    }
}
