import ArgumentParser
import Campaign
import Reports
import Scenario

/// Checks scenario files.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Says what is wrong with scenario files, each thing at its line and column.",
        discussion: """
            A line that looks like a slip is a warning; it is no error, unless --strict is given.

            Examples:
              tocsin validate Scenarios                    every file below a folder
              tocsin validate my.yaml                      exit status 2 if anything is wrong
            """)

    @Argument(help: "Scenario files, or folders of them.")
    var files: [String] = []

    @Flag(help: "Print a JSON Schema of the format, for editors, instead.")
    var schema = false

    @Flag(help: "Warnings are errors.")
    var strict = false

    func validate() throws {
        if files.isEmpty && !schema { throw ValidationError("a file or folder is needed, or --schema") }
    }

    func run() throws {
        if schema { return Output.print(jsonSchema()) }
        let count = try reporting { try Loading.files(files).count }
        do {
            // Files that `use` one say its warnings again.
            var said: Set<Diagnostic> = []
            for warning in try Loading.scenarios(files, includingParts: true).flatMap(\.warnings)
            where said.insert(warning).inserted {
                Output.print(VisibleText.line(warning.description))
            }
            if strict, !said.isEmpty { throw ExitCode.of(ExitStatus.unusable) }
        } catch let problem as BrokenFiles {
            // Here they are the result, not a complaint about the call.
            Output.print(problem.description)
            throw ExitCode.of(ExitStatus.unusable)
        }
        guard count > 0 else {
            Output.note("there is no scenario file")
            throw ExitCode.of(ExitStatus.nothing)
        }
        Output.print(count == 1 ? "1 file is valid" : "\(count) files are valid")
    }
}
