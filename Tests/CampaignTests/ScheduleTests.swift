import Campaign
import Model
import Testing

/// What a campaign runs, and in which order.
struct ScheduleTests {
    private func run(_ plans: [Plan], _ runner: FakeRunner = FakeRunner(), runs: Int? = nil) -> CampaignResult {
        Campaign(folder: "runs/1", runs: runs, archive: runner.archive).run(plans, with: runner)
    }

    @Test func aFaultOfTheKernelHasNoControls() {
        let runner = FakeRunner()
        let result = run([.killed], runner)
        let plan = "plan-0001"
        #expect(runner.names == (1...3).map { "\(plan)/reference-\($0)" } + ["\(plan)/fault-1"])
        #expect(result.plans.map(\.judgement.verdict) == [.pass])
        #expect(result.exitStatus == 0)
    }

    @Test func aHostileValueIsRunWithoutReferences() throws {
        var hostile = Plan.demo()
        hostile.planted = [Planted(variable: "name", kind: .hostile, text: "x$(y)")]
        let runner = FakeRunner()
        let result = run([hostile, .killed], runner, runs: 2)
        #expect(runner.names.filter { $0.hasPrefix("plan-0001") } == ["plan-0001/fault-1", "plan-0001/fault-2"])
        #expect(runner.jobs.filter { $0.plan.isHostile }.allSatisfy { $0.reference == nil })
        #expect(result.plans.map(\.judgement.verdict) == [.pass, .pass])
    }

    @Test func aFaultOfTheWorldHasControlsAroundTheStepOfItsDelivery() throws {
        let runner = FakeRunner()
        let result = run([.deleted], runner)
        #expect(runner.names.suffix(3) == ["plan-0001/fault-1", "plan-0001/control-before", "plan-0001/control-after"])
        let controls = runner.jobs.suffix(2).map { $0 }
        #expect(controls.map(\.role) == [.controlBefore, .controlAfter])
        let points = controls.map { $0.plan.faults.map(\.point) }
        #expect(points == [[Point(.before, Phrase("step", "add.2"))], [Point(.after, Phrase("step", "add.2"))]])
        #expect(controls.allSatisfy { $0.plan.faults.map(\.actions) == Plan.deleted.faults.map(\.actions) })
        let records = try #require(result.plans.first).records
        #expect(records.map(\.role) == [.fault, .controlBefore, .controlAfter])
    }

    @Test func aFaultAtTheEdgeOfAStepIsItsOwnControl() {
        var plan = Plan.deleted
        plan.faults[0].point = Point(.before, Phrase("step", "del.1"))
        let runner = FakeRunner()
        _ = run([plan], runner)
        #expect(runner.names.count == 4)
    }

    @Test func anUndeliveredFaultHasControlsOnlyWhereItsStepIsSaid() {
        let lost: (Job) -> FakeRunner.Behaviour = { job in
            .record { header in
                guard job.role == .fault else { return }
                header.deliveries = []
                header.undelivered = ["fault-1: no netns.name"]
            }
        }
        let silent = FakeRunner(lost)
        let result = run([.deleted], silent)
        #expect(silent.names.count == 4)
        #expect(result.exitStatus == 3)
        var plan = Plan.deleted
        plan.faults[0].point.during = "add.1"
        let said = FakeRunner(lost)
        _ = run([plan], said)
        #expect(said.jobs.last?.plan.faults.map(\.point.operation) == [Phrase("step", "add.1")])
    }

    @Test func equalReferencesAreRunOnce() {
        let plans = [Plan.demo(.kill(victims: .process), bindings: ["who": "process"]), .deleted, .demo()]
        let runner = FakeRunner()
        let result = run(plans, runner)
        #expect(runner.jobs.filter { $0.role == .reference }.count == 3)
        #expect(
            runner.jobs.filter { $0.role == .reference }.allSatisfy { $0.plan.faults.isEmpty && $0.reference == nil })
        // Plans that share references name one file.
        let files = runner.jobs.filter { $0.role != .reference }.map(\.reference)
        #expect(Set(files).count == 1 && files[0]?.hasSuffix("/reference.json") == true)
        #expect(runner.kept.keys.sorted() == files.prefix(1).compactMap(\.self))
        #expect(result.plans.map(\.number) == [1, 2, 3])
    }

    @Test func whereReferencesDoNotAgreeThereAreMore() {
        let plans = [Plan.killed, .deleted]
        let runner = FakeRunner()
        nonisolated(unsafe) var learned: [Int] = []
        let standard = Judging.standard
        let judging = Judging(
            learn: { records in
                learned.append(records.count)
                var reference = try standard.learn(records)
                let masked = Reference.Masked(identity: Fact.Identity(noun: "link", name: "v0"))
                reference.valuesSeen = ["add": [masked: Reference.Seen(values: ["", nil, ""])]]
                return reference
            }, judge: standard.judge)
        let result = Campaign(folder: "runs/1", judging: judging, archive: runner.archive).run(plans, with: runner)
        #expect(runner.jobs.filter { $0.role == .reference }.map(\.run) == [1, 2, 3, 4, 5])
        #expect(learned == [3, 5], "once more, and not for ever")
        #expect(result.plans.count == 2)
    }

    @Test func whereReferencesWroteInOneSecondThereAreMoreInAnother() {
        let runner = FakeRunner()
        let standard = Judging.standard
        let judging = Judging(
            learn: { records in
                var reference = try standard.learn(records)
                reference.sameSecond = 1700
                return reference
            }, judge: standard.judge)
        _ = Campaign(folder: "runs/1", judging: judging, archive: runner.archive).run([.killed], with: runner)
        #expect(runner.jobs.filter { $0.role == .reference }.map(\.laterThan) == [nil, nil, nil, 1700, 1700])
        #expect(runner.jobs.filter { $0.role != .reference }.allSatisfy { $0.laterThan == nil })
    }

    @Test func otherStepsHaveOtherReferences() {
        var other = Plan.killed
        other.steps.removeLast()
        let runner = FakeRunner()
        _ = run([.killed, other], runner)
        #expect(runner.jobs.filter { $0.role == .reference }.count == 6)
    }

    @Test func plansEndBeforeOthersBegin() {
        // Each plan's jobs come before those of plans that wait for their references.
        var other = Plan.killed
        other.steps.removeLast()
        let runner = FakeRunner()
        _ = run([.killed, other], runner)
        #expect(runner.names.firstIndex(of: "plan-0001/fault-1") == 3)
    }

    @Test(arguments: [(nil, 4), (7, 7)]) func runsAreThePlansOwnOrThoseAskedFor(asked: Int?, expected: Int) throws {
        var plan = Plan.killed
        plan.runs = 4
        let runner = FakeRunner()
        let result = run([plan], runner, runs: asked)
        #expect(runner.jobs.filter { $0.role == .fault }.map(\.run) == Array(1...expected))
        #expect(try #require(result.plans.first).judgement.runs.count == expected)
    }

    @Test func whatIsNotMetIsSkippedAndNamed() {
        let runner = FakeRunner()
        var campaign = Campaign(folder: "runs/1", archive: runner.archive)
        campaign.unmet = { _ in "needs CAP_SYS_ADMIN" }
        let result = campaign.run([.killed, .deleted], with: runner)
        #expect(runner.jobs.isEmpty)
        #expect(result.plans.map(\.judgement.verdict) == Array(repeating: .skipped("needs CAP_SYS_ADMIN"), count: 2))
        #expect(result.exitStatus == 4)
    }

    @Test func faultsAndKnownFindingsAreTakenAwayAndEqualPlansBecomeOne() {
        let expectation = Expectation(oracle: .deadName, subject: .object(Phrase("netns", "demo")), because: "it is so")
        var known = Plan.demo(.kill(victims: .process), bindings: ["fail": "EPERM", "version": "1"])
        known.known = [expectation]
        let other = Plan.demo(.kill(victims: .all), bindings: ["fail": "EBUSY", "version": "1"])
        var third = other
        third.allow = [expectation]
        let bare = [known, other, third].withoutFaults
        #expect(bare.count == 2)
        #expect(bare.allSatisfy { $0.faults.isEmpty && $0.known.isEmpty })
        #expect(bare.first?.bindings == ["version": "1"])
    }

    /// What is new must be seen again, in runs that belong to the plan as those before do.
    @Test(arguments: [true, false]) func aPlanIsRunAgainWhereItMustBe(isNeeded: Bool) throws {
        let runner = FakeRunner()
        var campaign = Campaign(folder: "runs/1", archive: runner.archive)
        var asked: [Int] = []
        campaign.repetition = .init(runs: 2) { judgement in
            asked.append(judgement.runs.count)
            return isNeeded
        }
        let result = campaign.run([.killed], with: runner)
        let faults = runner.names.filter { $0.contains("/fault-") }
        #expect(faults == (1...(isNeeded ? 3 : 1)).map { "plan-0001/fault-\($0)" })
        #expect(asked == [1])
        #expect(result.plans.map(\.judgement.runs.count) == [isNeeded ? 3 : 1])
        #expect(Set(runner.jobs.filter { $0.role == .fault }.map(\.reference)).count == 1)
    }
}
