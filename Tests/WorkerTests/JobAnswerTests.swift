import FoundationEssentials
import Model
import Testing

@testable import Worker

/// What a worker does with a line that it is sent.
@Suite struct JobAnswerTests {
    private let plan = Plan(scenario: "x.yaml", title: "a plan")

    private func line(_ job: Job, after former: Plan?) throws -> [UInt8] {
        Array(try JSONEncoder().encode(JobLine(job, after: former)))
    }

    @Test func aPlanIsKeptForTheNextJob() throws {
        var former: Plan?
        var ran: [Job] = []
        for number in 1...2 {
            let job = Job(plan: plan, role: .fault, run: number, folder: "r/\(number)")
            let report = WorkerMain.answer(try line(job, after: former), &former) { ran.append($0) }
            #expect(report.failure == nil && report.folder == "r/\(number)")
        }
        #expect(ran.map(\.plan) == [plan, plan] && ran.map(\.run) == [1, 2])
    }

    /// The manager takes the plan of an unreadable line for kept; another one in its place would be judged as that one.
    @Test func behindALineThatCannotBeReadNoPlanIsKept() throws {
        var former: Plan? = Plan(scenario: "x.yaml", title: "another")
        let broken = WorkerMain.answer(Array("{\"job\":".utf8), &former) { _ in Issue.record("it ran") }
        #expect(broken.failure != nil && former == nil)
        let next = Job(plan: plan, role: .fault, run: 2, folder: "r/2")
        let report = WorkerMain.answer(try line(next, after: plan), &former) { _ in Issue.record("it ran") }
        #expect(report.failure == "the plan of a job is missing")
    }
}
