import Campaign
import FoundationEssentials
import Glibc
import Model
import Reports
import ResultStore
import Worker

/// What is kept of a campaign while it runs: a run in the store, and beside the records of each plan the command that runs it again.
struct KeptCampaign {
    /// Where the results are.
    let results: ResultsFolder
    /// The run, as it stands in the store.
    private(set) var run: StoredRun
    /// What was kept, in the order in which the plans ended; empty where nothing is made of all of them at the end.
    private(set) var plans: [StoredPlan] = []
    /// The first thing that could not be kept.
    private(set) var problem: (any Error)?
    /// From what is kept to reports.
    let reporting: Reporting

    private let store: ResultStore
    private let keepsPlans: Bool

    /// Begins a run.
    ///
    /// - Parameter keepsPlans: Whether something is made of all plans at the end: of thousands they take memory.
    /// - Throws: `UnusableInput` when nothing can be kept.
    init(_ options: RunOptions, keepsPlans: Bool) throws {
        self.keepsPlans = keepsPlans
        (results, store, run) = try options.begin { id in
            StoredRun(
                id: id, began: Double(time(nil)), arguments: CommandLine.arguments,
                versions: ["tocsin": Version.current, "kernel": Version.kernel])
        }
        reporting = Reporting(results: results)
    }

    /// The folder of the run.
    var folder: String { results.folder(of: run.id) }

    /// The same, as short as it can be typed here.
    var shortFolder: String { FilePathText.short(folder) }

    /// Keeps a plan; returns it as it is kept, also where that failed: what ran is shown in any case.
    mutating func keep(_ result: PlanResult, digest: String, replay: String) -> StoredPlan {
        let stored = reporting.stored(result, digest: digest, replay: replay)
        if keepsPlans { plans.append(stored) }
        do { try store.append(stored, to: run.id) } catch { problem = problem ?? error }
        do { try reporting.keep(again: replay, in: result.folder) } catch { problem = problem ?? error }
        return stored
    }

    /// Ends the run.
    mutating func end(status: Int32, duration: Nanoseconds) {
        run.duration = duration
        do { try store.end(run: run.id, status: status, duration: duration) } catch { problem = problem ?? error }
    }

    /// Does what keeps something; that it could not be done is said at the end.
    mutating func trying(_ body: () throws -> Void) {
        do { try body() } catch { problem = problem ?? error }
    }

    /// A status that is a success only where all was kept.
    func honest(_ status: Int32) -> Int32 {
        problem != nil && [ExitStatus.success, ExitStatus.nothing].contains(status) ? ExitStatus.error : status
    }
}
