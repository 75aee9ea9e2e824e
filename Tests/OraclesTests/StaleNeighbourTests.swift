import Model
import Testing

@testable import Oracles

/// The device was replaced between the look at its hardware address and the neighbour that was made of it.
struct StaleNeighbourTests {
    private func neighbour(_ lladdr: String) -> Fact {
        Fact("neighbour", "10.0.0.2 dev br0", in: "host", ["dev": "br0", "lladdr": lladdr])
    }

    /// The agent's write is operation 3; the fault fires at the operation with the given index.
    private func story(_ lladdr: String, faultAt index: Int = 2, _ side: Point.Side = .before) -> Story {
        var story = Story([step("add")])
        let devices = [Fact("link", "br0", in: "host"), Fact("link", "v0", in: "host")]
        story.expected = [devices + [neighbour("mac(v0)")]]
        story.states = [devices + [neighbour(lladdr)]]
        story.fault(
            .change(.replaceLink(object: Phrase("link", "v0", in: "host"))), at: Point(side, Phrase("link.get", "v0")),
            in: "add")
        story.deliveries[0].operation = index
        story.operations = (0..<4).map { index in
            Operation(
                index: index, step: "add", agent: "ip", lineage: "ip", program: "ip", thread: 7, call: "sendmsg",
                phrase: index == 3
                    ? Phrase("neighbour.replace", "10.0.0.2", ["dev": "br0", "lladdr": lladdr], in: "host")
                    : Phrase("link.get", "v0", in: "host"),
                result: .ok, started: UInt64(index) * 1000)
        }
        return story
    }

    private func findings(_ story: Story) throws -> [Finding] {
        try StaleNeighbour().findings(in: Evidence(record: story.record, reference: story.reference))
    }

    @Test func anEntryOfADeviceThatWasReplacedIsStale() throws {
        let found = try findings(story("02:00:00:00:00:09"))
        #expect(found.map(\.subject) == ["neighbour 10.0.0.2 dev br0 in host"])
        #expect(found.first?.evidence.first == "expected: lladdr mac(v0); there: lladdr 02:00:00:00:00:09")
    }

    @Test func aRightEntryIsNone() throws { #expect(try findings(story("mac(v0)")).isEmpty) }

    @Test func whatTheWorldMadeStaleLaterIsNone() throws {
        #expect(try findings(story("02:00:00:00:00:09", faultAt: 3, .after)).isEmpty)
        #expect(try findings(story("02:00:00:00:00:09", faultAt: 3, .before)).count == 1)
        var late = story("02:00:00:00:00:09")
        late.deliveries[0].operation = nil
        late.deliveries[0].time = 5000
        #expect(try findings(late).isEmpty)
    }

    @Test func withoutTheDeviceThereIsNothingToBeRight() throws {
        var story = story("02:00:00:00:00:09")
        story.states = [[Fact("link", "br0", in: "host"), neighbour("02:00:00:00:00:09")]]
        #expect(try findings(story).isEmpty)
    }
}
