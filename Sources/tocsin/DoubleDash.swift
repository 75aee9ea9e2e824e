/// What stands behind `--`: a command to run in place of a file.
///
/// ArgumentParser gives an array of files all words, those behind `--` too, so the line is cut before it is parsed.
enum DoubleDash {
    /// The words before it, without the program's name.
    static var own: [String] { Array(CommandLine.arguments.dropFirst().prefix { $0 != "--" }) }

    /// The words behind it; nil where there is no `--`.
    static var command: [String]? {
        CommandLine.arguments.firstIndex(of: "--").map { Array(CommandLine.arguments[($0 + 1)...]) }
    }

    /// The verbs that take a command.
    static let verbs: Set<String> = ["run", "trace", "explore", "windows", "new", "export", InstallCommand.name]
}
