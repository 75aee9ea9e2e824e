import FoundationEssentials
import Testing

@testable import Model

/// A job on its way to a worker.
struct JobLineTests {
    private let plan = Plan(scenario: "x.yaml", title: "a plan whose text is not sent twice")

    private func sent(_ job: Job, after former: Plan?) throws -> (JobLine, text: String) {
        let data = try JSONEncoder().encode(JobLine(job, after: former))
        return (try JSONDecoder().decode(JobLine.self, from: data), String(decoding: data, as: UTF8.self))
    }

    @Test func theFirstBringsItsPlan() throws {
        let (line, text) = try sent(Job(plan: plan, role: .fault, folder: "r/1"), after: nil)
        #expect(text.contains(plan.title))
        #expect(line.job(after: nil)?.plan == plan)
    }

    @Test func theNextOfThatPlanDoesNot() throws {
        let (line, text) = try sent(Job(plan: plan, role: .fault, run: 2, folder: "r/2"), after: plan)
        #expect(!text.contains(plan.title))
        let job = try #require(line.job(after: plan))
        #expect(job.plan == plan && job.run == 2 && job.folder == "r/2")
        #expect(line.job(after: nil) == nil, "a worker that never had the plan")
    }

    @Test func anotherPlanIsBrought() throws {
        let other = Plan(scenario: "x.yaml", title: "another")
        let (line, _) = try sent(Job(plan: other, role: .fault, folder: "r/3"), after: plan)
        #expect(line.job(after: plan)?.plan == other)
    }
}
