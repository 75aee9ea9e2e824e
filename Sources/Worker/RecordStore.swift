import Model

/// Where a record is kept: a folder of the disk, or a test's memory.
protocol RecordStore: AnyObject {
    /// How many operations it was given.
    var operations: Int { get }
    /// Takes one operation.
    func append(_ operation: Operation) throws
    /// Keeps the place of an operation that has not ended, for those behind it come first.
    func keepPlace(of index: Int) throws
    /// Keeps a state, and returns its digest.
    func write(_ snapshot: Snapshot) throws -> String
    /// Ends the log of operations.
    func finish() throws
    /// Keeps the header, whole or not at all.
    func write(_ header: RecordHeader) throws
}

/// A record in its folder.
final class DiskStore: RecordStore {
    private let folder: RecordFolder
    private let log: OperationLogWriter
    private let redactor: Redactor

    /// Makes the folder and begins the log.
    ///
    /// - Parameter redactor: What takes out of the record what nobody may read.
    /// - Throws: what the disk refuses.
    init(_ path: String, states: String? = nil, _ redactor: Redactor) throws {
        self.redactor = redactor
        folder = RecordFolder(path, states: states)
        try folder.create()
        log = try OperationLogWriter(path: folder.operationsPath)
    }

    var operations: Int { log.count }
    func append(_ operation: Operation) throws { try log.append(redactor.value(operation)) }
    func keepPlace(of index: Int) throws { try log.keepPlace(of: index) }
    func write(_ snapshot: Snapshot) throws -> String { try folder.write(redactor.value(snapshot)) }
    func finish() throws { try log.finish() }
    func write(_ header: RecordHeader) throws { try folder.write(redactor.value(header)) }
}
