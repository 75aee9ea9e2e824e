import Model

/// The way of one thread past a point at which faults fire.
///
/// It goes on when the last action is done, or when one needs the thread itself; at once where that is so at once.
final class Passage {
    let stop: any AgentStop
    private let side: Point.Side
    private unowned let faults: Faults
    private var isOver = false
    private var isHeld = false

    init(of stop: any AgentStop, at side: Point.Side, _ faults: Faults) {
        self.stop = stop
        self.side = side
        self.faults = faults
    }

    /// Delivers actions one after the other.
    ///
    /// - Returns: Whether the thread may go on at once; else it is released later.
    func begin(_ chain: [FaultDelivery]) -> Bool {
        for (delivery, next) in zip(chain, chain.dropFirst()) { delivery.next = next }
        if let first = chain.first { faults.begin(first) }
        if isOver { return faults.arrive(side, stop) }
        isHeld = true
        return false
    }

    /// Lets the thread go on; once, and in its order.
    func end() {
        guard !isOver else { return }
        isOver = true
        if isHeld, faults.arrive(side, stop) { faults.tracer.release(stop) }
    }
}
