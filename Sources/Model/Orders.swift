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

    private static func permutations(_ steps: [Step]) -> [[Step]] {
        guard steps.count > 1 else { return [steps] }
        return steps.indices.flatMap { index in
            var rest = steps
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}

extension Reference {
    /// The reference for a plan whose steps of a `together` were run one after the other, as `order` has them.
    ///
    /// At the same time they have one state, that after all of them, so this is what each of them is held against.
    public func together(_ plan: Plan, in order: Plan) -> Reference {
        var joined = self
        for step in plan.steps where !step.parts.isEmpty {
            let ids = step.parts.map(\.id)
            guard let last = order.steps.last(where: { ids.contains($0.id) }), let state = states[last.id] else {
                continue
            }
            for id in ids { joined.states[id] = state }
        }
        return joined
    }
}
