import FoundationEssentials
import Oracles
import Scenario
import Testing

@Suite struct DocumentationTests {
    @Test func theExampleOfThePageIsAScenario() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOf: URL(filePath: "/\(root)/docs/format.md"), encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).drop { $0 != "```yaml" }.dropFirst()
        let example = lines.prefix { $0 != "```" }.joined(separator: "\n") + "\n"
        let scenario = try Files(texts: ["x.yaml": example]).load("x.yaml")
        #expect(scenario.plans.first?.faults.count == 1 && !scenario.isParts)
    }
}

extension DocumentationTests {
    @Test func thePageNamesEveryOracle() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOf: URL(filePath: "/\(root)/docs/format.md"), encoding: .utf8)
        let part = try #require(page.split(separator: "### allow and known").last).prefix { $0 != "#" }
        for name in OracleCatalogue.names { #expect(part.contains("`\(name.rawValue)`"), "\(name.rawValue)") }
    }
}
