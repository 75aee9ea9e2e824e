import Model

/// Another command of the agent, or the same one once more, is run to its end at the operation.
struct OtherCommands: FaultSource {
    let name = "commands"
    let meaning =
        "`exec` of each command of the agents that is a process of its own, to its end or for two seconds, on both sides"

    func actions(in situation: Situation) -> [Action] {
        situation.commands.map { .change(.execute(argv: OtherCommands.argv($0), namespace: "host")) }
    }

    /// The commands that can be run so: what is a process of its own, each once; those that no step runs come last.
    ///
    /// A request needs a driver that is not busy with another one.
    static func commands(of story: Plan) -> [Command] {
        var seen: Set<[String]> = []
        return (story.allSteps.compactMap(\.command) + (story.explore?.commands ?? [])).filter {
            $0.request == nil && seen.insert(argv($0)).inserted
        }
    }

    /// The program that runs a command as its step would, and always ends with 0: that it fails or waits is no failure of the world.
    static func argv(_ command: Command) -> [String] {
        let script =
            command.stdin == nil
            ? "cd \"$0\" && timeout -k 1 2 \"$@\" </dev/null >/dev/null 2>&1; exit 0"
            : "input=$1; shift; cd \"$0\" && printf %s \"$input\" | timeout -k 1 2 \"$@\" >/dev/null 2>&1; exit 0"
        let input = command.stdin.map { [String(decoding: $0.bytes, as: UTF8.self)] } ?? []
        let environment = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ["/bin/sh", "-c", script, command.directory] + input + ["env", "-i"] + environment + command.argv
    }
}
