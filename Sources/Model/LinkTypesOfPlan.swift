extension Plan {
    /// The types of device that the plan itself makes, in its host, its steps and its faults; each once, in their order.
    public var linkTypes: [String] {
        let steps = steps.flatMap { [$0] + $0.parts }
        let ofSteps = steps.flatMap { step in if case .act(let action) = step.body { [action] } else { [Action]() } }
        var types = host.links.map(\.type)
        for action in ofSteps + faults.flatMap(\.actions) {
            if case .change(.createLink(let link)) = action { types.append(link.type) }
        }
        var seen: Set<String> = []
        return types.filter { seen.insert($0).inserted }
    }
}
