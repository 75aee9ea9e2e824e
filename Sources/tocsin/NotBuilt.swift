import ArgumentParser
import Campaign

/// The verbs that the command line has and this version has not.
enum NotBuilt {
    static let names = commands.compactMap { $0.configuration.commandName } + ["run --pause"]
    static let commands: [any ParsableCommand.Type] = [
        Export.self
    ]

    struct Export: Refusing {
        static let configuration = refusing("export", "a reproducer without tocsin")
        @Argument(parsing: .allUnrecognized) var rest: [String] = []
    }

    /// What every one of them answers.
    static func refusal(_ name: String) -> ExitCode {
        Output.note("tocsin \(name): not built yet")
        return .of(ExitStatus.unusable)
    }

    private static func refusing(_ name: String, _ what: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: "Not built yet: \(what).")
    }
}

/// A verb that is not built.
protocol Refusing: ParsableCommand {
    var rest: [String] { get }
}

extension Refusing {
    mutating func run() throws { throw NotBuilt.refusal(Self.configuration.commandName ?? "") }
}
