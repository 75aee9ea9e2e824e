import Glibc
import Model

/// What is asked and told where a run stands still.
struct PausePrompt {
    /// A command of the prompt.
    enum Command: String, CaseIterable {
        case diff, end, enter, go, help, held, namespaces, next, processes, `where`

        /// What it does, in a line.
        var meaning: String {
            switch self {
            case .where: "where the run stands, and what the fault is"
            case .held: "who is held, and at which operation"
            case .processes: "the processes of the agents"
            case .namespaces: "the network namespaces of the host: those that live, and the names that lead to them"
            case .enter: "enter NAME [COMMAND...]: a shell there, or a command; standing there pins the namespace"
            case .diff: "what differs from runs without faults at this moment"
            case .next: "lets the fault happen, and stands still behind it; behind it, goes on"
            case .go: "goes on, and stands still at this fault no more"
            case .end: "ends the run here"
            case .help: "help [COMMAND]: this"
            }
        }
    }

    /// A line that was typed.
    enum Line: Equatable {
        /// A command with its arguments.
        case command(Command, [String])
        /// None, and why.
        case wrong(String)
        /// An empty one.
        case empty

        /// Reads a line; a command may be cut short as long as it is the only one.
        init(_ text: String) {
            let words = text.split(separator: " ").map(String.init)
            guard let first = words.first else {
                self = .empty
                return
            }
            let meant =
                Command(rawValue: first).map { [$0] } ?? Command.allCases.filter { $0.rawValue.hasPrefix(first) }
            switch meant.count {
            case 1: self = .command(meant[0], Array(words.dropFirst()))
            case 0: self = .wrong("no command `\(first)`; help lists them")
            default: self = .wrong("`\(first)` can be \(meant.map(\.rawValue).joined(separator: ", "))")
            }
        }
    }

    /// The words that can end a line.
    static func completions(_ line: String, in report: PauseReport) -> [String] {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        if words.count < 2 { return Command.allCases.map(\.rawValue) }
        guard words.count == 2, case .command(let command, _) = Line(String(words[0])) else { return [] }
        switch command {
        case .enter: return report.namespaces.filter(\.isAlive).map(\.role)
        case .help: return Command.allCases.map(\.rawValue)
        default: return []
        }
    }

    /// Where the run stands.
    static func place(_ report: PauseReport) -> [String] {
        let head = report.moment == .before ? "has not happened yet" : "has happened"
        return ["fault `\(report.fault)` \(head): in \(report.step), \(report.place)"]
            + report.actions.map { "  \($0)" }
    }

    /// The namespaces, a line each.
    static func namespaces(_ report: PauseReport) -> [String] {
        report.namespaces.map { namespace in
            let names =
                namespace.names.isEmpty
                ? namespace.role == "host" ? "" : "  without a name"
                : "  by the name \(namespace.names.joined(separator: ", "))"
            return "  \(namespace.role)\(namespace.isAlive ? names : "  gone")"
        }
    }

    /// The help of all commands, or of one.
    static func help(_ words: [String]) -> [String] {
        let chosen = Command.allCases.filter { words.isEmpty || words.contains($0.rawValue) }
        if chosen.isEmpty { return ["no command `\(words[0])`"] }
        return chosen.map { command in
            "  \(command.rawValue)\(String(repeating: " ", count: 12 - command.rawValue.count))\(command.meaning)"
        }
    }
}

/// How a moment differs from the same one without faults.
struct PauseDifference {
    let reference: Reference
    /// The states of runs without faults at the same place.
    let states: [PauseReport.State]

    /// The differences, without what differs among the runs without faults.
    func lines(_ now: PauseReport.State) -> [String] {
        let usual = states.map(canonical)
        guard let first = usual.first else { return ["no run without faults came to this place"] }
        let noise = Set(usual.dropFirst().flatMap { first.differences(to: $0) }.map(\.identity))
        let differences = first.differences(to: canonical(now)).filter { !noise.contains($0.identity) }
        if differences.isEmpty { return ["nothing differs from runs without faults at this moment"] }
        return ObjectText.lines(differences).map { "  \($0)" }
    }

    private func canonical(_ state: PauseReport.State) -> Snapshot {
        reference.canonical(state.snapshot, namesMade: state.namesMade, automatic: state.automatic)
    }
}
