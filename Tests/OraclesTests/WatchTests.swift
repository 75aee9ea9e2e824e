import Model
import Testing

@testable import Oracles

/// What a step must keep, what an agent says, and states that are wrong by themselves.
@Suite struct WatchTests {
    private func story(_ outcome: (inout StepOutcome) -> Void) -> Story {
        var story = Story([step("add")])
        story.expected = [[]]
        var add = StepOutcome(step: "add", attempts: [Attempt(end: .exited(0))])
        outcome(&add)
        story.outcomes["add"] = add
        return story
    }

    @Test(arguments: [false, true]) func aGapIsTheAgentsUnlessTheWorldMadeIt(isWorlds: Bool) throws {
        let story = story { outcome in
            var gap = Gap(condition: "{ ping: 10.0.0.2 }", why: "no answer", from: 0, time: 1, isWorlds: isWorlds)
            gap.hasEnded = true
            gap.lasted = 5000
            outcome.gaps = [gap]
        }
        let found = try story.findings(Harmed.name)
        #expect(found.map(\.subject) == (isWorlds ? [] : ["add"]))
        if !isWorlds {
            #expect(
                found[0].message
                    == "in add, what it must keep was not so for 5 us of the agent's time: { ping: 10.0.0.2 }")
        }
    }

    @Test(arguments: [(false, Severity.high), (true, .medium)])
    func whatIsSaidTooEarlyIsLessBadThanALie(becameSo: Bool, severity: Severity) throws {
        let story = story { outcome in
            var claim = FalseClaim(
                agent: "net", line: "up", condition: .present(Phrase("link", "eth0")), why: "it is not there", time: 1,
                before: 3)
            claim.becameSo = becameSo
            outcome.falseClaims = [claim]
        }
        #expect(try story.findings(FalseClaims.name).map(\.severity) == [severity])
    }

    private static let rule = Fact(
        "rule", "10.3.0.0/16 priority 77", in: "host",
        ["action": "lookup", "from": "10.3.0.0/16", "priority": "77", "table": "100"])
    private static let route = Fact("route", "default table 100", in: "host", ["table": "100", "dev": "lo"])

    /// A rule into an empty table is wrong where the rule is left or its routes are missing, and not as in the reference.
    @Test func aRuleWithoutRoutesIsNamedWhereSomethingIsWrongAnyway() throws {
        var left = Story([
            step("add"),
            step("del", undoes: "add"),
        ])
        left.expected = [[WatchTests.rule, WatchTests.route], []]
        left.states = [[WatchTests.rule, WatchTests.route], [WatchTests.rule]]
        left.fault(.kill(victims: .main), in: "del")
        #expect(try left.findings(RuleEmpty.name).map(\.subject) == ["rule 10.3.0.0/16 priority 77 in host"])

        var missing = left
        missing.expected = [[WatchTests.rule, WatchTests.route], [WatchTests.rule, WatchTests.route]]
        #expect(try missing.findings(RuleEmpty.name).count == 1)

        var usual = left
        usual.expected = [[WatchTests.rule], [WatchTests.rule]]
        #expect(try usual.findings(RuleEmpty.name).isEmpty)
    }

    @Test func aRuleOfNATForAnAddressThatNoDeviceHasIsNamed() throws {
        let address = Fact("address", "192.0.2.77/32 dev lo", in: "host", ["dev": "lo", "scope": "global"])
        let nat = Fact(
            "nft", "rule ip nat post #1", in: "host",
            [
                "chain": "post", "family": "ip", "table": "nat",
                "text": "payload(network+12,1) cmp(0a) c000024d nat(family=2,flags=1)",
            ])
        var story = Story([
            step("add"),
            step("del", undoes: "add"),
        ])
        story.expected = [[address, nat], []]
        story.states = [[address, nat], [nat]]
        story.fault(.kill(victims: .main), in: "del")
        let found = try story.findings(NATDead.name)
        #expect(found.count == 1 && found[0].message.contains("names 192.0.2.77, which no device has"))
        story.states = [[address, nat], [address, nat]]
        #expect(try story.findings(NATDead.name).isEmpty)
    }
}
