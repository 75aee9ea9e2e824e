import FoundationEssentials
import Model

/// What one plan of a campaign came to.
public struct PlanResult: Sendable {
    /// Its place in the campaign, from 1.
    public var number: Int
    /// What all of its runs came to.
    public var judgement: Judgement
    /// The folder of its records; empty when nothing ran.
    public var folder: String
    /// The folders of all records that were judged: runs, then controls.
    public var records: [RunRecord]

    /// Makes the result of a plan whose records nobody has read.
    public init(number: Int, judgement: Judgement, folder: String, records: [RunRecord] = []) {
        self.number = number
        self.judgement = judgement
        self.folder = folder
        self.records = records
    }

    /// Takes away the records that were judged, with their states; what stays is no failure.
    public func removeRecords() {
        for record in records { try? FileManager.default.removeItem(atPath: record.folder) }  // No failure, as said.
        if !folder.isEmpty { try? FileManager.default.removeItem(atPath: PlanFolder(folder).states) }  // The same.
    }

    /// Makes the result of a plan of which there is nothing but a verdict.
    init(number: Int, plan: Plan, verdict: Verdict, folder: String = "") {
        var judgement = Judgement(plan: plan, verdict: verdict)
        switch verdict {
        case .error(let reason), .skipped(let reason): judgement.reasons = [reason]
        default: break
        }
        // What was encoded once is encoded again.
        let hidden = (try? Redactor(plan).value(judgement)) ?? judgement
        self.init(number: number, judgement: hidden, folder: folder)
    }
}

/// What a campaign came to.
public struct CampaignResult: Sendable {
    /// The plans that were judged, in the order of the campaign.
    public var plans: [PlanResult] = []
    /// The names of plans that a signal, or the end of the time, kept from ending.
    public var unfinished: [String] = []
    /// Whether it ended because its time was spent.
    public var isSpent = false
    /// The signal that ended it.
    public var interrupted: Interruption?

    /// Makes the result of a campaign without plans.
    public init() {}

    /// The exit status of the command.
    public var exitStatus: Int32 { ExitStatus.of(plans.map(\.judgement.verdict), interrupted: interrupted) }
}

/// One run of a plan, and its record where there is one.
public struct RunRecord: Sendable {
    /// What the run was for.
    public var role: RunRole
    /// The folder of its record.
    public var folder: String
    /// The record; nil once it was judged, or when there is none.
    public var record: Record?
    /// Why there is no record.
    public var failure: String?

    /// Makes a run with a record, or with the reason why there is none.
    public init(role: RunRole, folder: String, record: Record? = nil, failure: String? = nil) {
        self.role = role
        self.folder = folder
        self.record = record
        self.failure = failure
    }

    /// The run without its record, which lets the record go.
    var note: RunRecord { RunRecord(role: role, folder: folder, failure: failure) }
}
