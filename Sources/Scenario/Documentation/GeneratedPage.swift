/// A page of the documentation of which some parts are made from the tables of this program.
///
/// A part stands between `<!-- generated: NAME -->` and `<!-- end of generated -->`.
public enum GeneratedPage {
    /// The parts by their names.
    public static var parts: [String: String] {
        [
            "operations": DocumentationTables.operations, "objects": DocumentationTables.objects,
            "actions": DocumentationTables.actions, "errnos": DocumentationTables.errnos,
            "oracles": DocumentationTables.oracles,
        ]
    }

    /// The page with every marked part made anew; what stands outside of them is left as it is.
    ///
    /// - Parameter further: Parts that are made elsewhere, by their names.
    /// - Throws: `GeneratedPageProblem` for a part that has no end, or a name that is none.
    public static func renewed(
        _ page: String, further: [String: String] = [:]
    ) throws(GeneratedPageProblem) -> String {
        let parts = parts.merging(further) { own, _ in own }
        var lines: [Substring] = []
        var open: String?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == GeneratedPage.end {
                open = nil
            } else if open != nil {
                continue
            } else if line.hasPrefix(GeneratedPage.begin) {
                let name = String(line.dropFirst(GeneratedPage.begin.count).prefix { $0 != " " })
                guard let part = parts[name] else {
                    throw GeneratedPageProblem(description: "there is no generated part `\(name)`")
                }
                open = name
                lines.append(line)
                lines += part.split(separator: "\n", omittingEmptySubsequences: false)
                continue
            }
            lines.append(line)
        }
        if let open { throw GeneratedPageProblem(description: "the generated part `\(open)` has no end") }
        return lines.joined(separator: "\n")
    }

    private static let begin = "<!-- generated: "
    private static let end = "<!-- end of generated -->"
}

/// Why a page cannot be made anew.
public struct GeneratedPageProblem: Error, CustomStringConvertible {
    /// One sentence.
    public let description: String
}
