import Model

extension FaultKind {
    /// `delay`: whoever is at the point waits, as a preempted thread does.
    static let delay = FaultKind(
        word: "delay", argument: .duration, qualifiers: [], actor: .scheduler,
        cause: "the scheduler, a busy machine, or a host that stands still while it is moved"
    ) { ValueText.duration($0.argument).map(Action.delay) }
}
