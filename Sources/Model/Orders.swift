extension Plan {
    /// Whether anything disturbs it: a fault, or the order in which agents must meet.
    public var isDisturbed: Bool { !faults.isEmpty || !order.isEmpty }

    /// The steps that have an outcome each, in order: those of a `together` instead of it.
    public var allSteps: [Step] { steps.flatMap { $0.parts.isEmpty ? [$0] : $0.parts } }

    /// The plan with the steps of each `together` one after the other, in every order: what its references run.
    ///
    /// A plan without a `together` is its only order.
    public var orders: [Plan] {
        var all: [[Step]] = [[]]
        for step in steps {
            let choices = step.parts.isEmpty ? [[step]] : Plan.permutations(step.parts)
            all = all.flatMap { before in choices.map { before + $0 } }
        }
        return all.map { steps in
            var plan = self
            plan.steps = steps
            plan.order = []
            return plan
        }
    }

    /// How many orders there are, at most `Int.max`.
    public var orderCount: Int {
        steps.flatMap { Array($0.parts.indices) }.reduce(1) { count, place in
            let (product, isOver) = count.multipliedReportingOverflow(by: place + 1)
            return isOver ? .max : product
        }
    }

    private static func permutations(_ steps: [Step]) -> [[Step]] {
        guard steps.count > 1 else { return [steps] }
        return steps.indices.flatMap { index in
            var rest = steps
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}

extension Plan {
    /// The ids of the steps that run at the same time as one, itself among them, as they are written.
    public func atTheSameTime(as step: String) -> [String] {
        steps.first { $0.parts.contains { $0.id == step } }?.parts.map(\.id) ?? [step]
    }
}

extension Reference {
    /// What one step of a `together` does, where its steps run one after the other.
    ///
    /// At the same time they have one state, which does not tell whose work an object is.
    public struct Share: Hashable, Codable, Sendable {
        /// Its place in the order in which they ran, from 0.
        public var place: Int
        /// The objects that it makes, takes or changes.
        public var objects: Set<Fact.Identity>
        /// Those of them that it finds, as they are then.
        public var found: Snapshot

        /// Makes the share of a step.
        public init(place: Int, objects: Set<Fact.Identity>, found: Snapshot) {
            self.place = place
            self.objects = objects
            self.found = found
        }
    }

    /// The reference for a plan whose steps of a `together` were run one after the other, as `order` has them.
    ///
    /// At the same time they have one state, that after all of them, so this is what each of them is held against. What
    /// differs between runs after one of them is left out of it.
    public func together(_ plan: Plan, in order: Plan) -> Reference {
        var joined = self
        for step in plan.steps where !step.parts.isEmpty {
            let parts = Set(step.parts.map(\.id))
            let ran = order.steps.map(\.id).filter(parts.contains)
            guard let first = ran.first, let last = ran.last, let state = states[last] else { continue }
            let mask = ran.reduce(into: Set<Masked>()) { $0.formUnion(self.mask(after: $1)) }
            let former = order.steps.prefix { $0.id != first }.last
            var before = withoutMasked(former.flatMap { states[$0.id] } ?? start)
            for (place, id) in ran.enumerated() {
                let after = withoutMasked(states[id] ?? state)
                let objects = Set(before.differences(to: after).map(\.identity))
                joined.shares[id] = Share(
                    place: place, objects: objects,
                    found: Snapshot(facts: before.facts.filter { objects.contains($0.identity) }))
                before = after
                joined.states[id] = without(mask, state)
                if !masksOfSteps.isEmpty { joined.masksOfSteps[id] = mask }
                if let seen = valuesSeen?[last] { joined.valuesSeen?[id] = seen }
                joined.spinning[id] = ran.reduce(into: []) { $0.formUnion(spinning[$1] ?? []) }
            }
        }
        return joined
    }
}
