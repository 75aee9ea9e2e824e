import Kernel
import Model

/// A change of the world that is to be taken back: at a point, or after a time.
final class Reversal {
    let until: Fault.Until
    let undo: () throws -> Void
    private var matches = 0

    init(until: Fault.Until, undo: @escaping () throws -> Void) {
        self.until = until
        self.undo = undo
    }

    /// Whether its point is that of this match, the n-th of them.
    func comes(_ point: Point) -> Bool {
        matches += 1
        guard case .these(let numbers) = point.nth else { return matches == 1 }
        return numbers.first == matches
    }
}

extension PlanRun {
    /// Takes back what was to last until these operations.
    func takeBack(
        at side: Point.Side, _ operations: [Operation], _ counts: (_ position: Int, _ namingResult: Bool) -> Bool
    ) {
        takeBack { point in
            point.side == side
                && operations.enumerated().contains { position, operation in
                    point.operation.matches(operation) && counts(position, point.operation.qualifiers["result"] != nil)
                        && point.agent.map { $0 == operation.agent } ?? true
                        && point.during.map { during in steps[operation.step]?.isMeant(by: during) ?? false } ?? true
                }
        }
    }

    /// Takes back what was to last until the edge of a step.
    func takeBack(at side: Point.Side, edgeOf step: Step) {
        takeBack { point in
            point.side == side && point.operation.word == "step" && step.isMeant(by: point.operation.which)
        }
    }

    private func takeBack(_ isMeant: (Point) -> Bool) {
        for reversal in reversals {
            guard case .point(let point) = reversal.until, isMeant(point), reversal.comes(point) else { continue }
            takeBack(reversal)
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
