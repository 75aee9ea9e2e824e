import Kernel
import Model

/// A change of the world that is to be taken back: at a point, or after a time.
final class Reversal {
    /// The name of the fault that made it, and where it is written.
    let fault: String
    let until: Fault.Until
    let undo: () throws -> Void
    /// Follows the point, from when the fault fired.
    var cursor: PointCursor?

    init(fault: String, until: Fault.Until, undo: @escaping () throws -> Void) {
        self.fault = fault
        self.until = until
        self.undo = undo
        if case .point(let point) = until { cursor = PointCursor(point) }
    }

    /// Why it was never taken back, once the plan has ended.
    var failure: String {
        guard let cursor else {
            return "fault \(fault) was to be taken back after a time, and the plan ended before"
        }
        let waiting = cursor.isCounting ? "" : ", and `\(Point.countingFromKey)` held at none of those that came"
        return
            "fault \(fault) was never taken back: since it fired, \(cursor.matches) operations were "
            + "{ \(cursor.point.description) }\(waiting)"
    }
}

extension PlanRun {
    /// Takes back what was to last until these operations.
    func takeBack(
        at side: Point.Side, _ operations: [Operation], _ counts: (_ position: Int, _ namingResult: Bool) -> Bool
    ) {
        for (position, operation) in operations.enumerated() {
            takeBack { cursor in
                counts(position, cursor.point.namesResult)
                    && cursor.meets(side, operation, in: steps[operation.step]) { holds($0) }
            }
        }
    }

    /// Takes back what was to last until the edge of a step.
    func takeBack(at side: Point.Side, edgeOf step: Step) {
        takeBack { $0.meets(side, edgeOf: step) { holds($0) } }
    }

    private func takeBack(_ comes: (inout PointCursor) -> Bool) {
        for reversal in reversals {
            guard var cursor = reversal.cursor else { continue }
            let hasCome = comes(&cursor)
            reversal.cursor = cursor
            if hasCome { takeBack(reversal) }
        }
    }

    private func takeBack(_ reversal: Reversal) {
        reversals.removeAll { $0 === reversal }
        do { try reversal.undo() } catch { problem = problem ?? "a fault could not be taken back: \(error)" }
    }

    /// Remembers a change that is to be taken back.
    func remember(_ reversal: Reversal) {
        reversals.append(reversal)
        guard case .duration(let time) = reversal.until else { return }
        loop.add(
            Timer(after: .nanoseconds(Int64(clamping: time))) { [unowned self] timer in
                loop.remove(timer)
                if reversals.contains(where: { $0 === reversal }) { takeBack(reversal) }
            })
    }
}

/// Calls once when its time has come.
final class Timer: EventSource {
    private let at: Monotonic
    private var fire: ((Timer) -> Void)?

    init(after time: Duration, _ fire: @escaping (Timer) -> Void) {
        at = Monotonic.now() + time
        self.fire = fire
    }

    var descriptors: [PollItem] { [] }
    var deadline: Monotonic? { fire == nil ? nil : at }

    func advance() {
        guard Monotonic.now() >= at, let fire else { return }
        self.fire = nil
        fire(self)
    }
}
