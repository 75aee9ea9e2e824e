import Model

extension Plan {
    /// Whether a driver of it is forked into its hosts instead of started there.
    public var isWarm: Bool { agents.values.contains { $0.warm } }

    /// The plan with every driver started in its host.
    public var cold: Plan {
        var plan = self
        for name in plan.agents.keys { plan.agents[name]?.warm = false }
        return plan
    }
}

extension PlanResult {
    /// This result, with a note of what a run with cold drivers showed and it did not, or the other way round.
    func confirmed(by cold: PlanResult) -> PlanResult {
        var result = self
        if case .error(let reason) = cold.judgement.verdict {
            result.judgement.notes.append("the run with a cold driver is no evidence: \(reason)")
            return result
        }
        let warmNames = Set(judgement.findings.map(\.name))
        let coldNames = Set(cold.judgement.findings.map(\.name))
        for name in warmNames.subtracting(coldNames).sorted() {
            result.judgement.notes.append("\(name) was not seen with a cold driver")
        }
        for name in coldNames.subtracting(warmNames).sorted() {
            result.judgement.notes.append("\(name) was seen with a cold driver only")
        }
        if warmNames == coldNames { result.judgement.notes.append("a cold driver shows the same") }
        return result
    }
}

extension PlanResult {
    /// This result, with where in its source the agent stood at each fault: that of the same operation in one more run.
    func located(by other: RecordHeader?) -> PlanResult {
        var result = self
        let stacks = Dictionary(
            (other?.deliveries ?? []).compactMap { delivery in delivery.stack.map { (delivery.key, $0) } },
            uniquingKeysWith: { first, _ in first })
        for run in result.judgement.runs.indices {
            for (place, delivery) in result.judgement.runs[run].deliveries.enumerated() {
                result.judgement.runs[run].deliveries[place].stack = stacks[delivery.key]
            }
        }
        return result
    }
}

extension Finding {
    /// The oracle and what it is about.
    fileprivate var name: String { "\(oracle.rawValue): \(subject)" }
}
