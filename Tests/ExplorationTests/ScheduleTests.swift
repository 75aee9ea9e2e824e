import Model
import Testing

@testable import Exploration

struct ScheduleTests {
    @Test func everyOrderHasEveryPlanOnce() throws {
        let denominator = try deviceExploration().denominator
        let strategies: [any Strategy] = [InOrder(), Spread(seed: 1), Spread(seed: 2)]
        for strategy in strategies {
            let order = strategy.order(denominator.kept, of: denominator)
            #expect(order.sorted() == denominator.kept)
            #expect(strategy.order(denominator.kept, of: denominator) == order, "the same seed, the same order")
        }
        #expect(
            Spread(seed: 1).order(denominator.kept, of: denominator)
                != Spread(seed: 2).order(denominator.kept, of: denominator))
    }

    @Test func aSpreadSeesEveryOperationEarly() throws {
        let denominator = try deviceExploration().denominator
        let order = Spread(seed: 1).order(denominator.kept, of: denominator)
        let places = Set(denominator.kept.map { denominator.candidate($0).place })
        #expect(Set(order.prefix(places.count).map { denominator.candidate($0).place }) == places)
    }

    @Test(arguments: [1, 2, 3, 7]) func partsAreDisjointAndTogetherAll(count: Int) throws {
        let numbers = try deviceExploration().denominator.kept
        let parts = try (1...count).map { try #require(Shard("\($0)/\(count)")).part(of: numbers) }
        #expect(parts.flatMap { $0 }.sorted() == numbers)
        #expect(Set(parts.flatMap { $0 }).count == numbers.count)
    }

    @Test(arguments: ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3"]) func whatIsNoPartIsRefused(text: String) {
        #expect(Shard(text) == nil)
    }

    @Test func aRateIsKnownAfterSoManyRuns() {
        let rule = StoppingRule.usual
        #expect(rule.more(after: Rate(hits: 0, runs: 0)) == 10)
        #expect(rule.more(after: Rate(hits: 10, runs: 10)) == 0)
        #expect(rule.more(after: Rate(hits: 0, runs: 10)) == 0)
        #expect(rule.more(after: Rate(hits: 5, runs: 10)) == 10)
        #expect(rule.more(after: Rate(hits: 15, runs: 30)) == 0)
    }
}

struct AuditTests {
    @Test func everyPassIsAudited() throws {
        let denominator = try deviceExploration().denominator
        let shown = denominator.pruned.filter { denominator.representative(of: $0.candidate) != nil }
        let passes = Set(shown.map(\.pass))
        let sample = Audit.sample(denominator, count: passes.count, seed: 1)
        #expect(Set(sample.map { number in denominator.pruned.first { $0.candidate == number }?.pass }) == passes)
        #expect(Audit.sample(denominator, count: passes.count, seed: 1) == sample)
        #expect(Audit.sample(denominator, count: 1_000_000, seed: 1) == shown.map(\.candidate).sorted())
    }

    @Test func whatOnlyAPrunedPlanShowsIsOurDefect() throws {
        let exploration = try deviceExploration()
        let denominator = exploration.denominator
        let pruned = try #require(denominator.pruned.first { denominator.representative(of: $0.candidate) != nil })
        let shown = try #require(denominator.representative(of: pruned.candidate))
        let both = [pruned.candidate, shown].map {
            Outcome(candidate: $0, verdict: .fail, findings: [finding(.residue)])
        }
        #expect(Audit.contradictions(both, in: exploration).isEmpty)
        let alone = [both[0], Outcome(candidate: shown, verdict: .pass, findings: [])]
        let found = Audit.contradictions(alone, in: exploration)
        #expect(found.map(\.candidate) == [pruned.candidate])
        #expect(found.first?.pass == pruned.pass)
        // What was not run, or could not be judged, says nothing of it.
        #expect(Audit.contradictions([both[0]], in: exploration).isEmpty)
        let failed = Outcome(candidate: shown, verdict: .error("it did not settle"), findings: [])
        #expect(Audit.contradictions([both[0], failed], in: exploration).isEmpty)
    }
}
