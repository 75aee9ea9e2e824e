import Interception
import Kernel
import Model
import Observation

extension PlanRun {
    /// Tells one step: what was placed before it, the step, the settled state, what was placed after it.
    func tell(_ step: Step) throws {
        self.step = step
        markLogs()
        try letGo()
        for part in [step] + step.parts {
            takeBack(at: .before, edgeOf: part)
            try fire(placement.turns(.before, of: part) { holds($0) }, at: .before)
        }
        var outcome = StepOutcome(step: step.id)
        switch step.body {
        case .run(let command): try tell(command, of: step, into: &outcome)
        case .act(let action):
            let delivery = FaultDelivery(action: action, fault: nil, run: self, step: step, stop: nil)
            deliver(delivery)
            try loop.run { delivery.isDone || problem != nil }
            outcome.failure = delivery.failure
            try settle(into: &outcome)
        case .check(let condition, let within): try check(condition, within: within, into: &outcome)
        case .start(let agent):
            try start(agent, of: step, into: &outcome)
            try settle(into: &outcome)
        case .stop(let agent):
            try stop(agent, into: &outcome)
            try settle(into: &outcome)
        case .together(let parts): try tell(parts, into: &outcome)
        }
        // The steps of a `together` have an outcome each.
        if step.parts.isEmpty { header.outcomes.append(outcome) }
        for part in [step] + step.parts {
            takeBack(at: .after, edgeOf: part)
            try fire(placement.turns(.after, of: part) { holds($0) }, at: .after)
        }
    }

    private func tell(_ command: Command, of step: Step, into outcome: inout StepOutcome) throws {
        while problem == nil {
            try letGo()
            let execution = execution(of: command, in: step)
            try finish([execution])
            outcome.attempts.append(try execution.attempt())
            let state = try settle(into: &outcome)
            guard outcome.attempts.count <= command.retry, let file = job.reference,
                !(try Reference(file: file)).differences(of: state, namesMade: header.namesMade, after: step.id).isEmpty
            else { return }
        }
    }

    /// Steps at the same time: their commands run together, and one state is taken when all have ended.
    private func tell(_ parts: [Step], into outcome: inout StepOutcome) throws {
        let executions = parts.compactMap { part -> Execution? in
            guard case .run(let command) = part.body else { return nil }
            return execution(of: command, in: part)
        }
        guard executions.count == parts.count else {
            throw RunProblem(description: "only commands run at the same time")
        }
        let points = job.plan.order(among: parts)
        if !points.isEmpty {
            order = OrderKeeper(
                points, step: { [unowned self] in steps[$0] }, holds: { [unowned self] in holds($0) },
                release: { [unowned self] in interceptor.release($0) })
        }
        defer { order = nil }
        try finish(executions)
        try order?.end()
        try settle(into: &outcome)
        for (execution, part) in zip(executions, parts) {
            header.outcomes.append(
                StepOutcome(
                    step: part.id, attempts: [try execution.attempt()], snapshot: outcome.snapshot,
                    unsettled: outcome.unsettled))
        }
    }

    private func check(_ condition: Condition, within: Nanoseconds, into outcome: inout StepOutcome) throws {
        let deadline = Monotonic.now() + .nanoseconds(Int64(clamping: within))
        while true {
            outcome.failure = try failure(of: condition, since: nil)
            guard outcome.failure != nil, Monotonic.now() < deadline else { break }
            try loop.run(until: min(deadline, Monotonic.now() + .milliseconds(20))) { problem != nil }
        }
        try settle(into: &outcome)
    }

    @discardableResult
    private func settle(into outcome: inout StepOutcome) throws -> Snapshot {
        let (snapshot, unsettled) = try settled()
        outcome.snapshot = try folder.write(snapshot)
        outcome.unsettled = unsettled
        return snapshot
    }

    /// The state once nothing moves any more, or as it is with the reason why it does.
    func settled() throws -> (snapshot: Snapshot, unsettled: String?) {
        let residents = Set((drivers.values.map(\.program) + services.values).map(\.spawn))
        snapshotter.residentProcesses = Set(
            interceptor.processes.filter { residents.contains($0.spawn) }.map(\.id))
        let settler = Settler(snapshotter)
        let source = SettlerSource(settler)
        loop.add(source)
        defer { loop.remove(source) }
        settler.start()
        try loop.run { source.outcome != nil || problem != nil }
        canary = try Canary()
        switch source.outcome {
        case .settled(let snapshot)?: return (snapshot, nil)
        case .unsettled(let reason)?: return (try snapshotter.take(), reason)
        case nil: throw RunProblem(description: problem ?? "the state was not taken")
        }
    }

    /// Waits until our own looks at the host hold nothing of it any more.
    private func letGo() throws {
        guard let canary else { return }
        loop.add(canary)
        defer { loop.remove(canary) }
        try loop.run { canary.isDead || problem != nil }
        self.canary = nil
    }

    /// Fires faults at the edge of a step, and waits until they are delivered.
    private func fire(_ turns: [FaultPlacement.Turn], at side: Point.Side) throws {
        for turn in turns {
            for action in turn.fault.actions {
                let delivery = FaultDelivery(
                    action: action, fault: turn.fault, run: self, step: turn.step ?? step, stop: nil, side: side)
                deliver(delivery)
                try loop.run { delivery.isDone || problem != nil }
            }
        }
    }

    /// Begins an action.
    func deliver(_ delivery: FaultDelivery) {
        deliveriesUnderWay.append(delivery)
        delivery.begin()
    }
}

/// A run that is no evidence.
struct RunProblem: Error, CustomStringConvertible {
    let description: String
}
