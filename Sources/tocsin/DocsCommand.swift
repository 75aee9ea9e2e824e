import ArgumentParser
import Exploration
import FoundationEssentials
import Scenario

/// Makes the generated parts of pages anew.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "__docs", abstract: "Makes the tables of documentation pages anew, in place.",
        shouldDisplay: false)

    @Argument(help: "The pages.")
    var pages: [String]

    func run() throws {
        for path in pages {
            let page = try String(contentsOf: URL(filePath: path), encoding: .utf8)
            try GeneratedPage.renewed(page, further: DenominatorPage.parts).write(
                toFile: path, atomically: true, encoding: .utf8)
        }
    }
}
