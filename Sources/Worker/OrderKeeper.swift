import Kernel
import Model

/// Keeps the order of one `together`: holds threads that are early, and gives up when nobody moves.
final class OrderKeeper {
    private var rendezvous: Rendezvous<any AgentStop>
    private let steps: PlanSteps
    private let conditions: any ConditionReader
    private let tracer: any Tracer
    private let loop: EventLoop
    private var changed: Monotonic

    /// How long nobody may move while somebody waits.
    static let patience: Duration = .seconds(5)

    init(_ points: [Point], steps: PlanSteps, conditions: any ConditionReader, tracer: any Tracer, loop: EventLoop) {
        rendezvous = Rendezvous(points)
        self.steps = steps
        self.conditions = conditions
        self.tracer = tracer
        self.loop = loop
        changed = loop.now
    }

    /// A thread has come to operations: false when it must wait for its turn.
    func arrive(_ side: Point.Side, _ stop: any AgentStop) -> Bool {
        let moves = rendezvous.moves
        let arrival = OrderArrival(
            waiter: stop, operations: stop.operations, step: stop.operations.first.flatMap { steps[$0.step] })
        let (goesOn, released) = rendezvous.arrive(side, arrival, holds: conditions.holds)
        if rendezvous.moves != moves { changed = loop.now }
        released.forEach(tracer.release)
        return goesOn
    }

    /// - Throws: `RunFailure.orderNotKept` when somebody waits for a point that nobody comes to.
    func checkProgress() throws(RunFailure) {
        guard rendezvous.hasWaiting, loop.now - changed > OrderKeeper.patience else { return }
        throw .orderNotKept(rendezvous.failure ?? "`order` was kept, and somebody waits")
    }

    /// Lets everybody go on.
    ///
    /// - Throws: `RunFailure.orderNotKept` when a point was not passed: who waited, for whom, and what that agent last did.
    func end() throws(RunFailure) {
        let failure = rendezvous.failure
        rendezvous.end().forEach(tracer.release)
        if let failure { throw .orderNotKept(failure) }
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
