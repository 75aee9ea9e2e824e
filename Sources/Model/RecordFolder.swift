import FoundationEssentials
import Glibc

/// A record on disk: `record.json`, `operations.jsonl` with a counted footer, `snapshots/DIGEST.json`; each of them by gzip(1),
/// as `record.json.gz`, where it is large.
///
/// The records of one plan keep their states together, beside their folders: most runs come to the same.
public struct RecordFolder: Sendable {
    /// The name of the folder of states, in that of a record or beside it.
    public static let statesName = "snapshots"

    /// The folder.
    public let path: String
    private let states: String

    /// Means the folder at `path`, whether it is there or not.
    ///
    /// - Parameter states: Where its states go; by default into a folder of its own. They are read from wherever they are.
    public init(_ path: String, states: String? = nil) {
        self.path = path
        self.states = states ?? "\(path)/\(RecordFolder.statesName)"
    }

    /// The operations' file, where it is not packed.
    public var operationsPath: String { "\(path)/operations.jsonl" }
    /// The header's file, where it is not packed.
    public var headerPath: String { "\(path)/record.json" }
    /// The digest of the header, as it was written; nil where there is none.
    public var headerDigest: String? {
        // Whoever reads the record says what is wrong with it.
        guard let seal = try? Files.read(sealPath) else { return nil }
        return String(decoding: seal, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
    /// The file of the header's digest, by which a later change of it is noticed.
    public var sealPath: String { "\(path)/record.digest" }

    /// Makes the folder and those above it.
    ///
    /// - Throws: `FileError`.
    public func create() throws {
        try Files.makeFolder(path)
        try Files.makeFolder(states)
    }

    /// Keeps a state, once for all equal ones, and returns its digest.
    ///
    /// - Throws: what encoding and writing throw.
    public func write(_ snapshot: Snapshot) throws -> String {
        let digest = snapshot.digest
        let file = PackedFile(path: "\(states)/\(digest).json")
        // Another worker may write it at the same time.
        if !file.exists { try file.write(Data(snapshot.text)) }
        return digest
    }

    /// Writes the header, whole or not at all, and its digest beside it.
    ///
    /// - Throws: what encoding and writing throw.
    public func write(_ header: RecordHeader) throws {
        var header = header
        header.isSealed = true
        let bytes = try RecordFolder.encoder.encode(header)
        try Files.write(Data("\(RecordFolder.digest(bytes))\n".utf8), to: sealPath, atomically: true)
        try PackedFile(path: headerPath).write(bytes)
    }

    private static func digest(_ bytes: Data) -> String {
        var digest = Digest()
        digest.add(bytes)
        return digest.text
    }

    /// Reads the whole record.
    ///
    /// - Parameter known: States that were read before.
    /// - Throws: `RecordError` when a part is missing, truncated or unreadable.
    public func read(_ known: KnownStates = KnownStates()) throws -> Record {
        let written = try bytes(headerPath)
        var header: RecordHeader = try decode(written, headerPath)
        if header.isSealed == true {
            // A digest that is missing is another than the header's.
            let seal = (try? Files.read(sealPath)).map { String(decoding: $0, as: UTF8.self) }
            guard seal == "\(RecordFolder.digest(written))\n" else {
                throw RecordError.unreadable(headerPath, "it was changed after it was written")
            }
            header.isSealed = nil
        }
        guard header.format == RecordHeader.formatVersion else {
            throw RecordError.unreadable(headerPath, "format \(header.format) is not \(RecordHeader.formatVersion)")
        }
        var snapshots: [String: Snapshot] = [:]
        let own = "\(path)/\(RecordFolder.statesName)"
        let folder = Files.exists(own) ? own : "\(path)/../\(RecordFolder.statesName)"
        for digest in header.states where !digest.isEmpty && snapshots[digest] == nil {
            snapshots[digest] = try known.state(digest) {
                let file = "\(folder)/\(digest).json"
                let snapshot: Snapshot = try decode(bytes(file), file)
                guard snapshot.digest == digest else {
                    throw RecordError.unreadable(file, "its digest is \(snapshot.digest)")
                }
                return snapshot
            }
        }
        let operations = try OperationLog(contentsOf: operationsPath)
        guard operations.count == header.operations else { throw RecordError.truncated(operationsPath) }
        return Record(header: header, snapshots: snapshots, operations: operations)
    }

    private func bytes(_ file: String) throws(RecordError) -> Data {
        do {
            return try PackedFile(path: file).read()
        } catch {
            throw RecordError.unreadable(error.path, String(cString: strerror(error.number)))
        }
    }

    private func decode<Value: Decodable>(_ bytes: Data, _ file: String) throws(RecordError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: bytes)
        } catch {
            throw RecordError.unreadable(file, explained(error))
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

/// The states that were read last, by their digests: those of the runs of one plan are mostly equal.
public final class KnownStates {
    private static let most = 64
    private var states: [String: Snapshot] = [:]

    /// Begins with none.
    public init() {}

    func state(_ digest: String, else read: () throws -> Snapshot) rethrows -> Snapshot {
        if let known = states[digest] { return known }
        let state = try read()
        if states.count == KnownStates.most { states = [:] }
        states[digest] = state
        return state
    }
}
