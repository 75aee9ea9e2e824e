import FoundationEssentials

/// The operations of a record, in order, read one at a time from where they are kept.
///
/// A file of a million operations is mapped, not loaded: its memory is the kernel's page cache.
public struct OperationLog: Sequence, Sendable {
    private enum Source: Sendable {
        case values([Operation])
        case lines(Data)
    }

    private let source: Source
    /// How many operations there are.
    public let count: Int

    /// Makes a log of values.
    public init(_ operations: [Operation]) {
        source = .values(operations)
        count = operations.count
    }

    /// Maps the file at `path` that an `OperationLogWriter` wrote.
    ///
    /// - Throws: `RecordError.truncated` when the footer is missing or its count is wrong, and `FileError`.
    public init(contentsOf path: String) throws {
        let data = try PackedFile(path: path).read(mapped: true)
        guard let footer = OperationLogFooter(endOf: data) else { throw RecordError.truncated(path) }
        let lines = data[data.startIndex..<(data.endIndex - footer.length)]
        guard lines.reduce(into: 0, { $0 += $1 == UInt8(ascii: "\n") ? 1 : 0 }) == footer.count else {
            throw RecordError.truncated(path)
        }
        count = footer.count
        // Whoever learns and judges walks over them many times.
        source =
            lines.count <= OperationLog.mostLoaded
            ? .values(Array(OperationLog.iterator(over: lines))) : .lines(lines)
    }

    /// How many bytes of a file are loaded at once.
    private static let mostLoaded = 1 << 16

    /// Walks over the operations; a line that cannot be read ends the walk, which its reader sees by `count`.
    public func makeIterator() -> AnyIterator<Operation> {
        switch source {
        case .values(let operations):
            return AnyIterator(operations.makeIterator())
        case .lines(let data): return OperationLog.iterator(over: data)
        }
    }

    private static func iterator(over data: Data) -> AnyIterator<Operation> {
        var rest = data[...]
        return AnyIterator {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let line = rest[rest.startIndex..<end]
            rest = rest[(end + 1)...]
            // Evidence, and whoever else counts, says that there are fewer than `count`.
            return try? OperationLine.read(Data(line))
        }
    }
}

/// What makes a record no evidence.
public enum RecordError: Error, Hashable, CustomStringConvertible {
    /// The file ends before its footer, or holds another number of operations than the footer says.
    case truncated(String)
    /// The file cannot be read as what it should be.
    case unreadable(String, String)

    /// One sentence with the path.
    public var description: String {
        switch self {
        case .truncated(let path): "\(path) is truncated: its footer is missing or counts other operations"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        }
    }
}

/// The last line of a log: `{"operations":12,"end":true}`.
struct OperationLogFooter {
    /// How many operations come before it.
    var count: Int
    /// Its length in bytes, with its line feed.
    var length: Int

    /// Makes the footer of `count` operations.
    init(count: Int) {
        self.count = count
        length = 0
        length = bytes.count
    }

    /// Finds the footer at the end of a log.
    init?(endOf data: Data) {
        let tail = data.suffix(64)
        guard tail.last == UInt8(ascii: "\n") else { return nil }
        let before = tail.dropLast().lastIndex(of: UInt8(ascii: "\n"))
        let line = data[(before.map { $0 + 1 } ?? tail.startIndex)...]
        let digits = line.drop { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let count = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        self.init(count: count)
        guard Array(line) == bytes else { return nil }
    }

    /// The line.
    var bytes: [UInt8] { Array("{\"operations\":\(count),\"end\":true}\n".utf8) }
}
