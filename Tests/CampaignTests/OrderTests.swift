import Campaign
import Model
import Testing

/// Steps at the same time, points counted from the end, and drivers that are confirmed cold.
struct OrderTests {
    private func run(_ plan: Plan, _ runner: FakeRunner) -> CampaignResult {
        Campaign(folder: "runs/1", archive: runner.archive).run([plan], with: runner)
    }

    private var meeting: Plan {
        var plan = Plan.demo()
        let parts = ["one", "two"].map { name in
            Step(name: name, body: .run(Command(agent: "ip", name: name, argv: ["ip"])))
        }
        plan.steps.insert(Step(name: "together", body: .together(parts)), at: 1)
        plan.order = [Point(.after, Phrase("netns.name", "demo"), agent: "ip")]
        return plan
    }

    @Test func stepsAtTheSameTimeHaveReferencesInEveryOrder() {
        let runner = FakeRunner { job in
            .record { header in
                header.outcomes = job.plan.allSteps.map {
                    StepOutcome(step: $0.id, attempts: [Attempt(end: .exited(0))], snapshot: Snapshot.empty.digest)
                }
            }
        }
        let result = run(meeting, runner)
        let references = runner.jobs.filter { $0.role == .reference }.map { $0.plan.steps.map(\.id) }
        let one = ["add.1", "one", "two", "del.1", "add.2", "del.2"]
        let other = ["add.1", "two", "one", "del.1", "add.2", "del.2"]
        #expect(references == [one, one, one, other, other, other])
        #expect(runner.jobs.filter { $0.role == .reference }.allSatisfy { $0.plan.order.isEmpty })
        #expect(runner.jobs.last?.plan.steps.map(\.id).contains("together") == true)
        #expect(result.plans.map(\.judgement.verdict) == [.pass])
    }

    /// An agent may be kept only from where it comes by itself: else the order would be kept whatever the point says.
    @Test(arguments: [("demo", true), ("other", false)]) func whoIsKeptFromAPointComesThereByHimself(
        name: String, comes: Bool
    ) throws {
        var plan = meeting
        plan.order[0].orBlocked = true
        let runner = FakeRunner { job in
            .record { header in
                header.outcomes = job.plan.allSteps.map {
                    StepOutcome(step: $0.id, attempts: [Attempt(end: .exited(0))], snapshot: Snapshot.empty.digest)
                }
            }
        }
        let archive = Archive(create: { _, _ in }, share: { _, _, _ in }, keep: { _, _ in }) { folder in
            var record = try runner.archive.read(folder)
            record.operations = OperationLog([
                Operation(
                    index: 0, step: "two", agent: "ip", lineage: "ip", program: "ip", thread: 1, call: "mount",
                    phrase: Phrase("netns.name", name), started: 0)
            ])
            record.header.operations = 1
            return record
        }
        let result = Campaign(folder: "runs/1", archive: archive).run([plan], with: runner)
        let verdict = try #require(result.plans.first).judgement.verdict
        if case .error(let reason) = verdict {
            #expect(!comes && reason.contains("`or: blocked` of `order` keeps nobody from anything"), "\(reason)")
        } else {
            #expect(comes, "\(verdict)")
        }
        #expect(runner.jobs.contains { $0.role == .fault } == comes)
    }

    @Test func everyOrderOfThreeIsOne() {
        var plan = meeting
        let parts = ["a", "b", "c"].map { Step(name: $0, body: .run(Command(agent: "ip", name: $0, argv: []))) }
        plan.steps = [Step(name: "together", body: .together(parts))]
        #expect(Set(plan.orders.map { $0.steps.map(\.name).joined() }) == ["abc", "acb", "bac", "bca", "cab", "cba"])
        #expect(plan.allSteps.map(\.id) == ["a", "b", "c"])
    }

    private func counting(_ counts: [Int]) -> ([Point], CampaignResult) {
        var plan = Plan.killed
        plan.faults[0].point.nth = .last
        var left = counts[...]
        let runner = FakeRunner()
        let archive = Archive(create: { _, _ in }, share: { _, _, _ in }, keep: { _, _ in }) { folder in
            var record = try runner.archive.read(folder)
            let count = left.popFirst() ?? 0
            record.operations = OperationLog(
                (0..<count).map { index in
                    Operation(
                        index: index, step: "add.1", agent: "ip", lineage: "ip", program: "ip", thread: 1,
                        call: "mount",
                        phrase: Phrase("netns.name", "demo"), started: 0)
                })
            record.header.operations = count
            return record
        }
        let result = Campaign(folder: "runs/1", archive: archive).run([plan], with: runner)
        return (runner.jobs.filter { $0.role == .fault }.flatMap { $0.plan.faults.map(\.point) }, result)
    }

    @Test func theLastIsANumberThatTheReferencesAgreeOn() {
        #expect(counting([4, 4, 4]).0.map(\.nth) == [.these([4])])
    }

    @Test func whereTheyDisagreeItIsAnError() throws {
        let (points, result) = counting([4, 5, 4])
        #expect(points.isEmpty)
        let verdict = try #require(result.plans.first).judgement.verdict
        guard case .error(let reason) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(reason.contains("`nth: last` of fault `fault-1` is no single number: the references have 4, 5, 4"))
    }

    @Test func whatAWarmDriverShowsIsConfirmedCold() throws {
        var plan = Plan.killed
        var agent = AgentSpecification()
        agent.warm = true
        plan.agents = ["ip": agent]
        func crash(_ job: Job, onlyWarm: Bool) -> FakeRunner.Behaviour {
            .record { header in
                let isWarm = job.plan.agents.values.contains { $0.warm }
                guard [.fault, .confirmation].contains(job.role), isWarm || !onlyWarm else { return }
                header.outcomes[0].attempts = [Attempt(end: .signalled(11))]
            }
        }
        let same = FakeRunner { crash($0, onlyWarm: false) }
        #expect(run(plan, same).plans.first?.judgement.notes == ["a cold driver shows the same"])
        #expect(same.names.last == "plan-0001/confirmation-1")
        #expect(same.jobs.last?.plan.agents["ip"]?.warm == false)
        let other = FakeRunner { crash($0, onlyWarm: true) }
        #expect(run(plan, other).plans.first?.judgement.notes == ["crash: add.1 was not seen with a cold driver"])
        let clean = FakeRunner()
        _ = run(plan, clean)
        #expect(clean.names.last == "plan-0001/fault-1")
    }

    @Test func whereTheAgentStoodIsReadInOneMoreRun() throws {
        let frames = [SourceFrame(file: "/opt/agent.py", line: 7, function: "add")]
        let runner = FakeRunner { job in
            .record { header in
                guard job.role != .reference else { return }
                header.outcomes[0].attempts = [Attempt(end: .signalled(11))]
                header.deliveries = [
                    Delivery(
                        fault: "fault-1", key: "add.1 / ip / netns.enter(pod) @ host # 1", operation: 0, step: "add.1",
                        action: .kill(victims: .process), time: 1)
                ]
                if job.stacks != nil { header.deliveries[0].stack = frames }
            }
        }
        var campaign = Campaign(folder: "runs/1", archive: runner.archive)
        campaign.stacks = Job.StackReading(pySpy: "/bin/py-spy")
        let result = try #require(campaign.run([.killed], with: runner).plans.first)
        #expect(result.judgement.runs.map { $0.deliveries.map(\.stack) } == [[frames]])
        #expect(runner.jobs.map(\.role).last == .confirmation)
        #expect(runner.jobs.filter { $0.stacks != nil }.map(\.role) == [.confirmation])
        #expect(runner.jobs.last?.stacks?.endsThere == true)
    }
}
