import Campaign
import Exploration
import FoundationEssentials
import Model

/// What is kept of an exploration beside its plans: by it a campaign is gone on with, and shown again.
struct ExplorationFile: Codable {
    /// The version of its form.
    static let formatVersion = 1

    /// The version of the form in which it was written.
    var format = ExplorationFile.formatVersion
    /// What is equal for the same campaign: the story, what is asked for, and the versions that decide what is counted.
    var campaign: String
    /// The same without the part of a shard: equal for all parts of one exploration.
    var whole: String
    /// The story and the denominator.
    var exploration: Exploration
    /// The candidates that are run in this campaign, in their order: those that are kept, of a shard its own.
    var order: [Int]
    /// The candidates that are run although they were pruned.
    var audit: [Int]
    /// What was found; absent while it runs.
    var causes: [Cause]?
    /// Whether everything was run and looked at again.
    var isComplete = false

    private static func path(_ folder: String) -> String { "\(folder)/exploration.json" }

    /// Reads the file in the folder of a run; nil where there is none.
    ///
    /// - Throws: `RecordError.unreadable` for one that is none, or of another form.
    static func read(in folder: String) throws -> ExplorationFile? {
        guard Files.exists(path(folder)) else { return nil }
        let file: ExplorationFile
        do {
            file = try JSONDecoder().decode(ExplorationFile.self, from: Files.read(path(folder)))
        } catch {
            throw RecordError.unreadable(path(folder), explained(error))
        }
        guard file.format == formatVersion else {
            throw RecordError.unreadable(path(folder), "its form is \(file.format), not \(formatVersion)")
        }
        return file
    }

    /// Writes it, whole or not at all.
    func write(in folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try Files.write(try encoder.encode(self), to: ExplorationFile.path(folder), atomically: true)
    }
}
