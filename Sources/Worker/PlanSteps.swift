import Model

/// The steps of a plan by their ids, those of a `together` included, and the one that runs now.
final class PlanSteps {
    /// In the order of the plan.
    let all: [Step]
    /// The step that runs now.
    var current = Step(name: "start", body: .together([]))
    private let byID: [String: Step]

    init(_ plan: Plan) {
        all = plan.steps
        byID = Dictionary(
            plan.steps.flatMap { [$0] + $0.parts }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The step with that id.
    subscript(id: String) -> Step? { byID[id] }
}
