import Testing

/// Each line of docs/what-the-agent-can-notice.md names a test that there is.
struct NoticeableTests {
    @Test func eachLineHasItsTest() throws {
        let page = try Repository.text("docs/what-the-agent-can-notice.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| what |") }
        #expect(rows.count > 10)
        let sources = try Repository.files(below: "Tests", endingIn: [".swift"]).map(Repository.text)
        let named = page.split(separator: "`").map(String.init).filter { $0.contains("Tests.") }
        #expect(named.count >= rows.count, "a line names no test")
        for row in rows { #expect(row.contains("Tests."), "\(row)") }
        for name in named {
            let parts = name.split(separator: ".")
            #expect(
                sources.contains { $0.contains("struct \(parts[0]) ") && $0.contains("func \(parts[1])(") },
                "there is no \(name)")
        }
    }
}
