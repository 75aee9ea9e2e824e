import Model

/// One call of `tocsin run`.
public struct StoredRun: Hashable, Codable, Sendable {
    /// Its id, which is the name of its folder: `20261125-183336-123-4g7k2m9q0w3xz`.
    public var id: String
    /// When it began, in seconds since 1970.
    public var began: Double
    /// How long it took, in nanoseconds; nil when it never ended.
    public var duration: Nanoseconds?
    /// Its exit status; nil when it never ended.
    public var status: Int32?
    /// The arguments of the command.
    public var arguments: [String]
    /// Versions by name: `tocsin`, `kernel`.
    public var versions: [String: String]

    /// Makes a run that has not ended.
    public init(id: String, began: Double, arguments: [String], versions: [String: String]) {
        self.id = id
        self.began = began
        self.arguments = arguments
        self.versions = versions
    }
}

/// What one plan of a run came to.
public struct StoredPlan: Hashable, Codable, Sendable {
    /// Its place in the run, from 1.
    public var number: Int
    /// The digest of the plan, by which it is known in every run and store.
    public var digest: String
    /// What its runs came to.
    public var judgement: Judgement
    /// The folder of the plan, from the results' folder; empty when nothing ran.
    public var folder: String
    /// The records that were judged.
    public var records: [StoredRecord]
    /// The command that runs it again.
    public var replay: String

    /// Makes a plan of a run.
    public init(
        number: Int, digest: String, judgement: Judgement, folder: String = "", records: [StoredRecord] = [],
        replay: String = ""
    ) {
        self.number = number
        self.digest = digest
        self.judgement = judgement
        self.folder = folder
        self.records = records
        self.replay = replay
    }
}

/// Where a record is, and what it was when it was judged.
public struct StoredRecord: Hashable, Codable, Sendable {
    /// The folder, from the results' folder.
    public var path: String
    /// What the run was for: `fault`, `control-before`.
    public var role: String
    /// The digest of its header's file; empty when it could not be read.
    public var digest: String

    /// Makes the note of a record.
    public init(path: String, role: String, digest: String) {
        self.path = path
        self.role = role
        self.digest = digest
    }
}
