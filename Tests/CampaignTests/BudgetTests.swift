import Campaign
import Model
import Testing

struct BudgetTests {
    private func plans(_ count: Int) -> [Plan] {
        (0..<count).map { number in
            var plan = Plan(scenario: "tests/budget.yaml", title: "a plan")
            plan.bindings = ["number": "\(number)"]
            plan.faults = [
                Fault(
                    name: "explored", point: Point(.before, Phrase("file.open", "/\(number)")),
                    actions: [.kill(victims: .process)])
            ]
            return plan
        }
    }

    @Test func withTimeEnoughEverythingIsRun() {
        let runner = FakeRunner()
        let campaign = Campaign(folder: "/runs/1", archive: runner.archive)
        let result = campaign.run(plans(5), with: BudgetedRunner(runner, width: 2) { false })
        #expect(result.plans.count == 5)
        #expect(!result.isSpent)
        #expect(runner.jobs.count == Campaign.references + 5)
    }

    @Test func whatIsNotBegunInTimeIsUnfinishedAndNoError() {
        let runner = FakeRunner()
        let campaign = Campaign(folder: "/runs/1", archive: runner.archive)
        var judged = 0
        let budgeted = BudgetedRunner(runner, width: 2) { judged >= 2 }
        let result = campaign.run(plans(5), with: budgeted) { _ in judged += 1 }
        #expect(result.isSpent)
        #expect(result.plans.count >= 2 && result.plans.count < 5)
        #expect(result.plans.count + result.unfinished.count == 5)
        #expect(!result.plans.contains { if case .error = $0.judgement.verdict { true } else { false } })
    }

    @Test func plansAreRunInTheirOrderWhateverReferencesTheyShare() {
        let runner = FakeRunner()
        let campaign = Campaign(folder: "/runs/1", archive: runner.archive)
        // Two stories, by turns.
        let all = plans(6).enumerated().map { number, plan in
            var plan = plan
            plan.title = number.isMultiple(of: 2) ? "a plan" : "another"
            plan.steps = number.isMultiple(of: 2) ? [] : [Step(name: "up", body: .start(agent: "a"))]
            return plan
        }
        let budgeted = BudgetedRunner(runner, width: 1) { false }
        let result = campaign.run(all, with: budgeted)
        #expect(result.plans.count == 6)
        let faults = runner.jobs.filter { $0.role == .fault }.compactMap { $0.plan.bindings["number"] }
        #expect(faults == ["0", "1", "2", "3", "4", "5"])
    }

    @Test func aPlanIsMadeJobsOfWhenThereIsTimeForIt() {
        let runner = FakeRunner()
        var made: [String] = []
        var archive = runner.archive
        archive.create = { folder, _ in made.append(folder.path) }
        var campaign = Campaign(folder: "/runs/1", archive: archive)
        campaign.keepsResults = false
        var judged = 0
        let result = campaign.run(plans(50), with: runner) { _ in
            judged += 1
            #expect(made.count == judged)
        }
        #expect(judged == 50)
        #expect(result.plans.isEmpty && result.unfinished.isEmpty)
    }

    @Test func plansAreRunInTheOrderInWhichTheyAreGiven() {
        let runner = FakeRunner()
        let campaign = Campaign(folder: "/runs/1", archive: runner.archive)
        var judged: [Int] = []
        _ = campaign.run(plans(4), numbers: [3, 1, 4, 2], with: runner) { judged.append($0.number) }
        #expect(judged == [3, 1, 4, 2])
    }

    @Test func plansKeepTheNumbersThatTheyAreGiven() {
        let runner = FakeRunner()
        let campaign = Campaign(folder: "/runs/1", archive: runner.archive)
        let result = campaign.run(plans(2), numbers: [7, 4], with: runner)
        #expect(result.plans.map(\.number) == [4, 7])
        #expect(runner.jobs.last?.folder.contains("plan-0004") == true)
    }
}
