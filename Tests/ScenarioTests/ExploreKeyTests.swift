import Model
import Scenario
import Testing

/// What a file says of its exploration.
@Suite struct ExploreKeyTests {
    private static let agents = """
        tocsin: 1
        title: t
        agents:
          ip:
            environment: { A: b }
            resync: repair
            commands:
              add: { run: [ip, add] }
              del: { run: [ip, del], undoes: add }
              repair: { run: [ip, repair], timeout: 3s }
              spare: { run: [ip, spare] }
        steps: [{ run: add }, { run: del }]

        """

    private func plans(_ text: String) throws -> [Plan] { try Files(texts: ["x.yaml": text]).load("x.yaml").plans }

    @Test func allOfItIsInThePlan() throws {
        let text =
            ExploreKeyTests.agents
            + "explore: { during: [add], at: [netns.*], faults: [kill, netns], depth: 2, audit: 1.5%, seed: 7, budget: 500 plans }\n"
        let explore = try #require(try plans(text).first?.explore)
        #expect(explore.during == ["add"] && explore.at == ["netns.*"] && explore.faults == ["kill", "netns"])
        #expect(explore.depth == 2 && explore.seed == 7)
        #expect(explore.audit == .percent(1.5) && explore.budget == .plans(500))
        #expect(explore.counts(operation: "netns.enter") && !explore.counts(operation: "link.set"))
        #expect(
            explore.counts(fault: "netns.delete") && explore.counts(fault: "kill") && !explore.counts(fault: "fail"))
    }

    @Test func whatNoStepRunsIsKnownToExplorations() throws {
        let explore = try #require(try plans(ExploreKeyTests.agents).first?.explore)
        #expect(explore.resync == ["ip": "repair"])
        #expect(explore.commands.map(\.name) == ["repair", "spare"])
        #expect(explore.commands.first?.environment["A"] == "b" && explore.commands.first?.timeout == 3_000_000_000)
    }

    @Test func itChangesNoDigest() throws {
        let plain = try #require(try plans(ExploreKeyTests.agents).first)
        let other = try #require(try plans(ExploreKeyTests.agents + "explore: { seed: 3 }\n").first)
        #expect(plain != other)
        #expect(try plain.digest() == other.digest())
    }

    @Test(arguments: [("1%", 10, 1), ("1%", 0, 0), ("0%", 10, 0), ("50", 10, 50), ("12.5%", 80, 10)])
    func aPartIsAtLeastOne(text: String, all: Int, count: Int) throws {
        #expect(try #require(ExploreSpecification.Share(text)).count(of: all) == count)
    }
}
