import Testing

@testable import Model

/// Values of chance in what objects are called.
@Suite struct RandomValueTests {
    private let once = plan([run("add")])

    private func state(_ chain: String, _ mark: String, size: Int = 16, rule: String? = nil) -> [Fact] {
        [
            Fact("nft", "chain ip t fixed", in: "host", ["chain": "fixed"]),
            Fact("nft", "chain ip t \(chain)", in: "host", ["chain": chain, "hook": "input"]),
            Fact(
                "nft", "rule ip t \(chain) #1", in: "host",
                ["chain": chain, "text": rule ?? "ip daddr 10.0.0.1 \(mark) mark", "digest": chain + mark]),
            Fact("rule", "all priority 600 fwmark \(mark)", in: "host", ["fwmark": mark, "table": "100"]),
            Fact("file", "/var/lib/ids", ["digest": chain + mark, "size": String(size)]),
        ]
    }

    private func learned() throws -> Reference {
        try Reference.learn([
            record(once, [state("c81", "0x1")]), record(once, [state("c44", "0x44")]),
            record(once, [state("cff", "0xabc")]),
        ])
    }

    private func differences(_ facts: [Fact]) throws -> [String] {
        try learned().differences(of: Snapshot(facts: facts), namesMade: [], after: "add").map {
            "\($0.kind) \($0.identity)"
        }
    }

    @Test func areNoDifference() throws {
        #expect(try differences(state("c99", "0x9", size: 15)) == [])
    }

    @Test func theObjectItselfIsStillLookedAt() throws {
        let missing = try differences(state("c99", "0x9").filter { $0.identity.noun != "rule" })
        #expect(missing == ["missing rule all priority 600 fwmark *#1 in host"])
        var other = state("c99", "0x9")
        other[3].attributes["table"] = "7"
        #expect(try differences(other) == ["changed rule all priority 600 fwmark *#1 in host"])
    }

    @Test func aSecondOneIsExtra() throws {
        let second = Fact("rule", "all priority 600 fwmark 0xa", in: "host", ["fwmark": "0xa", "table": "100"])
        #expect(
            try differences(state("c99", "0x9") + [second]) == ["extra rule all priority 600 fwmark *#2 in host"])
    }

    @Test func whatEveryRunHasIsNotRandom() throws {
        #expect(
            try differences(state("c99", "0x9").filter { $0.identity.name != "chain ip t fixed" })
                == ["missing nft chain ip t fixed in host"])
    }

    @Test func wordsThatDoNotDifferAreLookedAt() throws {
        let changed = try differences(state("c99", "0x9", rule: "ip daddr 10.0.0.2 0x9 mark"))
        #expect(changed.count == 1 && changed[0].hasPrefix("changed nft rule ip t"))
    }

    @Test func aFileThatIsMuchShorterIsDifferent() throws {
        #expect(try differences(state("c99", "0x9", size: 0)) == ["changed file /var/lib/ids"])
        #expect(try differences(state("c99", "0x9", size: 100)) == ["changed file /var/lib/ids"])
    }

    @Test func aPriorityOfTheKernelsIsNone() throws {
        func rule(_ priority: Int) -> [Fact] {
            [
                Fact(
                    "rule", "10.9.0.5/32 priority \(priority)", in: "host",
                    ["from": "10.9.0.5/32", "priority": String(priority), "table": "100"])
            ]
        }
        let request = Phrase("rule.add", "10.9.0.5/32", ["table": "100"], in: "host")
        var records = (0..<3).map { _ in record(once, [rule(32765)]) }
        for index in records.indices { records[index].header.automaticPriorities = [request] }
        let reference = try Reference.learn(records)
        func differences(_ facts: [Fact], _ automatic: [Phrase]) -> [Difference] {
            reference.differences(of: Snapshot(facts: facts), namesMade: [], automatic: automatic, after: "add")
        }
        #expect(differences(rule(32764), [request]).isEmpty)
        #expect(differences(rule(32764), []).count == 2, "the agent said it")
        var marked = rule(32764)
        marked[0].attributes["fwmark"] = "0x1"
        #expect(!differences(marked, [request]).isEmpty, "another rule")
    }
}
