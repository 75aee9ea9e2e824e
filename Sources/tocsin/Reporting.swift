import Campaign
import FoundationEssentials
import Glibc
import Model
import Reports
import ResultStore

/// From results to what is stored, and from what is stored to reports.
struct Reporting {
    /// Where the results are.
    let results: ResultsFolder

    /// What the store keeps of a result.
    func stored(_ result: PlanResult, digest: String, replay: String) -> StoredPlan {
        StoredPlan(
            number: result.number, digest: digest, judgement: result.judgement, folder: results.relative(result.folder),
            records: result.records.map { record in
                // A record that is missing has been reported as such; its note has no digest.
                StoredRecord(
                    path: results.relative(record.folder), role: record.role.name,
                    digest: RecordFolder(record.folder).headerDigest ?? "")
            },
            replay: replay)
    }

    /// Keeps the command that runs a plan again beside its records, for `judge`.
    func keep(again command: String, in folder: String) throws {
        guard !folder.isEmpty else { return }
        try Files.write(Data("\(command)\n".utf8), to: "\(folder)/again", atomically: true)
    }

    /// The command that was kept beside the records of a plan; by its scenario where none was.
    static func again(_ plan: Plan, in folder: String) -> String {
        // A record from elsewhere may have none.
        if let kept = try? Files.read("\(folder)/again") {
            return String(decoding: kept.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        return Replay.command(file: plan.scenario, bindings: plan.bindings)
    }

    /// What a report says of a plan.
    ///
    /// - Parameter withRecord: Whether it shows what a record of it shows, which is read for that.
    func report(_ plan: StoredPlan, withRecord: Bool = true) -> PlanReport {
        let controls = [RunRole.controlBefore.name, RunRole.controlAfter.name]
        var judgement = plan.judgement
        var shown = RecordView()
        let folder = "\(results.path)/\(plan.folder)"
        if withRecord, let run = PlanReport.shownRun(of: judgement), let name = run.folder.split(separator: "/").last {
            let allowed = Set(judgement.allowed)
            let wrong = judgement.findings.filter { !allowed.contains($0) }
            do {
                shown = RecordView(
                    of: try RecordFolder("\(folder)/\(name)").read(),
                    reference: wrong.isEmpty ? nil : reference(of: judgement.plan, in: folder),
                    statesAround: Set(wrong.map(\.step)))
            } catch {
                // That there is no record is what the run says already.
                if run.error == nil { judgement.notes.append("no picture: \(explained(error))") }
            }
        }
        return PlanReport(
            judgement, hasControls: plan.records.contains { controls.contains($0.role) }, shown: shown,
            folder: plan.folder.isEmpty ? "" : FilePathText.short(folder), replay: plan.replay)
    }

    /// What a plan comes to without its faults; nil where that is not one state, or was not kept.
    private func reference(of plan: Plan, in folder: String) -> Reference? {
        // Each order of steps at the same time has a reference of its own.
        guard plan.steps.allSatisfy(\.parts.isEmpty) else { return nil }
        let own = PlanFolder(folder)
        var file = own.referenceFile
        if !Files.exists(file), let path = realpath(own.record(.reference, run: 1), nil) {
            // Its references are links to those of another plan.
            defer { free(path) }
            file = String(cString: path).split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/reference.json"
        }
        // Without it the report shows the states alone.
        return try? Reference(file: file)
    }

    /// The report of a run without its plans.
    static func report(_ run: StoredRun) -> RunReport {
        var report = RunReport(run: run.id, began: run.began, versions: run.versions)
        report.duration = run.duration
        report.status = run.status
        report.meanings = Campaign.meanings
        return report
    }
}
