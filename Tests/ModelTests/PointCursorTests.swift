import Model
import Testing

/// The point's meaning, over all combinations: against a plain filter of everything that happened.
@Suite struct PointCursorTests {
    /// One side of an operation, and whether the condition held then.
    private struct Moment {
        var side: Point.Side
        var operation: Operation
        var step: Step
        var holds: Bool
    }

    private static let steps = ["add.1", "add.2", "del"].map { id in
        let parts = id.split(separator: ".").map(String.init)
        return Step(
            name: parts[0], occurrence: parts.count > 1 ? Int(parts[1]) ?? 1 : 1, siblings: parts.count > 1 ? 2 : 1,
            body: .start(agent: "a"))
    }

    /// Two agents make links in three steps; the condition holds from the fourth moment on, but for one.
    private static var moments: [Moment] {
        var all: [Moment] = []
        for (index, (agent, step, argument)) in [
            ("a", 0, "v0"), ("b", 0, "v0"), ("a", 1, "v1"), ("a", 1, "v0"), ("b", 2, "v0"), ("a", 2, "v0"),
        ].enumerated() {
            for side in [Point.Side.before, .after] {
                let operation = Operation(
                    index: index, step: steps[step].id, agent: agent, lineage: agent, program: agent, thread: 1,
                    call: "sendto", phrase: Phrase("link.create", argument, in: "host"), result: .ok, started: 0)
                all.append(
                    Moment(
                        side: side, operation: operation, step: steps[step], holds: all.count >= 4 && all.count != 7))
            }
        }
        return all
    }

    private static let points: [Point] = [Point.Side.before, .after].flatMap { side in
        [nil, "add", "add.2", "del"].flatMap { during in
            [nil, "a", "b"].flatMap { agent in
                [Point.Nth.these([1]), .these([2]), .these([1, 3]), .last, .all].flatMap { nth in
                    [nil, Condition.fired("x")].flatMap { from in
                        ["v0", "*"].map { argument in
                            Point(
                                side, Phrase("link.create", argument), nth: nth, during: during, agent: agent,
                                countingFrom: from)
                        }
                    }
                }
            }
        }
    }

    @Test func everyCombinationIsHonoured() {
        for point in Self.points {
            var cursor = PointCursor(point)
            var met: [Int] = []
            for moment in Self.moments
            where cursor.meets(moment.side, moment.operation, in: moment.step, holds: { _ in moment.holds }) {
                met.append(moment.operation.index)
            }
            #expect(met == Self.expected(of: point), "\(point)")
            #expect(cursor.met == met.count)
        }
    }

    private static func expected(of point: Point) -> [Int] {
        var meant = moments.filter { moment in
            moment.side == point.side && Pattern(point.operation.argument).matches(moment.operation.phrase.argument)
                && (point.agent == nil || point.agent == moment.operation.agent)
                && (point.during == nil || moment.step.isMeant(by: point.during ?? ""))
        }
        if point.countingFrom != nil { meant = Array(meant.drop { !$0.holds }) }
        switch point.nth {
        case .these(let numbers): meant = numbers.compactMap { $0 <= meant.count ? meant[$0 - 1] : nil }
        case .all: break
        case .last: meant = []
        }
        return meant.map(\.operation.index)
    }

    @Test func theEdgesOfStepsAreCountedToo() {
        var cursor = PointCursor(Point(.after, Phrase("step", "add"), nth: .these([2])))
        var met: [String] = []
        for step in Self.steps {
            for side in [Point.Side.before, .after] where cursor.meets(side, edgeOf: step, holds: { _ in true }) {
                met.append("\(side) \(step.id)")
            }
        }
        #expect(met == ["after add.2"])
    }

    @Test func lookingAheadCountsNothing() {
        let moment = Self.moments[0]
        let cursor = PointCursor(Point(.after, Phrase("link.create", "v0")))
        #expect(cursor.wouldMeet(moment.operation, in: moment.step) { _ in true })
        #expect(cursor.wouldMeet(moment.operation, in: moment.step) { _ in true })
        #expect(cursor.matches == 0)
    }

    /// A condition is asked only where an operation is a match: looking may cost a snapshot.
    @Test func conditionsAreAskedOnlyAtMatches() {
        var cursor = PointCursor(Point(.before, Phrase("link.create", "v1"), countingFrom: .fired("x")))
        var asked = 0
        for moment in Self.moments {
            _ = cursor.meets(moment.side, moment.operation, in: moment.step) { _ in
                asked += 1
                return false
            }
        }
        #expect(asked == 1 && !cursor.isCounting && cursor.matches == 0)
    }
}
