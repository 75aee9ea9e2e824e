import FoundationEssentials
import Model
import Scenario
import Testing

@Suite struct GeneratedPageTests {
    @Test func theTablesOfThePageAreThoseOfTheProgram() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOf: URL(filePath: "/\(root)/docs/format.md"), encoding: .utf8)
        #expect(try GeneratedPage.renewed(page) == page, "stale: run `tocsin __docs docs/format.md`")
        for name in GeneratedPage.parts.keys { #expect(page.contains("<!-- generated: \(name) -->"), "\(name)") }
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
