import FoundationEssentials

/// A run as JSON for programs.
public enum JSONReport {
    /// The run with sorted keys, two spaces deep, ending with a line feed.
    ///
    /// - Throws: what encoding throws.
    public static func text(_ run: RunReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(run), as: UTF8.self) + "\n"
    }
}
