import Kernel
import Model

/// Keeps the order of one `together`: holds threads that are early, and gives up when nobody moves.
final class OrderKeeper {
    private var rendezvous: Rendezvous<any AgentStop>
    private let steps: PlanSteps
    private let conditions: any ConditionReader
    private let tracer: any Tracer
    private let loop: EventLoop
    private let recorder: Recorder
    private var changed: Monotonic

    /// How long nobody may move while somebody waits.
    static let patience = Duration.seconds(5).patient
    /// How long the agent of a point that it may be kept from must sleep, and come to no operation.
    static let patienceWithBlocked = Duration.seconds(2).patient
    /// How often to look whether somebody moves.
    static let pause: Duration = .milliseconds(250)

    init(
        _ points: [Point], steps: PlanSteps, conditions: any ConditionReader, tracer: any Tracer, loop: EventLoop,
        recorder: Recorder
    ) {
        self.recorder = recorder
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
        let mayBeBlocked = rendezvous.mayPassOver?.agent
        if rendezvous.moves != moves || mayBeBlocked != nil && stop.operations.first?.agent == mayBeBlocked {
            changed = loop.now
        }
        released.forEach(tracer.release)
        return goesOn
    }

    /// Goes on behind a point that its agent is kept from, where the order says that this may be.
    ///
    /// - Throws: `RunFailure.orderNotKept` when somebody waits for another point that nobody comes to.
    func checkProgress() throws(RunFailure) {
        if let agent = rendezvous.mayPassOver?.agent {
            if works(agent) { changed = loop.now }
            guard loop.now - changed > OrderKeeper.patienceWithBlocked else { return }
            let (text, released) = rendezvous.passOver(holds: conditions.holds)
            recorder.blocked(text)
            changed = loop.now
            released.forEach(tracer.release)
            return
        }
        guard rendezvous.hasWaiting, loop.now - changed > OrderKeeper.patience else { return }
        throw .orderNotKept(rendezvous.failure ?? "`order` was kept, and somebody waits")
    }

    /// Who waits, and where.
    var waiters: [String] { rendezvous.waiters }

    /// Whether a thread of an agent is on a CPU, or waits for one or for a disk.
    private func works(_ agent: String) -> Bool {
        tracer.processes.filter { $0.agent == agent }.contains { process in
            // A process or thread that is gone works no more.
            ((try? listThreads(of: process.id)) ?? []).contains { thread in
                // As above.
                (try? ProcessState.of(thread)).map { "RD".contains($0.state) } ?? false
            }
        }
    }

    /// Lets everybody go on.
    ///
    /// - Throws: `RunFailure.orderNotKept` when a point was not passed: who waited, for whom, and what that agent last did.
    func end() throws(RunFailure) {
        rendezvous.passOverAtEnd().forEach(recorder.blocked)
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
