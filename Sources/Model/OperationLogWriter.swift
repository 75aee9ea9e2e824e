import Glibc

/// Writes operations to a file as they happen.
///
/// Where one of them takes long, its place is kept, and those behind it go to a file without a name until it comes: memory
/// does not grow with the length of a hold.
public final class OperationLogWriter {
    /// The log up to the first place that is kept, then what comes behind each of these.
    private var parts: [LogPart]
    /// The operations whose places are kept, in their order.
    private var missing: [Int] = []
    private let path: String
    /// How many operations were written.
    public private(set) var count = 0

    /// Opens the file at `path`, which must not be there.
    ///
    /// - Throws: `RecordError.unreadable` with the reason of the kernel.
    public init(path: String) throws {
        self.path = path
        parts = [try LogPart(path: path, isNamed: true)]
    }

    /// Keeps the place of an operation that has not ended.
    ///
    /// - Parameter index: That of the operation, which `append` takes when it has.
    /// - Throws: `RecordError.unreadable` when the disk refuses it.
    public func keepPlace(of index: Int) throws {
        parts.append(try LogPart(path: "\(path).behind-\(index)", isNamed: false))
        missing.append(index)
    }

    /// Takes one operation.
    ///
    /// - Throws: `RecordError.unreadable` when the disk refuses it.
    public func append(_ operation: Operation) throws {
        count += 1
        guard let place = missing.firstIndex(of: operation.index) else {
            return try parts[parts.count - 1].append(operation)
        }
        try parts[place].append(operation)
        try join(place)
    }

    /// Writes the footer, and packs the file if it is large.
    ///
    /// - Throws: `RecordError.unreadable` when the disk refuses it.
    public func finish() throws {
        while !missing.isEmpty { try join(0) }
        try parts[0].append(OperationLogFooter(count: count).bytes)
        try parts[0].flush()
        do {
            try PackedFile(path: path).pack()
        } catch {
            throw RecordError.unreadable(path, String(cString: strerror(error.number)))
        }
    }

    /// Moves what is behind a place to what is before it.
    private func join(_ place: Int) throws {
        missing.remove(at: place)
        try parts.remove(at: place + 1).move(to: parts[place])
    }
}

/// A piece of a log: in memory while it is small, then in a file.
private final class LogPart {
    private static let limit = 1 << 16
    private let path: String
    private let isNamed: Bool
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []

    init(path: String, isNamed: Bool) throws {
        self.path = path
        self.isNamed = isNamed
        if isNamed { try open() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private func open() throws {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw LogPart.error(path) }
        if !isNamed { unlink(path) }
    }

    func append(_ operation: Operation) throws {
        OperationLine.append(operation, to: &buffer)
        if buffer.count > LogPart.limit { try flush() }
    }

    func append(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count > LogPart.limit { try flush() }
    }

    func flush() throws {
        if descriptor < 0 { try open() }
        var written = 0
        while written < buffer.count {
            let result = buffer[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if result < 0 && errno == EINTR { continue }
            guard result > 0 else { throw LogPart.error("operations") }
            written += result
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Adds all of this to another.
    func move(to other: LogPart) throws {
        if descriptor >= 0 {
            guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw LogPart.error("operations") }
            var piece = [UInt8](repeating: 0, count: LogPart.limit)
            while true {
                let got = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                if got < 0 && errno == EINTR { continue }
                guard got >= 0 else { throw LogPart.error("operations") }
                if got == 0 { break }
                try other.append(Array(piece[..<got]))
            }
        }
        try other.append(buffer)
    }

    private static func error(_ what: String) -> RecordError {
        .unreadable(what, String(cString: strerror(errno)))
    }
}
