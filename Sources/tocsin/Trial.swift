import Campaign
import FoundationEssentials
import Model

/// One run of a plan whose record nobody keeps.
enum Trial {
    /// Runs a plan, and hands its record over before it goes.
    ///
    /// - Parameters:
    ///   - cpu: The worker's CPU, nil for all.
    ///   - pinned: Whether worker and host share one CPU.
    ///   - traced: Whether the agents are traced.
    /// - Throws: `Interruption`, and `TrialFailure` when there is no record.
    static func run(_ plan: Plan, cpu: Int?, pinned: Bool, traced: Bool = true) throws -> Record {
        let folder = try TrialFolder()
        defer { withExtendedLifetime(folder) {} }
        let pool = WorkerPool(.init(slots: [cpu], logs: folder.path))
        var failure: String? = "it never ended"
        let job = Job(plan: plan, role: .trace, folder: "\(folder.path)/trace-1", pinned: pinned, traced: traced)
        try pool.run([job]) { _, report in
            failure = report.failure
            return []
        }
        if let failure { throw TrialFailure(description: failure) }
        // The log stays mapped when its name goes.
        return try RecordFolder(job.folder).read()
    }

    /// Why a plan cannot be run here, nil when it can; and what is to be said of its host.
    static func outcome(of plan: Plan) throws -> (failure: String?, notes: [String]) {
        do {
            let header = try run(plan, cpu: nil, pinned: false).header
            return (header.error, header.notes)
        } catch let interruption as Interruption {
            throw interruption
        } catch {
            return (explained(error), [])
        }
    }
}

/// That a plan has no record.
struct TrialFailure: Error, CustomStringConvertible {
    let description: String
}
