import FoundationEssentials
import Model
import Oracles
import Scenario
import Testing

@Suite struct GeneratedPageTests {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: URL(filePath: "\(root)/\(path)"), encoding: .utf8)
    }

    @Test func theTablesOfThePagesAreThoseOfTheProgram() throws {
        let paths = ["docs/format.md", "docs/oracles.md"]
        var all = ""
        for path in paths {
            let page = try Self.text(path)
            #expect(try GeneratedPage.renewed(page) == page, "stale: run `tocsin __docs \(path)`")
            all += page
        }
        for name in GeneratedPage.parts.keys { #expect(all.contains("<!-- generated: \(name) -->"), "\(name)") }
    }

    /// The seeded defects of an oracle were named by it when the table of results was written.
    @Test(arguments: OracleCatalogue.names) func anOracleHasNamedItsPairs(name: OracleName) throws {
        let oracle = try #require(OracleCatalogue.oracle(name))
        let rows = try ["first", "second"].flatMap {
            try Self.text("results/seeded-\($0).md").split(separator: "\n")
        }
        for pair in oracle.pairs {
            let row = rows.first { $0.hasPrefix("| \(pair) ") }?.split(separator: "|").map { $0.split(separator: " ") }
            let named = try #require(row?.dropFirst(2).first, "\(pair) is in no table")
            #expect(named.contains { $0 == name.rawValue || $0 == "\(name.rawValue)," }, "\(pair) is named by \(named)")
        }
        #expect(!oracle.meaning.isEmpty && !oracle.blindSpots.isEmpty && oracle.cwe.hasPrefix("CWE-"))
    }

    @Test func whatStandsOutsideIsLeft() throws {
        let page = "a\n<!-- generated: objects -->\nstale row\n<!-- end of generated -->\nb\n"
        let renewed = try GeneratedPage.renewed(page)
        #expect(renewed.hasPrefix("a\n<!-- generated: objects -->\n| object |"))
        #expect(renewed.hasSuffix("\n<!-- end of generated -->\nb\n") && !renewed.contains("stale row"))
        #expect(try GeneratedPage.renewed(renewed) == renewed)
    }

    @Test func aPartThatIsNoneIsAnError() {
        #expect(throws: GeneratedPageProblem.self) { try GeneratedPage.renewed("<!-- generated: x -->\n") }
        #expect(throws: GeneratedPageProblem.self) { try GeneratedPage.renewed("<!-- generated: objects -->\n") }
    }
}
