import Model
import Testing

@testable import Interception

/// Operations are recorded in the order in which they began, each at the same cost.
@Suite struct RecordingOrderTests {
    private func operation(_ index: Int) -> Operation {
        Operation(
            index: index, step: "", agent: "", lineage: "", program: "", thread: 1, call: "",
            phrase: Phrase("file.create", "/\(index)"), started: 0)
    }

    private func take(_ order: inout RecordingOrder) -> [Int] {
        var all: [Int] = []
        while let turn = order.next() {
            switch turn {
            case .operation(let operation): all.append(operation.index)
            case .place(let index): all.append(-index)
            }
        }
        return all
    }

    /// Whether the operation with that index is taken at once; else it has ended.
    private func ends(_ index: Int, _ order: inout RecordingOrder) -> Bool {
        if order.endNext(index) { return true }
        order.end(operation(index))
        return false
    }

    @Test func theNextIsTakenAtOnce() {
        var order = RecordingOrder()
        for index in 0..<4 { order.begin(operation(index)) }
        // 0 is before it.
        let late = ends(1, &order)
        let next = ends(0, &order)
        // Its second end.
        let again = ends(0, &order)
        #expect(!late && next && !again)
        let recorded = take(&order)
        #expect(recorded == [1])
        let second = ends(1, &order)
        let third = ends(2, &order)
        #expect(!second && third && order.count == 4)
        order.endAll()
        let rest = take(&order)
        #expect(rest == [3])
        order.begin(operation(4))
        let alone = ends(4, &order)
        #expect(alone && order.count == 5)
    }

    /// One whose place was kept comes before the next.
    @Test func nothingIsTakenBeforeOneThatIsLate() {
        var order = RecordingOrder()
        let count = RecordingOrder.patience + 2
        for index in 0..<count { order.begin(operation(index)) }
        for index in 1..<count { order.end(operation(index)) }
        let first = take(&order)
        #expect(first.prefix(2) == [0, 1] && first.count == count)
        order.begin(operation(count))
        order.end(operation(0))
        let early = ends(count, &order)
        let both = take(&order)
        #expect(!early && both == [0, count])
    }

    @Test func isThatOfTheirBeginning() {
        var order = RecordingOrder()
        for index in 0..<4 { order.begin(operation(index)) }
        order.end(operation(2))
        order.end(operation(1))
        #expect(take(&order) == [])
        order.end(operation(0))
        #expect(take(&order) == [0, 1, 2])
        order.begin(operation(4))
        order.end(operation(4))
        order.end(operation(0))
        #expect(order.count == 5)
        order.endAll()
        #expect(take(&order) == [3, 4])
    }

    /// Quadratic, it takes minutes; all in memory, 400,000 wait: one thread is held while others do 400,000 things.
    @Test(.timeLimit(.minutes(1))) func behindALongHoldFewWait() {
        var order = RecordingOrder()
        order.begin(operation(0))
        order.begin(operation(1))
        var recorded = 0
        var places: [Int] = []
        for index in 2..<400_000 {
            order.begin(operation(index))
            order.end(operation(index))
            while let turn = order.next() {
                if case .place(let place) = turn { places.append(place) } else { recorded += 1 }
            }
            if order.count - recorded - places.count > RecordingOrder.patience + 2 {
                Issue.record("\(order.count - recorded) wait")
                return
            }
        }
        #expect(places == [0, 1])
        order.end(operation(1))
        #expect(take(&order) == [1])
        order.end(operation(1))
        order.endAll()
        #expect(take(&order) == [0])
        #expect(recorded == 399_998)
    }
}
