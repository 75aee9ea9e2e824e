import Faults
import FoundationEssentials
import Model
import Testing

@testable import Exploration

struct DenominatorPageTests {
    @Test func thePageIsMadeFromTheTables() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOf: URL(filePath: "/\(root)/docs/denominator.md"), encoding: .utf8)
        for (name, part) in DenominatorPage.parts {
            let whole = "<!-- generated: \(name) -->\n\(part)\n<!-- end of generated -->"
            #expect(page.contains(whole), "stale: run `tocsin __docs docs/denominator.md`")
        }
        #expect(page.split(separator: "\n").count { $0.hasPrefix("<!-- generated: ") } == DenominatorPage.parts.count)
    }

    @Test func everyOperationIsInIt() throws {
        let rows = try #require(DenominatorPage.parts["operations-explored"])
        for row in OperationTable.rows { #expect(rows.contains("| `\(row.word)` |")) }
    }

    @Test func everyActionIsPlacedOrHasAReason() {
        let placed: Set = [
            "fail", "dump", "kill", "netns.delete", "netns.unmount", "netns.replace", "link.delete", "link.replace",
            "link.set", "address.delete", "route.delete", "rule.delete", "neighbour.delete", "nft.delete",
            "file.delete", "file.write", "lock.hold", "exec",
        ]
        for kind in ActionWords.kinds {
            #expect(
                placed.contains(kind.word) != (ActionWords.notExplored[kind.word] != nil),
                "\(kind.word) is placed and has a reason, or neither")
        }
    }
}
