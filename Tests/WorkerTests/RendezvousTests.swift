import Model
import Testing

@testable import Worker

/// Agents come to points in every order; nobody is traced.
@Suite struct RendezvousTests {
    private let write = Phrase("file.write", "/run/x")

    private func operation(_ agent: String, _ index: Int = 0) -> Operation {
        Operation(
            index: index, step: "\(agent)-step", agent: agent, lineage: agent, program: agent, thread: 1, call: "write",
            phrase: Phrase("file.write", "/run/x"), started: 0)
    }

    private func arrival(_ agent: String) -> OrderArrival<String> {
        OrderArrival(waiter: agent, operations: [operation(agent)], step: nil)
    }

    /// Says what happened at an arrival: who goes on.
    private func arrive(
        _ rendezvous: inout Rendezvous<String>, _ side: Point.Side, _ agent: String, holds: Bool = true
    ) -> [String] {
        let (goesOn, released) = rendezvous.arrive(side, arrival(agent), holds: { _ in holds })
        return (goesOn ? [agent] : []) + released
    }

    private func order(_ points: (Point.Side, String)...) -> Rendezvous<String> {
        Rendezvous(points.map { Point($0.0, write, agent: $0.1) })
    }

    /// The first is let by at its `before`, but its write must not happen while the second has not come.
    @Test func anOperationWhoseAfterIsEarlyWaitsAtItsBefore() {
        var rendezvous = order((.before, "a"), (.before, "b"), (.after, "a"))
        #expect(arrive(&rendezvous, .before, "a") == [])
        #expect(arrive(&rendezvous, .before, "b") == ["b", "a"])
        #expect(arrive(&rendezvous, .after, "a") == ["a"])
        #expect(rendezvous.failure == nil)
    }

    @Test func theSameWhenTheSecondComesFirst() {
        var rendezvous = order((.before, "a"), (.before, "b"), (.after, "a"))
        #expect(arrive(&rendezvous, .before, "b") == [])
        #expect(arrive(&rendezvous, .before, "a") == ["a", "b"])
        #expect(arrive(&rendezvous, .after, "a") == ["a"])
        #expect(rendezvous.failure == nil)
    }

    @Test func whoIsWokenWaitsAgainWhereItsAfterIsEarly() {
        var rendezvous = order((.before, "b"), (.before, "a"), (.after, "b"), (.after, "a"))
        #expect(arrive(&rendezvous, .before, "a") == [])
        // a passes its first point, and waits before the operation for b to be over.
        #expect(arrive(&rendezvous, .before, "b") == ["b"])
        #expect(arrive(&rendezvous, .after, "b") == ["b", "a"])
        #expect(arrive(&rendezvous, .after, "a") == ["a"])
        #expect(rendezvous.failure == nil)
    }

    @Test func theSecondMatchIsNotTheFirst() {
        var rendezvous = Rendezvous<String>([
            Point(.before, write, nth: .these([2]), agent: "a"), Point(.before, write, agent: "b"),
        ])
        #expect(arrive(&rendezvous, .before, "a") == ["a"])
        #expect(arrive(&rendezvous, .before, "b") == [])
        #expect(arrive(&rendezvous, .before, "a") == ["a", "b"])
        #expect(rendezvous.failure == nil)
    }

    @Test func aPointThatItsAgentIsKeptFromIsPassedOver() {
        var kept = Point(.before, write, agent: "b")
        kept.orBlocked = true
        var rendezvous = Rendezvous<String>([
            Point(.before, write, agent: "a"), kept, Point(.before, write, nth: .these([1]), agent: "a"),
        ])
        #expect(rendezvous.mayPassOver == nil, "nobody waits")
        #expect(arrive(&rendezvous, .before, "a") == ["a"])
        #expect(arrive(&rendezvous, .before, "a") == [])
        #expect(rendezvous.mayPassOver?.agent == "b")
        let (text, released) = rendezvous.passOver(holds: { _ in true })
        #expect(released == ["a"])
        #expect(
            text
                == "`order` was kept as far as it can be: b was kept from its point 2 of 3, { before: "
                + "{ file.write: /run/x }, agent: b, or: blocked }; a was held at a-step / a / file.write(/run/x) @ host # 1 "
                + "meanwhile")
        // It comes late, and nobody waits for it any more.
        #expect(arrive(&rendezvous, .before, "b") == ["b"])
        #expect(rendezvous.failure == nil)
    }

    @Test func anotherPointIsNotPassedOver() {
        var rendezvous = order((.before, "b"), (.before, "a"))
        #expect(arrive(&rendezvous, .before, "a") == [])
        #expect(rendezvous.mayPassOver == nil)
    }

    @Test func aPointThatCannotHoldIsNeverPassed() {
        var rendezvous = Rendezvous<String>([
            Point(.before, write, agent: "a", countingFrom: .fired("never")), Point(.before, write, agent: "b"),
        ])
        #expect(arrive(&rendezvous, .before, "a", holds: false) == ["a"])
        #expect(arrive(&rendezvous, .before, "b", holds: false) == [])
        #expect(
            rendezvous.failure
                == "`order` was not kept: a never came to its point 1 of 2, { before: { file.write: /run/x }, agent: a, "
                + "counting-from: { fired: never } }; a came last to a-step / a / file.write(/run/x) @ host # 1; "
                + "b waits at b-step / b / file.write(/run/x) @ host # 1 for that, to be point 2")
        #expect(rendezvous.end() == ["b"])
    }

    @Test func whoNeverCameIsSaid() {
        var rendezvous = order((.before, "a"), (.before, "b"))
        #expect(arrive(&rendezvous, .before, "b") == [])
        #expect(rendezvous.failure?.contains("a came to no operation at all; b waits at b-step") == true)
    }
}
