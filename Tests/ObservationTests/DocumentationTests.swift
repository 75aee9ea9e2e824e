import FoundationEssentials
import Kernel
import Testing

@testable import Observation

/// The numbers of docs/snapshot.md are those of the code.
@Suite struct DocumentationTests {
    @Test func theNumbersOfThePageAreThoseOfTheProgram() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let page = try String(contentsOf: URL(filePath: "/\(root)/docs/snapshot.md"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        // What the page says is of a machine that takes no longer than usual.
        func seconds(_ limit: Duration) -> Int { Int(Double(limit.nanoseconds) / Patience.factor / 1e9) }
        #expect(page.contains("It is given \(seconds(Settler.dyingTime)) s, in which"))
        let pause = Settler.pause.components.attoseconds / 1_000_000_000_000_000
        #expect(page.contains("have changed between two looks \(pause) ms apart"))
        #expect(page.contains("After \(seconds(Settler.usualLimit)) s the state is *unsettled*"))
        #expect(page.contains("no more than \(ContentDigest.readLimit >> 20) MiB of a file are read"))
    }
}
