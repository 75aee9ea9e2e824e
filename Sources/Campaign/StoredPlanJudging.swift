import Model

extension Campaign {
    /// Judges the records of a plan again, as they lie in its folder.
    ///
    /// - Throws: `RecordError` when there is no plan; what else is missing makes the judgement an error.
    public static func judge(
        _ folder: PlanFolder, number: Int = 1, judging: Judging = .standard, archive: Archive = .disk
    ) throws -> PlanResult {
        let plan = try folder.plan()
        func runs(_ role: RunRole) -> [RunRecord] {
            folder.records(role).map { path in
                do {
                    return RunRecord(role: role, folder: path, record: try archive.read(path))
                } catch {
                    return RunRecord(role: role, folder: path, failure: "\(error)")
                }
            }
        }
        let stored = runs(.reference)
        do {
            let references = try folder.records(.reference).map(archive.read)
            // Where a step fails without a fault, no run with one was made.
            let learned =
                plan.isHostile ? [] : try References(references, of: plan.withoutFaults, learn: judging.learn).all
            var faults = runs(.fault)
            guard !faults.isEmpty else { throw HarnessFailure(description: "it holds no run of the plan") }
            // The plan that was kept says how often it was run.
            for run in faults.count..<max(faults.count, plan.runs) {
                let path = folder.record(.fault, run: run + 1)
                faults.append(RunRecord(role: .fault, folder: path, failure: "the record of run \(run + 1) is missing"))
            }
            return judging.result(
                number: number, plan: plan, folder: folder.path,
                references: learned, runs: faults, controls: runs(.controlBefore) + runs(.controlAfter)
            ).located(by: runs(.confirmation).first?.record?.header)
        } catch {
            return judging.result(
                number: number, plan: plan, folder: folder.path, references: stored, failure: error)
        }
    }
}
