import Faults
import FoundationEssentials
import Testing

@Suite struct DocumentationTests {
    /// `docs/format.md`, from the place of this file.
    private func page() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try String(contentsOf: URL(filePath: "/\(root)/docs/format.md"), encoding: .utf8)
    }

    @Test func theErrnoTableIsTheOneOfThePage() throws {
        let lines = try page().split(separator: "\n").map(String.init)
        let rows = ErrnoTable.requests.map { request in
            let answers = request.answers.map { "\($0.number.name) (\($0.cause))" }
            return "| `\(request.name)` | \(answers.joined(separator: ", ")) |"
        }
        let start = try #require(lines.firstIndex(of: "| request | errnos |"))
        #expect(Array(lines[(start + 2)...].prefix { $0.hasPrefix("|") }) == rows)
    }

    @Test func everyActionIsOnThePage() throws {
        let page = try page()
        for word in ActionWords.kinds.map(\.word) { #expect(page.contains("| `\(word):"), "\(word)") }
        for word in ActionWords.notBuilt { #expect(page.contains("`\(word)`"), "\(word)") }
    }
}
