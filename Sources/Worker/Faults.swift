import Interception
import Model

/// The faults of a run: says at each stop and at each edge of a step what fires, and what is taken back.
///
/// It knows the world, the tracer and the clock by what it asks of them alone.
final class Faults {
    let tracer: any Tracer
    let world: any FaultWorld
    let loop: EventLoop
    let recorder: Recorder
    let steps: PlanSteps
    private let conditions: any ConditionReader
    let privileges: AgentPrivileges
    /// The order that agents keep, while steps run at the same time.
    var order: OrderKeeper?
    /// Where it stands still; nil where it does nowhere.
    var pause: FaultPause?
    /// Where a thread stands in its own source, where that is asked for.
    var stacks: FaultStacks?
    private var placement: FaultPlacement
    /// What has been asked of the kernel or the world and is not done.
    private var underWay: [FaultDelivery] = []
    /// The last action of each fault that happens beside the step that runs.
    private var beside: [FaultDelivery] = []
    /// Failures that the agent has not read, by the index of their operation.
    private var unread: [Int: Delivery] = [:]
    /// What will be taken back, and when.
    private var reversals: [Reversal] = []

    init(
        _ faults: [Fault], steps: PlanSteps, world: any FaultWorld, tracer: any Tracer, loop: EventLoop,
        conditions: any ConditionReader, privileges: AgentPrivileges, recorder: Recorder
    ) {
        placement = FaultPlacement(faults)
        self.steps = steps
        self.world = world
        self.tracer = tracer
        self.loop = loop
        self.conditions = conditions
        self.privileges = privileges
        self.recorder = recorder
    }

    /// Whether nothing is under way.
    var areIdle: Bool { underWay.isEmpty }

    // MARK: - Stops

    /// A thread has come to operations, or has them behind it: takes back what lasted until then, and fires.
    ///
    /// - Returns: Whether it may go on; else it is released later.
    func pass(_ side: Point.Side, _ stop: any AgentStop) -> Bool {
        if let pause {
            let step = stop.operations.first.flatMap { steps[$0.step] } ?? steps.current
            do { try pause.pass(side, stop, in: step, holds: conditions.holds) } catch {
                loop.fail(with: RunFailure(error))
            }
        }
        if reversals.isEmpty, placement.isEmpty { return arrive(side, stop) }
        for (position, operation) in stop.operations.enumerated() where !reversals.isEmpty {
            takeBack { cursor in
                stop.counts(position, namingResult: cursor.point.namesResult)
                    && cursor.meets(side, operation, in: steps[operation.step], holds: conditions.holds)
            }
        }
        let step = stop.operations.first.flatMap { steps[$0.step] } ?? steps.current
        let turns = placement.turns(
            side, stop.operations, in: step, counts: stop.counts(_:namingResult:), holds: conditions.holds)
        guard !turns.isEmpty else { return arrive(side, stop) }
        stop.position = turns.compactMap(\.position).max() ?? 0
        for turn in turns { standStill(.before, turn.fault, step: step, stop, turn.position ?? 0) }
        let passage = Passage(of: stop, at: side, self)
        let stack = stacks?.read(at: stop, turns.map(\.fault))
        let chain = turns.flatMap { turn in
            turn.fault.actions.map { action in
                let delivery = FaultDelivery(
                    action, of: turn.fault, self, step: step, passage: passage, position: turn.position ?? 0)
                delivery.record.stack = stack
                return delivery
            }
        }
        return passage.begin(chain)
    }

    /// A rendezvous is kept where the call was made, not where its answer is read.
    func arrive(_ side: Point.Side, _ stop: any AgentStop) -> Bool {
        stop.isLate ? true : order?.arrive(side, stop) ?? true
    }

    /// The agent has read the errno: that failure is delivered.
    func read(failureOf operation: Operation) {
        if let delivery = unread.removeValue(forKey: operation.index) { recorder.delivery(delivery) }
    }

    /// What was to reach the agent cannot.
    ///
    /// - Parameter hadNothing: Whether the answer is none that it could act on, as a list that comes in one datagram.
    func missed(failureOf operation: Operation, because reason: String, hadNothing: Bool) {
        guard var delivery = unread.removeValue(forKey: operation.index) else { return }
        delivery.failure = reason
        if hadNothing { delivery.hadNothingToActOn = true }
        recorder.delivery(delivery)
    }

    /// Stands still at a thread's stop, where that is asked for.
    func standStill(
        _ moment: PauseReport.Moment, _ fault: Fault, step: Step, _ stop: any AgentStop, _ position: Int,
        effects: [String] = []
    ) {
        do { try pause?.stand(moment, fault, step: step, stop, position, effects: effects) } catch {
            loop.fail(with: RunFailure(error))
        }
    }

    // MARK: - Steps

    /// A step begins or has ended: takes back what lasted until then, fires, and waits until that is delivered.
    ///
    /// - Parameter attempt: Which run of its command it is, where not the whole step is meant.
    /// - Returns: Whether anything fired.
    @discardableResult
    func edge(_ side: Point.Side, of step: Step, attempt: Int? = nil) throws -> Bool {
        takeBack { $0.meets(side, edgeOf: step, attempt: attempt, holds: conditions.holds) }
        if side == .after, attempt == nil { privileges.end(of: step) }
        try pause?.pass(side, edgeOf: step, attempt: attempt, holds: conditions.holds)
        let turns = placement.turns(side, of: step, attempt: attempt, holds: conditions.holds)
        for turn in turns {
            if let time = turn.fault.besideAfter {
                begin(turn.fault, beside: step, after: time)
                continue
            }
            try pause?.stand(.before, turn.fault, step: step, nil, 0)
            var done: [FaultDelivery] = []
            for action in turn.fault.actions {
                let delivery = FaultDelivery(action, of: turn.fault, self, step: step, side: side)
                done.append(delivery)
                try finish(delivery)
            }
            try pause?.stand(.done, turn.fault, step: step, nil, 0, effects: done.map(\.said))
        }
        return !turns.isEmpty
    }

    /// Begins what happens while a step goes on, and holds nobody.
    private func begin(_ fault: Fault, beside step: Step, after time: Nanoseconds) {
        let chain = fault.actions.map { FaultDelivery($0, of: fault, self, step: step) }
        for (former, next) in zip(chain, chain.dropFirst()) { former.next = next }
        guard let first = chain.first, let last = chain.last else { return }
        beside.append(last)
        loop.after(.nanoseconds(Int64(clamping: time))) { [unowned self] in
            first.record.time = tracer.now
            begin(first)
        }
    }

    /// Waits until all that happens beside a step has happened.
    func awaitBeside() throws {
        guard !beside.isEmpty else { return }
        try loop.run { [unowned self] in beside.allSatisfy(\.isDone) }
        beside = []
    }

    /// Does what a step of the world says.
    ///
    /// - Returns: Why it could not be done; nil where it was.
    func act(_ action: Action, in step: Step) throws -> String? {
        let delivery = FaultDelivery(action, of: nil, self, step: step)
        try finish(delivery)
        return delivery.failure
    }

    private func finish(_ delivery: FaultDelivery) throws {
        begin(delivery)
        try loop.run { delivery.isDone }
    }

    // MARK: - Deliveries

    /// Begins an action.
    func begin(_ delivery: FaultDelivery) {
        underWay.append(delivery)
        delivery.begin()
    }

    /// An action is done.
    func end(_ delivery: FaultDelivery) { underWay.removeAll { $0 === delivery } }

    /// Whether a request is to be answered with an errno already.
    func isAnswered(_ operation: Operation) -> Bool { unread[operation.index] != nil }

    /// A request will be answered with an errno: that counts as delivered when the agent has read it.
    func awaitReading(_ delivery: Delivery, of operation: Operation) { unread[operation.index] = delivery }

    // MARK: - Taking back

    /// Remembers a change that is to be taken back.
    func remember(_ reversal: Reversal) {
        reversals.append(reversal)
        guard case .duration(let time) = reversal.until else { return }
        loop.after(.nanoseconds(Int64(clamping: time))) { [unowned self] in
            if reversals.contains(where: { $0 === reversal }) { takeBack(reversal) }
        }
    }

    private func takeBack(_ comes: (inout PointCursor) -> Bool) {
        for reversal in reversals where reversal.comes(comes) { takeBack(reversal) }
    }

    private func takeBack(_ reversal: Reversal) {
        reversals.removeAll { $0 === reversal }
        do { try reversal.undo() } catch { loop.fail(with: .notTakenBack("\(error)")) }
    }

    /// Says what a change took away and taking it back has not brought again.
    func noteMissing(_ lost: [Fact.Identity], around change: WorldChange, called what: String) throws {
        // What the kernel makes anew by itself comes when it comes.
        let own = ["LL(", "fe80:", "ff00:"]
        let lost = lost.filter { identity in !own.contains(where: identity.name.hasPrefix) }
        guard !lost.isEmpty else { return }
        let there = Set(try world.state(around: change).facts.map(\.identity))
        let missing = lost.filter { !there.contains($0) }.map(\.description)
        guard !missing.isEmpty else { return }
        let more = missing.count > 10 ? ", and \(missing.count - 10) more" : ""
        recorder.note(
            "\(what) was taken back, and what went with it is not there again: "
                + missing.prefix(10).joined(separator: ", ") + more)
    }

    // MARK: - The end

    /// The run has ended: what is under way, and what the agent has not read, is no longer awaited.
    ///
    /// - Returns: A sentence for each fault that did not fire as often as it should, or was not taken back.
    func end() -> [String] {
        for delivery in underWay { delivery.abandon() }
        underWay = []
        for (_, delivery) in unread.sorted(by: { $0.key < $1.key }) {
            var delivery = delivery
            delivery.failure = Delivery.unread
            recorder.delivery(delivery)
        }
        unread = [:]
        return placement.undelivered() + reversals.map(\.failure)
    }
}
