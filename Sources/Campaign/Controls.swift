import Model

/// The change of the world just before and just after the step in which a fault is meant.
///
/// What these runs show too is a defect, but no race.
enum Controls {
    /// The plan with its faults of the world at the edges of their steps.
    ///
    /// Other faults stay where they are: only the time of the world's change may differ.
    ///
    /// - Parameter deliveries: Where the faults fired, which tells the step where several bear the name that `during` says.
    /// - Returns: nil when no fault of the plan is a race of the world with a step.
    static func plan(_ plan: Plan, side: Point.Side, deliveries: [Delivery]) -> Plan? {
        var control = plan
        var moved = false
        control.faults = plan.faults.map { fault in
            // At the edge of a step already, it is its own control.
            guard fault.point.operation.word != "step", !fault.actions.isEmpty, fault.actions.allSatisfy(\.isOfWorld),
                let step = step(of: fault, deliveries: deliveries)
            else { return fault }
            moved = true
            return Fault(
                name: fault.name, point: Point(side, Phrase("step", step)), actions: fault.actions, until: fault.until)
        }
        return moved ? control : nil
    }

    private static func step(of fault: Fault, deliveries: [Delivery]) -> String? {
        deliveries.first { $0.fault == fault.name }?.step ?? fault.point.during
    }
}
