import Model
import Testing

@testable import Exploration

struct SecondFaultTests {
    private let kill = Action.kill(victims: .process)

    /// The run of a plan of the device story that is killed before the address is added, and whose retry finds the device there.
    private func killedRun(_ plan: Plan) throws -> Record {
        let exists = try #require(ErrorNumber(name: "EEXIST"))
        let refused = OperationResult.failed(exists)
        let step = plan.steps[0].id
        var operations = [
            operation(Phrase("link.create", "d0", ["type": "dummy"], in: "host"), step: step),
            operation(Phrase("file.open", "/var/lib/x", in: "host"), step: step),
            operation(Phrase("address.add", "10.0.0.1/24", ["dev": "d0"], in: "host"), step: step, result: .unknown),
        ]
        operations.append(
            operation(Phrase("link.create", "d0", ["type": "dummy"], in: "host"), step: step, result: refused))
        if plan.steps.count > 1 {
            operations.append(operation(Phrase("link.delete", "d0", in: "host"), step: plan.steps[1].id))
        }
        let there = [Fact("link", "d0", in: "host", ["type": "dummy"])]
        var record = record(plan, operations, plan.steps.indices.map { $0 == 0 ? [there[0]] : [] })
        record.header.deliveries = [
            Delivery(fault: Exploration.faultName, key: "", operation: 2, step: step, action: kill, time: 2000)
        ]
        record.header.outcomes[0].attempts = [
            Attempt(end: .signalled(9), began: 0), Attempt(end: .exited(1), began: 2500),
        ]
        return record
    }

    private func explored() throws -> (Exploration, number: Int, SecondFaults) {
        var exploration = try deviceExploration()
        let number = try #require(exploration.number(kill, .before, at: 2, then: "whole"))
        let outcomes = [Outcome(candidate: number, verdict: .fail, findings: [finding(.residue)])]
        let search = try AftermathSearch(exploration, deviceStory())
        let second = try search.secondFaults(outcomes) { try killedRun(exploration.plan($0)) }
        exploration.second = second
        return (exploration, number, second)
    }

    @Test func aSecondFaultIsPutWhereTheRunGoesOn() throws {
        let (exploration, number, second) = try explored()
        let aftermath = try #require(second.aftermaths.first)
        #expect(aftermath.base == number)
        #expect(aftermath.denominator.candidates.allSatisfy { $0.place > 2 })
        #expect(second.kept.first == exploration.denominator.candidates.count + aftermath.denominator.kept[0])
        // The retry is what only a run with a fault goes through.
        #expect(aftermath.newPaths == [3])
        let order = second.order(by: InOrder())
        #expect(Set(order) == Set(second.kept))
        #expect(exploration.place(of: order[0]).number == 3)
        let plan = exploration.plan(order[0])
        #expect(plan.faults.map(\.name) == [Exploration.faultName, Exploration.secondFaultName])
        #expect(plan.faults[0] == exploration.plan(number).faults[0])
        // The second `link.create` of the step.
        #expect(plan.faults[1].point.nth == .these([2]))
        #expect(plan.steps[0].command?.retry == 2)
        // What was killed before it never ended: behind it nothing is counted.
        let place = try #require(aftermath.denominator.places.first { $0.number == 3 })
        #expect(place.unended == nil)
        #expect(place.point(.after).nth == .these([2]))
    }

    @Test func whatWasKilledIsNotCountedBehindIt() throws {
        let exploration = try deviceExploration()
        let number = try #require(exploration.number(kill, .before, at: 0, then: "whole"))
        let plan = exploration.plan(number)
        let create = operation(Phrase("link.create", "d0", ["type": "dummy"], in: "host"), step: plan.steps[0].id)
        var killed = record(plan, [create, create], [[], [], [], []])
        killed.header.deliveries = [
            Delivery(
                fault: Exploration.faultName, key: "", operation: 0, step: plan.steps[0].id, action: kill, time: 1)
        ]
        let second = try AftermathSearch(exploration, deviceStory()).secondFaults(
            [Outcome(candidate: number, verdict: .pass, findings: [])]
        ) { _ in killed }
        let place = try #require(second.aftermaths.first?.denominator.places.last)
        #expect(place.point(.before).nth == .these([2]))
        #expect(place.point(.after).nth == .these([1]))
    }

    @Test func whatIsDoneOnceIsDoneOnce() throws {
        let exploration = try deviceExploration()
        let whole = try #require(exploration.number(kill, .before, at: 2, then: "whole"))
        let again = try #require(exploration.number(kill, .before, at: 2, then: "again"))
        let refused = try #require(exploration.numbers("fail", at: 2, then: "whole").first)
        let outcomes = [whole, again, refused].map { Outcome(candidate: $0, verdict: .pass, findings: []) }
        let search = try AftermathSearch(exploration, deviceStory())
        let second = try search.secondFaults(outcomes) { number in
            // The refusal leads to the same run as the kill.
            try killedRun(exploration.plan(number))
        }
        #expect(second.passes.map(\.before) == [3, 2, 2, 1])
        #expect(second.passes.last?.after == 1)
        #expect(second.aftermaths.map(\.base) == [min(whole, refused)])
    }

    @Test func whereAllGoesOnAsWithoutAFaultNothingIsPut() throws {
        let exploration = try deviceExploration()
        let number = try #require(exploration.number(kill, .after, at: 1, then: "whole"))
        let undisturbed = deviceStory()[0]
        let search = try AftermathSearch(exploration, deviceStory())
        let second = search.secondFaults([Outcome(candidate: number, verdict: .pass, findings: [])]) { number in
            var record = undisturbed
            record.header.plan = exploration.plan(number)
            record.header.deliveries = [
                Delivery(fault: Exploration.faultName, key: "", operation: 1, step: "add", action: kill, time: 2000)
            ]
            return record
        }
        #expect(second.aftermaths.isEmpty)
        #expect(second.passes[1].after == 0)
    }

    @Test func ofTwoFaultsThatCountsWhichOneDoesNotShow() throws {
        let (exploration, number, second) = try explored()
        let pair = second.kept[0]
        let single = Outcome(candidate: number, verdict: .fail, findings: [finding(.residue)])
        let known = Outcome(candidate: pair, verdict: .fail, findings: [finding(.residue, "add.1", step: "add.1")])
        var causes = Cause.all(of: [single, known], in: exploration)
        #expect(causes.map(\.isOfTwo) == [false])
        #expect(Pairs([single, known], in: exploration).countOfKnown == 1)
        let new = Outcome(candidate: pair, verdict: .fail, findings: [finding(.deadName)])
        causes = Cause.all(of: [single, new], in: exploration)
        #expect(Set(causes.map(\.isOfTwo)) == [false, true])
        let told = try #require(causes.first { $0.isOfTwo })
        let lines = ExplorationText(exploration).lines(told)
        #expect(lines[1].contains("after kill process before address.add"), "\(lines)")
    }
}
