import Model

extension FaultKind {
    /// `kill`: a signal to the agent; done when those it killed are gone and reaped.
    static let kill = FaultKind(
        word: "kill", which: .word(Victims.allCases.map(\.rawValue)),
        qualifiers: [
            Qualifier(name: "signal", value: .signal, usual: "SIGKILL"),
            Qualifier(name: "agent", value: .agent, usual: "the one at the point"),
        ],
        actor: .process, cause: "the OOM killer, an operator, or a supervisor that stops the agent",
        refusal: { point in
            point.operation.word == "step"
                ? "`kill` needs an operation of an agent: at the edge of a step none runs" : nil
        })
}

/// Whom a `kill` means.
public enum Victims: String, Hashable, Sendable, CaseIterable {
    /// The process at the point.
    case process
    /// The agent's first process.
    case main
    /// Every process of the agent.
    case all
}
