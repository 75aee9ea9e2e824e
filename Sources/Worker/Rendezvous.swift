import Interception
import Kernel
import Model

/// Who waits in an order of points: a thread at operations, each with the step to which it belongs.
struct OrderArrival<Waiter> {
    let waiter: Waiter
    let operations: [Operation]
    let step: Step?
}

/// The order in which agents pass their points while steps run at the same time: whoever is early waits.
///
/// It is about values alone: what waits, and how it is let go on, is its owner's.
struct Rendezvous<Waiter> {
    private var cursors: [PointCursor]
    private var position = 0
    private var waiting: [Wait] = []
    /// The last operation to which each agent came, by its key.
    private var lastSeen: [String: String] = [:]
    /// The moves so far: somebody came to a point.
    private(set) var moves = 0

    /// Somebody who is early.
    private struct Wait {
        let index: Int
        let arrival: OrderArrival<Waiter>
        /// Whether it has come to that point, and passes it when it goes on; else it stands before an operation whose
        /// `after` is that point.
        let passes: Bool
    }

    init(_ points: [Point]) { cursors = points.map { PointCursor($0) } }

    /// Somebody has come to operations.
    ///
    /// - Returns: Everybody who may go on now; who came is among them unless it must wait for its turn.
    mutating func arrive(
        _ side: Point.Side, _ arrival: OrderArrival<Waiter>, holds: (Condition) -> Bool
    ) -> (goesOn: Bool, released: [Waiter]) {
        if let operation = arrival.operations.first { lastSeen[operation.agent] = operation.key }
        if let index = take(side, arrival, holds) {
            moves += 1
            guard index == position else {
                waiting.append(Wait(index: index, arrival: arrival, passes: true))
                return (false, [])
            }
            position += 1
        }
        // First the others: their points may be all that this one's `after` waits for.
        let released = wake(holds)
        let isEarly = side == .before && waitForAfter(arrival, holds)
        return (!isEarly, released)
    }

    /// The first point to which this arrival comes.
    private mutating func take(
        _ side: Point.Side, _ arrival: OrderArrival<Waiter>, _ holds: (Condition) -> Bool
    ) -> Int? {
        for index in cursors.indices where index >= position && isNext(index) {
            for operation in arrival.operations
            where cursors[index].meets(side, operation, in: arrival.step, holds: holds) {
                return index
            }
        }
        return nil
    }

    /// An operation must not happen while the point after it is early: then it waits before it.
    private mutating func waitForAfter(_ arrival: OrderArrival<Waiter>, _ holds: (Condition) -> Bool) -> Bool {
        let early = cursors.indices.first { index in
            index >= position && cursors[index].point.side == .after && isNext(index)
                && arrival.operations.contains { cursors[index].wouldMeet($0, in: arrival.step, holds: holds) }
        }
        guard let early, early > position else { return false }
        moves += 1
        waiting.append(Wait(index: early, arrival: arrival, passes: false))
        return true
    }

    /// Whether a point is counted by now: those of one agent are counted one from the other, "its next open after its look".
    private func isNext(_ index: Int) -> Bool {
        guard let agent = cursors[index].point.agent else { return true }
        return !cursors[position..<index].contains { $0.point.agent == agent }
    }

    private mutating func wake(_ holds: (Condition) -> Bool) -> [Waiter] {
        var released: [Waiter] = []
        while let place = waiting.firstIndex(where: { $0.index == position }) {
            let wait = waiting.remove(at: place)
            if wait.passes {
                let side = cursors[wait.index].point.side
                position += 1
                if side == .before, waitForAfter(wait.arrival, holds) { continue }
            }
            released.append(wait.arrival.waiter)
        }
        return released
    }

    /// The next point, where it need not be passed if its agent is kept from it, and somebody waits for it.
    var mayPassOver: Point? {
        guard hasWaiting, position < cursors.count, cursors[position].point.orBlocked == true else { return nil }
        return cursors[position].point
    }

    /// Nobody comes to the next point: the order goes on behind it.
    ///
    /// - Returns: What is to be said of it, and everybody who may go on now.
    mutating func passOver(holds: (Condition) -> Bool) -> (text: String, released: [Waiter]) {
        let text = passedOver()
        return (text, wake(holds))
    }

    private mutating func passedOver() -> String {
        let point = cursors[position].point
        let who = point.agent ?? ""
        let place = "\(position + 1) of \(cursors.count)"
        var text = "`order` was kept as far as it can be: \(who) was kept from its point \(place), "
        text += "{ \(point.description) }"
        if let key = lastSeen[who] { text += "; it came last to \(key)" }
        for wait in waiting {
            let operation = wait.arrival.operations.first
            text += "; \(operation?.agent ?? "") was held at \(operation?.key ?? "") meanwhile"
        }
        position += 1
        moves += 1
        return text
    }

    /// The steps are over: points that need not be passed are left out, as many as come now.
    ///
    /// - Returns: What is to be said of each.
    mutating func passOverAtEnd() -> [String] {
        var texts: [String] = []
        while position < cursors.count, cursors[position].point.orBlocked == true { texts.append(passedOver()) }
        return texts
    }

    /// Everybody that waits goes on: the steps are over, or never will be.
    mutating func end() -> [Waiter] {
        defer { waiting = [] }
        return waiting.map(\.arrival.waiter)
    }

    /// Who waits, and where.
    var waiters: [String] {
        waiting.compactMap(\.arrival.operations.first).map { "\($0.agent) waits for its turn at \($0.key)" }
    }

    /// Whether somebody waits.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// Why the order is not kept: who waits where and for whom; nil when all points were passed.
    var failure: String? {
        guard position < cursors.count else { return nil }
        let point = cursors[position].point
        let place = "\(position + 1) of \(cursors.count)"
        let who = point.agent ?? "nobody"
        var text = "`order` was not kept: \(who)\(point.agent == nil ? "" : " never") came to its point \(place), "
        text += "{ \(point.description) }"
        if let key = point.agent.flatMap({ lastSeen[$0] }) {
            text += "; \(who) came last to \(key)"
        } else if point.agent != nil {
            text += "; \(who) came to no operation at all"
        }
        for wait in waiting {
            let operation = wait.arrival.operations.first
            text +=
                "; \(operation?.agent ?? "") waits at \(operation?.key ?? "") for that, to be point \(wait.index + 1)"
        }
        return text
    }
}
