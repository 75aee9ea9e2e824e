import Model

extension FaultKind {
    /// `kill`: a signal to the agent; done when those it killed are gone and reaped.
    static let kill = FaultKind(
        word: "kill", argument: .word(Action.Victims.allCases.map(\.rawValue)),
        qualifiers: [
            Qualifier(name: "signal", value: .signal, usual: "SIGKILL"),
            Qualifier(name: "agent", value: .agent, usual: "the one at the point"),
        ],
        actor: .process, cause: "the OOM killer, an operator, or a supervisor that stops the agent",
        refusal: { phrase, place in
            if phrase.argument == Action.Victims.process.rawValue, phrase.qualifiers["agent"] != nil {
                return "`kill: process` is the process at the point: `agent` goes with `main` and `all`"
            }
            guard place.point.operation.word == "step" else { return nil }
            if phrase.argument == Action.Victims.process.rawValue, !place.running.isEmpty {
                return "`kill: process` needs an operation: at the edge of a step no process is at the point"
            }
            if let agent = phrase.qualifiers["agent"], !place.running.isEmpty {
                return place.running.contains(agent) ? nil : "`\(agent)` does not run at that edge of the step"
            }
            return place.running.isEmpty
                ? "`kill` needs an operation of an agent: at the edge of a step none runs" : nil
        },
        action: { phrase in
            guard let victims = Action.Victims(rawValue: phrase.argument),
                let signal = Signal(name: phrase.qualifiers["signal"] ?? Signal.kill.name)
            else { return nil }
            return .kill(victims: victims, signal: signal, agent: phrase.qualifiers["agent"])
        })
}
