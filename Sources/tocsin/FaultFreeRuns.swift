import Campaign
import Model
import Reports

/// The runs of a story without faults, from which operations and windows are learned.
struct FaultFreeRuns {
    /// What the story came to.
    var result: PlanResult

    /// Runs a story without faults as often as references are, and once more, which is judged.
    ///
    /// - Parameters:
    ///   - folder: Where their records go.
    ///   - run: The id of the run to which they belong; nil where nobody keeps them.
    /// - Returns: nil where it came to no end, and the signal that ended it, if one did.
    static func of(
        _ story: Plan, in folder: String, run: String?, _ options: RunOptions
    ) throws -> (runs: FaultFreeRuns?, interruption: Interruption?) {
        var plan = story.withoutFaults
        plan.runs = 1
        try Files.makeFolder(folder)
        let campaign = Campaign(folder: folder, pinned: options.isPinned)
        let pool = WorkerPool(.init(slots: try options.slots(), logs: folder))
        let outcome =
            if let run { campaign.run([plan], with: RecordOrigins(inner: pool, run: run)) } else {
                campaign.run([plan], with: pool)
            }
        return (outcome.plans.first.map(FaultFreeRuns.init), outcome.interrupted)
    }

    /// Whether it is right by itself.
    var isRight: Bool { [.pass, .known].contains(result.judgement.verdict) }

    /// Says why nothing can be told of faults.
    ///
    /// - Parameter isKept: Whether the records stay, so that they can be looked at.
    func complain(_ reporting: Reporting, _ text: TextReport, isKept: Bool = true) {
        Output.note("error: without faults this is not right by itself, so nothing can be told of faults:")
        var plan = reporting.report(reporting.stored(result, digest: "", replay: ""))
        if !isKept { plan.folder = "" }
        Output.print(text.text(plan))
    }

    /// The records of all of its runs: the references, and the one that was judged.
    func records() throws -> [Record] { try FaultFreeRuns.records(in: PlanFolder(result.folder)) }

    /// The same of earlier runs.
    ///
    /// - Parameter folder: Where they went.
    static func records(of story: Plan, in folder: String) throws -> [Record] {
        try records(in: PlanFolder(run: folder, number: 1, plan: story))
    }

    private static func records(in folder: PlanFolder) throws -> [Record] {
        try (folder.records(.reference) + folder.records(.fault)).map { try RecordFolder($0).read() }
    }
}
