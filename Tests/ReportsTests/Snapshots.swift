import FoundationEssentials
import Testing

/// Texts that a report is held against: a file each under `Tests/Snapshots/Reports`, rewritten when RECORD_SNAPSHOTS is set.
enum Snapshots {
    /// Expects `text` to be that of the file.
    static func expect(
        _ text: String, equals name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Snapshots/Reports"
        let path = "\(folder)/\(name)"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == expected, "\(name) differs; RECORD_SNAPSHOTS=1 rewrites it", sourceLocation: sourceLocation)
    }
}
