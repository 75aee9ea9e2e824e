import Campaign
import FoundationEssentials
import Model
import Testing

@testable import tocsin

/// Records say from which run and which plan they are.
struct RecordOriginTests {
    /// Keeps the jobs that it is given, and asks for one more.
    private final class Keeper: Runner {
        var jobs: [Job] = []

        func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws {
            let first = more()
            jobs += first
            for job in first { jobs += finished(job, JobReport(folder: job.folder)) }
        }
    }

    @Test func everyJobBearsThem() throws {
        let keeper = Keeper()
        var plan = Plan(scenario: "x.yaml", title: "t")
        let reference = Job(plan: plan, role: .reference, folder: "/r/plan-1/reference-1")
        plan.runs = 2
        let fault = Job(plan: plan, role: .fault, folder: "/r/plan-1/fault-1")
        try RecordOrigins(inner: keeper, run: "20261125-1").run([reference]) { job, _ in
            #expect(job.origin?.run == "20261125-1")
            return [fault]
        }
        let here = FileManager.default.currentDirectoryPath
        let digests = try [reference, fault].map { try $0.plan.digest(from: here) }
        #expect(keeper.jobs.map(\.origin) == digests.map { RecordOrigin(run: "20261125-1", plan: $0) })
    }
}
