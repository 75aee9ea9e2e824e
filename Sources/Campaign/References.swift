import Model

/// What the references of a plan come to: one for each order of its steps at the same time.
struct References {
    /// In the order of `Plan.orders`; a plan without a `together` has one.
    let all: [Reference]
    private let records: [Record]

    /// Learns from the records of `Campaign.references` runs of each order, in that order.
    ///
    /// - Throws: what `learn` throws, and `HarnessFailure` for another number of records.
    init(_ records: [Record], of plan: Plan, learn: ([Record]) throws -> Reference) throws {
        let orders = plan.orders
        guard records.count == orders.count * Campaign.references else {
            throw HarnessFailure(
                description: "\(records.count) references instead of \(orders.count * Campaign.references)")
        }
        self.records = records
        all = try orders.enumerated().map { index, order in
            let first = index * Campaign.references
            return try learn(Array(records[first..<(first + Campaign.references)])).together(plan, in: order)
        }
    }

    /// The plan with each `nth: last` as a number: that of the matches in the references.
    ///
    /// - Throws: `HarnessFailure` when the references disagree on it, or have none.
    func placing(_ plan: Plan) throws -> Plan {
        var placed = plan
        for index in plan.faults.indices where plan.faults[index].point.nth == .last {
            let point = plan.faults[index].point
            let counts = records.map { record in record.operations.count { point.means($0, in: record.header.plan) } }
            guard let count = counts.first, count > 0, counts.allSatisfy({ $0 == count }) else {
                throw HarnessFailure(
                    description: "`nth: last` of fault `\(plan.faults[index].name)` is no single number: "
                        + "the references have \(counts.map(String.init).joined(separator: ", ")) of \(point.description)"
                )
            }
            placed.faults[index].point.nth = .these([count])
        }
        return placed
    }
}

extension Point {
    /// Whether an operation of a plan is one that this point counts.
    fileprivate func means(_ operation: Operation, in plan: Plan) -> Bool {
        guard self.operation.matches(operation), agent.map({ $0 == operation.agent }) ?? true else { return false }
        guard let during else { return true }
        return plan.allSteps.first { $0.id == operation.step }?.isMeant(by: during) ?? false
    }
}
