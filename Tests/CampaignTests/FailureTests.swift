import Campaign
import FoundationEssentials
import Model
import Testing

/// What a campaign makes of things that go wrong.
struct FailureTests {
    private func run(_ plans: [Plan], _ runner: FakeRunner) -> CampaignResult {
        Campaign(folder: "runs/1", archive: runner.archive).run(plans, with: runner)
    }

    @Test func aDeadWorkerIsAnErrorOfItsPlanAndTheOthersGoOn() {
        let runner = FakeRunner { job in
            job.role == .fault && job.folder.contains("plan-0001") ? .failure("signal 9") : .record { _ in }
        }
        let result = run([.killed, .deleted], runner)
        #expect(result.plans.map(\.judgement.verdict) == [.error("signal 9"), .pass])
        #expect(result.exitStatus == 3)
    }

    @Test func aStepOfAReferenceThatFailsIsAFindingOfEveryPlanThatNeedsIt() throws {
        let runner = FakeRunner { job in
            .record { header in
                if job.role == .reference, job.run == 2 { header.outcomes[1].attempts[0].end = .exited(1) }
            }
        }
        let result = run([.killed, .deleted], runner)
        #expect(runner.jobs.count == 3)
        for plan in result.plans {
            let reason = try #require(plan.judgement.reasons.first)
            #expect(reason.contains("del.1") && reason.contains("exit 1"))
            #expect(plan.judgement.verdict == .flaky(hits: 1, runs: 3))
        }
        #expect(result.exitStatus == 1)
    }

    @Test func aReferenceWithoutARecordNamesItsReason() throws {
        let runner = FakeRunner { $0.run == 3 ? .failure("the worker died by signal 9") : .record { _ in } }
        let reason = try #require(run([.killed], runner).plans.first).judgement.reasons.joined()
        #expect(reason.contains("reference-3") && reason.contains("signal 9"))
    }

    @Test func whatIsLeftIsAFailure() throws {
        let left = Snapshot(facts: [Fact("file", "/var/lib/x")])
        let runner = FakeRunner { job in .record { if job.role == .fault { $0.leave(left.digest) } } }
        var archive = runner.archive
        let read = archive.read
        archive.read = { folder in
            var record = try read(folder)
            record.snapshots[left.digest] = left
            return record
        }
        let result = Campaign(folder: "runs/1", archive: archive).run([.killed], with: runner)
        let judgement = try #require(result.plans.first).judgement
        #expect(judgement.verdict == .fail)
        #expect(judgement.findings.map(\.oracle).contains(.residue))
        #expect(result.exitStatus == 1)
    }

    @Test func aSignalKeepsWhatRan() {
        var count = 0
        let runner = FakeRunner { _ in
            count += 1
            if count > 4 { throw Interruption(signal: 15) }
            return .record { _ in }
        }
        var other = Plan.killed
        other.scenario = "Scenarios/other.yaml"
        other.steps.removeLast()
        var seen: [Int] = []
        let result = Campaign(folder: "runs/1", archive: runner.archive).run([.killed, other], with: runner) {
            seen.append($0.number)
        }
        #expect(seen == [1])
        #expect(result.plans.map(\.judgement.verdict) == [.pass])
        #expect(result.unfinished == [other.name])
        #expect(result.exitStatus == 143)
    }

    @Test func aRunnerThatFailsIsAnErrorOfEveryPlanThatWaits() {
        struct NoSpace: Error {}
        let runner = FakeRunner { _ in throw NoSpace() }
        let result = run([.killed], runner)
        #expect(result.exitStatus == 3)
        #expect(result.unfinished.isEmpty)
    }

    @Test func anOracleThatFailsIsAnErrorAndNoPass() throws {
        struct Broken: Error {}
        let runner = FakeRunner()
        var judging = Judging.standard
        judging.judge = { _, _, _, _ in throw Broken() }
        let result = Campaign(folder: "runs/1", judging: judging, archive: runner.archive).run([.killed], with: runner)
        #expect(result.exitStatus == 3)
    }

    static let statuses: [(verdicts: [Verdict], status: Int32)] = [
        ([.pass, .known], 0),
        ([.pass, .skipped("x")], 0),
        ([.fail, .error("x")], 1),
        ([.error("x"), .fail], 1),
        ([.flaky(hits: 1, runs: 2)], 1),
        ([.error("x"), .pass], 3),
        ([.skipped("x")], 4),
        ([], 4),
    ]

    @Test(arguments: statuses) func exitStatusesAreThoseOfTheTable(verdicts: [Verdict], status: Int32) {
        #expect(ExitStatus.of(verdicts) == status)
        #expect(ExitStatus.of(verdicts, interrupted: Interruption(signal: 2)) == 130)
    }

    @Test func plansAreJudgedAgainFromTheirFolders() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "tocsin-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: root) }
        let runner = DiskRunner()
        let result = Campaign(folder: root).run([.killed, .deleted], with: runner)
        let moved = root + "-moved"
        try FileManager.default.moveItem(atPath: root, toPath: moved)
        defer { try? FileManager.default.removeItem(atPath: moved) }
        for plan in result.plans {
            let folder = moved + plan.folder.dropFirst(root.count)
            let again = try Campaign.judge(PlanFolder(folder))
            #expect(again.judgement.verdict == plan.judgement.verdict)
            #expect(again.records.map(\.role) == plan.records.map(\.role))
            #expect(again.judgement.plan == plan.judgement.plan)
        }
        #expect(throws: RecordError.self) { try Campaign.judge(PlanFolder(moved)) }
    }
}

/// A runner that writes whole records.
private struct DiskRunner: Runner {
    func run(_ more: () -> [Job], finished: (Job, JobReport) -> [Job]) throws {
        var waiting: [Job] = []
        while true {
            if waiting.isEmpty { waiting = more() }
            guard let job = waiting.popLast() else { break }
            let folder = RecordFolder(job.folder)
            try folder.create()
            _ = try folder.write(Snapshot.empty)
            try OperationLogWriter(path: folder.operationsPath).finish()
            try folder.write(RecordHeader.whole(job))
            waiting += finished(job, JobReport(folder: job.folder))
        }
    }
}
