import Testing

@testable import Model

/// What steps at the same time are held against.
@Suite struct JoinedReferenceTests {
    private let a = Fact("route", "10.1.0.0/16", in: "host")
    private let b = Fact("route", "10.2.0.0/16", in: "host")
    private let start = [Fact("link", "lo", in: "host")]

    private var both: Plan { plan([run("begin"), Step(name: "both", body: .together([run("one"), run("two")]))]) }

    @Test func eachStepKnowsItsOwnWorkAndAllHaveOneState() throws {
        for (place, order) in both.orders.enumerated() {
            #expect(order.steps.map(\.id) == ["begin"] + (place == 0 ? ["one", "two"] : ["two", "one"]))
            let states = place == 0 ? [[a], [a, b]] : [[b], [a, b]]
            let records = (1...2).map { _ in record(order, start: start, [start] + states.map { start + $0 }) }
            let joined = try Reference.learn(records).together(both, in: order)
            #expect(joined.shares["one"]?.objects == [a.identity])
            #expect(joined.shares["two"]?.objects == [b.identity])
            #expect(joined.shares["one"]?.found.facts == [])
            #expect(joined.shares["one"]?.place == place)
            #expect(joined.shares["begin"] == nil)
            #expect(joined.states["one"] == Snapshot(facts: start + [a, b]))
            #expect(joined.states["one"] == joined.states["two"])
        }
    }

    @Test func whatDiffersAfterOneOfThemIsLeftOutAfterEach() throws {
        let order = try #require(both.orders.first)
        let records = ["1", "2"].map { digest in
            let file = Fact("file", "/run/x", ["digest": digest, "type": "file"])
            let done = Fact("file", "/run/x", ["digest": "done", "type": "file"])
            return record(order, start: start, [start, start + [file], start + [done]])
        }
        let joined = try Reference.learn(records).together(both, in: order)
        let other = Snapshot(facts: start + [Fact("file", "/run/x", ["digest": "3", "type": "file"])])
        for step in ["one", "two"] {
            #expect(joined.differences(of: other, namesMade: [], after: step).isEmpty)
            #expect(!joined.differences(of: Snapshot(facts: start), namesMade: [], after: step).isEmpty)
        }
    }
}
