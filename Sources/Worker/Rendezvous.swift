import Interception
import Kernel
import Model

/// The order in which agents pass their points while steps run at the same time: whoever is early waits.
final class Rendezvous {
    private let points: [Point]
    private let means: (Point, Operation) -> Bool
    private let release: (Stop) -> Void
    private var position = 0
    private var matches: [Int]
    private var waiting: [Wait] = []
    private var changed = Monotonic.now()

    /// A thread that is early.
    private struct Wait {
        let index: Int
        let stop: Stop
        /// Whether it has passed its point when it goes on; else it is before an operation whose `after` is meant.
        let passes: Bool
    }

    /// How long nobody may move while somebody waits.
    private static let patience: Duration = .seconds(5)

    /// - Parameters:
    ///   - means: Whether a point means an operation, its step and agent included.
    ///   - release: Lets a waiting thread go on.
    init(_ points: [Point], means: @escaping (Point, Operation) -> Bool, release: @escaping (Stop) -> Void) {
        self.points = points
        self.means = means
        self.release = release
        matches = points.map { _ in 0 }
    }

    /// A thread has come to operations: false when it must wait for its turn.
    func arrive(_ side: Point.Side, _ stop: Stop) -> Bool {
        for index in points.indices where index >= position {
            let point = points[index]
            // An operation whose `after` would come too early must not happen yet: it waits before it.
            let isAhead = side == .before && point.side == .after
            guard point.side == side || isAhead, isNext(index), stop.operations.contains(where: { means(point, $0) })
            else { continue }
            if isAhead {
                guard isTurn(point.nth, matches[index] + 1), index > position else { continue }
                changed = .now()
                waiting.append(Wait(index: index, stop: stop, passes: false))
                return false
            }
            matches[index] += 1
            guard isTurn(point.nth, matches[index]) else { continue }
            changed = .now()
            if index > position {
                waiting.append(Wait(index: index, stop: stop, passes: true))
                return false
            }
            position += 1
            wake()
            return true
        }
        return true
    }

    /// Whether a point is counted by now: those of one agent are counted one from the other, "its next open after its look".
    private func isNext(_ index: Int) -> Bool {
        guard let agent = points[index].agent else { return true }
        return !points[position..<index].contains { $0.agent == agent }
    }

    private func isTurn(_ nth: Point.Nth, _ count: Int) -> Bool {
        switch nth {
        case .these(let numbers): numbers.first == count
        case .all, .last: count == 1
        }
    }

    private func wake() {
        while let place = waiting.firstIndex(where: { $0.index == position }) {
            let wait = waiting.remove(at: place)
            if wait.passes { position += 1 }
            release(wait.stop)
        }
    }

    /// Everybody that waits goes on: the steps are over, or never will be.
    ///
    /// - Returns: The points that were not passed.
    func end() -> [Point] {
        let rest = Array(points[position...])
        waiting.forEach { release($0.stop) }
        waiting = []
        position = points.count
        return rest
    }

    /// - Throws: `RunProblem` when somebody waits for a point that nobody will come to.
    func checkProgress() throws {
        guard !waiting.isEmpty, Monotonic.now() - changed > Rendezvous.patience else { return }
        let who = waiting.map { $0.stop.operations.first?.key ?? "" }.joined(separator: "; ")
        throw RunProblem(
            description: "`order` cannot be met: \(who) waits for \(points[position].description), where nobody comes")
    }
}
