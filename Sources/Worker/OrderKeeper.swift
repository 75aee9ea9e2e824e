import Interception
import Kernel
import Model

/// Keeps the order of one `together`: holds threads that are early, and gives up when nobody moves.
final class OrderKeeper {
    private var rendezvous: Rendezvous<Stop>
    private let release: (Stop) -> Void
    private let step: (String) -> Step?
    private let holds: (Condition) -> Bool
    private var changed = Monotonic.now()

    /// How long nobody may move while somebody waits.
    private static let patience: Duration = .seconds(5)

    /// - Parameters:
    ///   - step: The step with an id.
    ///   - holds: Whether a condition holds at this moment.
    ///   - release: Lets a held thread go on.
    init(
        _ points: [Point], step: @escaping (String) -> Step?, holds: @escaping (Condition) -> Bool,
        release: @escaping (Stop) -> Void
    ) {
        rendezvous = Rendezvous(points)
        self.step = step
        self.holds = holds
        self.release = release
    }

    /// A thread has come to operations: false when it must wait for its turn.
    func arrive(_ side: Point.Side, _ stop: Stop) -> Bool {
        let moves = rendezvous.moves
        let arrival = OrderArrival(
            waiter: stop, operations: stop.operations, step: stop.operations.first.flatMap { step($0.step) })
        let (goesOn, released) = rendezvous.arrive(side, arrival, holds: holds)
        if rendezvous.moves != moves { changed = .now() }
        released.forEach(release)
        return goesOn
    }

    /// - Throws: `RunProblem` when somebody waits for a point that nobody comes to.
    func checkProgress() throws {
        guard rendezvous.hasWaiting, Monotonic.now() - changed > OrderKeeper.patience else { return }
        throw RunProblem(description: rendezvous.failure ?? "`order` was kept, and somebody waits")
    }

    /// Lets everybody go on.
    ///
    /// - Throws: `RunProblem` when a point was not passed: who waited, for whom, and what that agent last did.
    func end() throws {
        let failure = rendezvous.failure
        rendezvous.end().forEach(release)
        if let failure { throw RunProblem(description: failure) }
    }
}

extension Plan {
    /// The points of the order that are met in these steps at the same time; none where they belong to another `together`.
    func order(among parts: [Step]) -> [Point] {
        let canBeMet = order.allSatisfy { point in
            if let during = point.during, !parts.contains(where: { $0.isMeant(by: during) }) { return false }
            guard let agent = point.agent, let kind = agents[agent]?.kind else { return true }
            if case .service = kind { return true }
            return parts.contains { $0.agent == agent }
        }
        return canBeMet ? order : []
    }
}
