import Campaign
import Exploration
import FoundationEssentials
import Model
import Worker

/// That a run is one part of several, by which they are joined.
struct RunPart: Codable {
    /// The version of its form.
    static let formatVersion = 1

    /// The version of the form in which it was written.
    var format = RunPart.formatVersion
    /// Equal for all parts of one run: its plans, how often each is run, and what ran them.
    var whole: String
    /// The part: `2/8`.
    var part: String
    /// How many plans all parts have.
    var plans: Int
    /// The numbers of the plans of this part.
    var numbers: [Int]

    /// Says which part of plans with these digests is run.
    init(_ part: Shard, of digests: [String], runs: Int?, numbers: [Int]) {
        var digest = Digest()
        digest.add(([Version.current, "\(runs ?? 0)", "\(part.count)"] + digests).joined(separator: "\n").utf8)
        whole = digest.text
        self.part = "\(part.number)/\(part.count)"
        plans = digests.count
        self.numbers = numbers
    }

    private static func path(_ folder: String) -> String { "\(folder)/part.json" }

    /// Reads the file in the folder of a run; nil where there is none.
    ///
    /// - Throws: `RecordError.unreadable` for one that is none, or of another form.
    static func read(in folder: String) throws -> RunPart? {
        guard Files.exists(path(folder)) else { return nil }
        do {
            let part = try JSONDecoder().decode(RunPart.self, from: Files.read(path(folder)))
            guard part.format == formatVersion else {
                throw RecordError.unreadable(path(folder), "its form is \(part.format), not \(formatVersion)")
            }
            return part
        } catch let error as RecordError {
            throw error
        } catch {
            throw RecordError.unreadable(path(folder), explained(error))
        }
    }

    /// Writes it.
    func write(in folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try Files.write(try encoder.encode(self), to: RunPart.path(folder), atomically: true)
    }
}
