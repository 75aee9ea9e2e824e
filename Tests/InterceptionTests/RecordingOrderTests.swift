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
        while let operation = order.next() { all.append(operation.index) }
        return all
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

    /// Quadratic, it takes minutes: one thread is held while others do 400,000 things.
    @Test(.timeLimit(.minutes(1))) func costsTheSameBehindALongHold() {
        var order = RecordingOrder()
        order.begin(operation(0))
        for index in 1..<400_000 {
            order.begin(operation(index))
            order.end(operation(index))
            if order.next() != nil { Issue.record("recorded too early") }
        }
        order.end(operation(0))
        #expect(take(&order).count == 400_000)
    }
}
