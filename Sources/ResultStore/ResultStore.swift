import FoundationEssentials
import GRDB
import Glibc
import Model

/// The results of every run in one file, by which `show` finds them again.
///
/// A judgement is kept whole, as its JSON; what is asked for across runs is a column besides. Records stay in their
/// folders: the store knows their path and digest.
public final class ResultStore: Sendable {
    private let database: DatabaseQueue
    private let path: String

    /// Opens the file at `path` and brings its tables up to date; other processes may use it at the same time.
    ///
    /// - Parameter reading: Changes nothing, unless an older version has written it.
    /// - Throws: `StoreError`: no such folder, no database, one of a newer version.
    public init(path: String, reading: Bool = false) throws(StoreError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "results"
        // In KiB: SQLite would keep 2 MB of what was written, which nobody reads again.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -256") }
        database = try naming(path) {
            if reading, let database = try Self.openUnchanged(path, configuration) { return database }
            // For its owner alone: SQLite makes files as the umask says, and the files beside it as this one is. And SQLite does not
            // say why it cannot make one.
            let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw StoreError(path, String(cString: strerror(errno))) }
            close(descriptor)
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try StoreTables.migrate(database)
            try StoreTables.check(database, path)
            return database
        }
        // Its own end would ask libdispatch for a thread, and wait for one without end where no process may be made.
        _ = Unmanaged.passRetained(database)
    }

    // What cannot be closed now is closed with the process.
    deinit { try? database.close() }

    /// Opens a file without a change to it; nil when it has not all tables yet.
    private static func openUnchanged(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue? {
        var configuration = configuration
        configuration.readonly = true
        let database = try DatabaseQueue(path: path, configuration: configuration)
        guard try StoreTables.check(database, path) else { return nil }
        return database
    }

    /// Notes that a run began.
    ///
    /// - Throws: `StoreError`, also when the id is taken.
    public func begin(_ run: StoredRun) throws(StoreError) {
        try write { database in
            let arguments = try Self.text(run.arguments)
            let versions = try Self.text(run.versions)
            try database.execute(
                sql: "INSERT INTO run (id, began, duration, status, arguments, versions) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    run.id, run.began, run.duration.map { Int64(clamping: $0) }, run.status, arguments, versions,
                ])
        }
    }

    /// Notes that a run ended.
    ///
    /// - Throws: `StoreError`.
    public func end(run: String, status: Int32, duration: Nanoseconds) throws(StoreError) {
        try write { database in
            try database.execute(
                sql: "UPDATE run SET status = ?, duration = ? WHERE id = ?",
                arguments: [status, Int64(clamping: duration), run])
        }
    }

    /// Removes a run with all that is kept of it; one that is not there is removed already.
    ///
    /// - Throws: `StoreError`.
    public func remove(run: String) throws(StoreError) {
        try write { try $0.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run]) }
    }

    /// Gives the file system back what removed runs have left free in the file.
    ///
    /// - Throws: `StoreError`.
    public func compact() throws(StoreError) { try naming(path) { try database.vacuum() } }

    /// Keeps what a plan came to, whole or not at all.
    ///
    /// - Throws: `StoreError`, also when the run is unknown or has that plan.
    public func append(_ stored: StoredPlan, to run: String) throws(StoreError) {
        let judgement = stored.judgement
        try write { database in
            let text = try Self.text(judgement)
            try database.execute(
                sql: """
                    INSERT INTO plan (run, digest, number, name, scenario, verdict, folder, replay, judgement)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run, stored.digest, stored.number, judgement.plan.name, judgement.plan.scenario,
                    judgement.verdict.name,
                    stored.folder, stored.replay, text,
                ])
            let plan = database.lastInsertedRowID
            for record in stored.records {
                try database.execute(
                    sql: "INSERT INTO record (plan, path, role, digest) VALUES (?, ?, ?, ?)",
                    arguments: [plan, record.path, record.role, record.digest])
            }
            for finding in judgement.findings { try Self.insert(finding, of: judgement, plan, database) }
            for (number, run) in judgement.runs.enumerated() {
                for delivery in run.deliveries {
                    try database.execute(
                        sql: "INSERT INTO delivery (plan, run, fault, key, delivered, held) VALUES (?, ?, ?, ?, ?, ?)",
                        arguments: [
                            plan, number + 1, delivery.fault, delivery.key, delivery.failure == nil,
                            Int64(clamping: delivery.held),
                        ])
                }
            }
        }
    }

    /// The runs, the one that was stored last first: clocks are set, and an id is only as right as its clock.
    ///
    /// - Throws: `StoreError`.
    public func runs(limit: Int = 20) throws(StoreError) -> [StoredRun] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM run ORDER BY rowid DESC LIMIT ?", arguments: [limit])
                .map(Self.run)
        }
    }

    /// The run with that id or the only one whose id begins so, or the newest one for `latest`.
    ///
    /// - Throws: `StoreError`.
    public func run(_ id: String) throws(StoreError) -> StoredRun? {
        if id == "latest" { return try runs(limit: 1).first }
        return try read { database in
            let found = try Row.fetchAll(
                database, sql: "SELECT * FROM run WHERE substr(id, 1, length(?)) = ? ORDER BY id LIMIT 2",
                arguments: [id, id])
            let isWhole = try found.first.map { try $0.read("id") as String == id } ?? false
            return found.count == 1 || isWhole ? try found.first.map(Self.run) : nil
        }
    }

    /// The ids that begin so, the newest first.
    ///
    /// - Throws: `StoreError`.
    public func runs(beginning: String, limit: Int) throws(StoreError) -> [String] {
        try read { database in
            try String.fetchAll(
                database, sql: "SELECT id FROM run WHERE substr(id, 1, length(?)) = ? ORDER BY id DESC LIMIT ?",
                arguments: [beginning, beginning, limit])
        }
    }

    /// The plans of a run, in their order.
    ///
    /// - Throws: `StoreError`.
    public func plans(of run: String) throws(StoreError) -> [StoredPlan] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM plan WHERE run = ? ORDER BY number, id", arguments: [run])
                .map { try Self.plan($0, database) }
        }
    }

    /// How many plans of each run have each verdict; a flaky one's is `flaky 3/10`.
    ///
    /// - Throws: `StoreError`.
    public func verdicts() throws(StoreError) -> [String: [String: Int]] {
        try read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT run, verdict, count(*) AS count FROM plan GROUP BY run, verdict")
            return try rows.reduce(into: [:]) { counts, row in
                counts[try row.read("run"), default: [:]][try row.read("verdict")] = try row.read("count")
            }
        }
    }

    private func write(_ body: (Database) throws -> Void) throws(StoreError) {
        try naming(path) { try database.write(body) }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        try naming(path) { try database.read(body) }
    }

    // MARK: - Rows

    private static func insert(
        _ finding: Finding, of judgement: Judgement, _ plan: Int64, _ database: Database
    ) throws {
        let rate = judgement.rate(of: finding)
        try database.execute(
            sql: """
                INSERT INTO finding (plan, fingerprint, oracle, subject, severity, cwe, inControl, expected, hits, runs)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                plan, finding.fingerprint, finding.oracle.rawValue, finding.subject, finding.severity.rawValue,
                finding.cwe, finding.alsoInControl, finding.expected != nil, rate.hits, rate.runs,
            ])
    }

    private static func run(_ row: Row) throws -> StoredRun {
        var run = StoredRun(
            id: try row.read("id"), began: try row.read("began"), arguments: try value(row.read("arguments")),
            versions: try value(row.read("versions")))
        run.duration = try (row.read("duration") as Int64?).map { Nanoseconds(clamping: $0) }
        run.status = try row.read("status")
        return run
    }

    private static func plan(_ row: Row, _ database: Database) throws -> StoredPlan {
        let plan: Int64 = try row.read("id")
        let records = try Row.fetchAll(
            database, sql: "SELECT * FROM record WHERE plan = ? ORDER BY id", arguments: [plan])
        return StoredPlan(
            number: try row.read("number"), digest: try row.read("digest"), judgement: try value(row.read("judgement")),
            folder: try row.read("folder"),
            records: try records.map {
                StoredRecord(path: try $0.read("path"), role: try $0.read("role"), digest: try $0.read("digest"))
            }, replay: try row.read("replay"))
    }

    private static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func value<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension Row {
    /// What a column holds; the subscript would end the program where a damaged store holds something else.
    fileprivate func read<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }
}
