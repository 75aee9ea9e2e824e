import Model

/// What the references of a plan come to: one for each order of its steps at the same time.
struct References {
    /// In the order of `Plan.orders`; a plan without a `together` has one.
    let all: [Reference]
    private let records: [Record]

    /// Learns from the records of `Campaign.references` runs of each order, in that order, and behind them those of
    /// `Campaign.moreReferences` where there are more.
    ///
    /// - Throws: what `learn` throws, and `HarnessFailure` for another number of records.
    init(_ records: [Record], of plan: Plan, learn: ([Record]) throws -> Reference) throws {
        let orders = plan.orders
        let usual = orders.count * Campaign.references
        guard [usual, usual + orders.count * Campaign.moreReferences].contains(records.count) else {
            throw HarnessFailure(description: "\(records.count) references instead of \(usual)")
        }
        self.records = records
        all = try orders.enumerated().map { index, order in
            let own = records.indices.filter { References.order(of: $0 + 1, orders: orders.count) == index }
            return try learn(own.map { records[$0] }).together(plan, in: order)
        }
    }

    /// The place of the order that a run is of, from 0.
    static func order(of run: Int, orders: Int) -> Int {
        let usual = orders * Campaign.references
        return run <= usual ? (run - 1) / Campaign.references : (run - 1 - usual) / Campaign.moreReferences
    }

    /// The plan with each `nth: last` as a number: that of the matches in the references.
    ///
    /// - Throws: `HarnessFailure` when the references disagree on it, or have none, and when an agent may be kept from a point to
    ///   which it comes in none of them.
    func placing(_ plan: Plan) throws -> Plan {
        var placed = plan
        for index in plan.faults.indices where plan.faults[index].point.nth == .last {
            let point = plan.faults[index].point
            placed.faults[index].point.nth = .these([
                try last(of: point, in: "fault `\(plan.faults[index].name)`") { $0.matches(of: point) }
            ])
        }
        for index in plan.order.indices where plan.order[index].nth == .last {
            let points = Array(placed.order[...index])
            placed.order[index].nth = .these([
                try last(of: plan.order[index], in: "`order`") { $0.matches(ofLast: points, in: plan) }
            ])
        }
        // Whoever never comes there by himself is kept from nothing.
        for (index, point) in placed.order.enumerated() where point.orBlocked == true {
            let wanted = if case .these(let numbers) = point.nth { numbers.max() ?? 1 } else { 1 }
            guard records.contains(where: { $0.matches(ofLast: Array(placed.order[...index]), in: plan) >= wanted })
            else {
                throw HarnessFailure(
                    description: "`or: blocked` of `order` keeps nobody from anything: in no run without faults "
                        + "\(point.agent ?? "an agent") comes to { \(point.description) }")
            }
        }
        return placed
    }

    private func last(of point: Point, in place: String, _ count: (Record) -> Int) throws -> Int {
        let counts = records.map(count)
        guard let number = counts.first, number > 0, counts.allSatisfy({ $0 == number }) else {
            throw HarnessFailure(
                description: "`nth: last` of \(place) is no single number: "
                    + "the references have \(counts.map(String.init).joined(separator: ", ")) of \(point.description)")
        }
        return number
    }
}

extension Record {
    /// How many operations, or edges of steps, a point counts in the whole record.
    fileprivate func matches(of point: Point) -> Int {
        if point.isEdge {
            return header.plan.steps.flatMap { [$0] + $0.parts }.count { point.means(edgeOf: $0) }
        }
        let steps = stepsByID
        return operations.count { point.means($0, in: steps[$0.step]) }
    }

    /// How many operations the last of some points of an order counts: those after its agent's former point, in the steps
    /// that run at the same time in the plan.
    fileprivate func matches(ofLast points: [Point], in plan: Plan) -> Int {
        guard let point = points.last else { return 0 }
        let steps = stepsByID
        let parts = Set(plan.steps.flatMap(\.parts).map(\.id))
        // The points of one agent are counted one from the other; the others from the beginning.
        var former = points.dropLast().filter { $0.agent != nil && $0.agent == point.agent }.map { PointCursor($0) }[
            ...]
        var count = 0
        for operation in operations where parts.contains(operation.step) {
            let step = steps[operation.step]
            for side in [Point.Side.before, .after] {
                if var next = former.first {
                    let isPassed = next.meets(side, operation, in: step) { _ in false }
                    former[former.startIndex] = next
                    if isPassed { former.removeFirst() }
                } else if side == point.side, point.means(operation, in: step) {
                    count += 1
                }
            }
        }
        return count
    }

    private var stepsByID: [String: Step] {
        Dictionary(header.plan.allSteps.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
