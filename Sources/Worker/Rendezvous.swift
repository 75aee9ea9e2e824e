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
    private var waiting: [(index: Int, stop: Stop)] = []
    private var changed = Monotonic.now()

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
        for index in points.indices where index >= position && points[index].side == side {
            guard stop.operations.contains(where: { means(points[index], $0) }) else { continue }
            matches[index] += 1
            guard isTurn(points[index].nth, matches[index]) else { continue }
            changed = .now()
            if index > position {
                waiting.append((index, stop))
                return false
            }
            position += 1
            wake()
            return true
        }
        return true
    }

    private func isTurn(_ nth: Point.Nth, _ count: Int) -> Bool {
        switch nth {
        case .these(let numbers): numbers.first == count
        case .all, .last: count == 1
        }
    }

    private func wake() {
        while let place = waiting.firstIndex(where: { $0.index == position }) {
            let stop = waiting.remove(at: place).stop
            position += 1
            release(stop)
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
