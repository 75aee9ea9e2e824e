import Model

/// The change of the world just before and just after the step in which a fault is meant.
///
/// What these runs show too is a defect, but no race. Where the step's command may be run again, a third makes the change
/// just after its first run.
enum Controls {
    /// The plan with its faults of the world at the edges of their steps.
    ///
    /// Other faults stay where they are: only the time of the world's change may differ.
    ///
    /// - Parameters:
    ///   - attempt: Which run of the command it is at whose edge they fire, instead of at that of the whole step.
    ///   - deliveries: Where the faults fired, which tells the step where several bear the name that `during` says.
    /// - Returns: nil when no fault of the plan is a race of the world with a step.
    static func plan(_ plan: Plan, side: Point.Side, attempt: Int? = nil, deliveries: [Delivery]) -> Plan? {
        var control = plan
        var moved = false
        control.faults = plan.faults.map { fault in
            // At the edge of a step already, it is its own control; what happens beside the step is not at its edge.
            guard fault.point.operation.word != "step" || fault.besideAfter != nil, !fault.actions.isEmpty,
                fault.actions.allSatisfy(\.isOfWorld), let step = step(of: fault, deliveries: deliveries)
            else { return fault }
            if attempt != nil, !plan.mayRepeat(step) { return fault }
            moved = true
            let qualifiers = attempt.map { [Point.attemptKey: String($0)] } ?? [:]
            return Fault(
                name: fault.name, point: Point(side, Phrase("step", step, qualifiers)), actions: fault.actions,
                until: fault.until)
        }
        return moved ? control : nil
    }

    private static func step(of fault: Fault, deliveries: [Delivery]) -> String? {
        deliveries.first { $0.fault == fault.name }?.step ?? fault.point.during
            ?? (fault.point.isEdge ? fault.point.operation.argument : nil)
    }
}

extension Plan {
    /// Whether the command of a step may be run again.
    fileprivate func mayRepeat(_ step: String) -> Bool {
        allSteps.contains { candidate in
            guard candidate.isMeant(by: step), case .run(let command) = candidate.body else { return false }
            return command.retry > 0
        }
    }
}
