import Model
import Testing

@testable import Exploration

struct RandomAdversaryTests {
    /// The device story with times: a step of a millisecond, in which nobody looks at the device for half of it.
    private func records() -> [Record] {
        deviceStory().map { record in
            var record = record
            let starts: [UInt64] = [1_000_000, 1_200_000, 1_700_000, 1_900_000, 5_000_000]
            record.operations = OperationLog(
                zip(record.operations, starts).map { operation, start in
                    var operation = operation
                    operation.started = start
                    operation.duration = 100_000
                    return operation
                })
            record.header.outcomes = record.header.outcomes.map { outcome in
                var outcome = outcome
                outcome.attempts[0].began = outcome.step == "add" ? 400_000 : 4_000_000
                return outcome
            }
            return record
        }
    }

    private func adversary() throws -> RandomAdversary {
        try RandomAdversary(Exploration(of: addAndDelete, records()), records())
    }

    @Test func momentsAreThoseOfTheStep() throws {
        let adversary = try adversary()
        let number = try #require(
            adversary.changes.firstIndex { $0.step == "add" && $0.action.phrase.word == "link.delete" })
        let change = adversary.changes[number]
        #expect(change.from == 600_000)
        #expect(change.span == 1_000_000)
        let draws = adversary.draws(500, seed: 3)
        #expect(draws == adversary.draws(500, seed: 3))
        #expect(draws != adversary.draws(500, seed: 4))
        let times = draws.filter { $0.change == number }.map(\.time)
        #expect(times.allSatisfy { (600_000...1_600_000).contains($0) })
        #expect((times.max() ?? 0) - (times.min() ?? 0) > 500_000)
        let plan = adversary.plan(RandomAdversary.Draw(change: number, time: 700_000))
        #expect(plan.faults.map(\.besideAfter) == [700_000])
        #expect(plan.faults.map(\.point) == [Point(.before, Phrase("step", "add.1"))])
        #expect(plan.steps.map(\.id) == ["add"])
    }

    @Test func whatTheComparisonsShowTooDoesNotCount() throws {
        let adversary = try adversary()
        let draws = (0..<4).map { RandomAdversary.Draw(change: 0, time: UInt64($0)) }
        var racing = finding(.falseSuccess)
        racing.timing = .race
        var always = finding(.residue)
        always.timing = .always
        let outcomes = [
            1: Outcome(candidate: 1, verdict: .fail, findings: [always]),
            2: Outcome(candidate: 2, verdict: .skipped("no such device"), findings: []),
            3: Outcome(candidate: 3, verdict: .fail, findings: [always, racing]),
            4: Outcome(candidate: 4, verdict: .error("it did not settle"), findings: []),
        ]
        let result = try #require(adversary.results(draws, outcomes).first)
        #expect(result.rate == Rate(hits: 1, runs: 3))
        #expect(result.nothingThere == 1)
        #expect(result.errors == 1)
        #expect(result.first?.run == 3)
        #expect(result.first?.finding.oracle == .falseSuccess)
        let lines = adversary.lines([result]) { "run \($0)" }
        #expect(lines.last == "the first finding came in run 3")
        #expect(!lines.contains { $0.contains("deterministic") })
    }
}
