import Campaign
import FoundationEssentials
import Model

/// Has each record of a run say where it comes from.
struct RecordOrigins<Inner: Runner>: Runner {
    let inner: Inner
    /// The id of the run.
    let run: String

    func run(_ jobs: [Job], finished: (Job, JobReport) -> [Job]) throws {
        var digests = Digests()
        let stamped = jobs.map { digests.stamp($0, run) }
        try inner.run(stamped) { job, report in finished(job, report).map { digests.stamp($0, run) } }
    }

    /// Digests of plans, each made once: the runs of one plan for one purpose have the same.
    private struct Digests {
        private var known: [String: String] = [:]

        mutating func stamp(_ job: Job, _ run: String) -> Job {
            let key = job.folder.split(separator: "/").dropLast().joined(separator: "/") + " \(job.role.name)"
            // A plan that cannot be written as JSON cannot be sent to a worker either, which then says so.
            let digest = known[key] ?? (try? job.plan.digest(from: FileManager.default.currentDirectoryPath))
            guard let digest else { return job }
            known[key] = digest
            var job = job
            job.origin = RecordOrigin(run: run, plan: digest)
            return job
        }
    }
}
