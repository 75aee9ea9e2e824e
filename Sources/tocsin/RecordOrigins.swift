import Campaign
import FoundationEssentials
import Model

/// Has each record of a run say where it comes from.
struct RecordOrigins<Inner: Runner>: Runner {
    let inner: Inner
    /// The id of the run.
    let run: String

    func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws {
        let digests = Digests()
        try inner.run {
            more().map { digests.stamp($0, run) }
        } finished: { job, report in
            finished(job, report).map { digests.stamp($0, run) }
        }
    }

    /// Digests of plans, the last ones made once: the runs of one plan for one purpose have the same, and come together.
    private final class Digests {
        private var known: [(key: String, digest: String)] = []

        func stamp(_ job: Job, _ run: String) -> Job {
            let key = job.folder.split(separator: "/").dropLast().joined(separator: "/") + " \(job.role.name)"
            let former = known.first { $0.key == key }?.digest
            // A plan that cannot be written as JSON cannot be sent to a worker either, which then says so.
            let digest = former ?? (try? job.plan.digest(from: FileManager.default.currentDirectoryPath))
            guard let digest else { return job }
            if former == nil { known = known.suffix(31) + [(key, digest)] }
            var job = job
            job.origin = RecordOrigin(run: run, plan: digest)
            return job
        }
    }
}
