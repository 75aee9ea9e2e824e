import Model

/// Reads `order`: the points at which the steps of a `together` wait for each other.
struct OrderParser {
    let steps: StepList
    let agents: [String: AgentDefinition]
    let faults: [String]
    let diagnostics: Diagnostics

    func parse(_ tree: Tree?) -> [Point] {
        guard let tree, let items = tree.list else { return [] }
        if items.count < 2 { diagnostics.add(tree.position, "an order needs two points") }
        guard !groups.isEmpty || !steps.unread.isEmpty else {
            diagnostics.add(tree.position, "an order is of steps that run at the same time: there is no `together`")
            return []
        }
        let parser = PointParser(
            steps: steps, agents: agents.keys.sorted(), faults: Set(faults), what: "a point", diagnostics: diagnostics)
        // The `together` in which all points so far can be met.
        var possible = Set(groups.indices)
        return items.compactMap { item in
            guard PointParser.isMap(item, diagnostics, of: Schema.orderPoint), var point = parser.parse(item) else {
                return nil
            }
            guard mayBeBlocked(&point, item) else { return nil }
            guard isOne(point, at: item["nth"] ?? item) else { return nil }
            if point.isEdge {
                diagnostics.add(
                    item[point.side.rawValue]?.position ?? item.position,
                    "an order is of operations: the steps of a `together` begin at the same time")
                return nil
            }
            guard let own = places(of: point, in: item) else { return nil }
            if possible.isDisjoint(with: own) {
                diagnostics.add(item.position, "it is never at the same time as the points before it")
            } else {
                possible.formIntersection(own)
            }
            return point
        }
    }

    /// The steps of each `together`.
    private var groups: [[Step]] { steps.read.filter { !$0.parts.isEmpty }.map { $0.parts.map(\.step) } }

    /// Whether what the item says of a point that may be impossible makes sense.
    private func mayBeBlocked(_ point: inout Point, _ item: Tree) -> Bool {
        guard let tree = item["or"], tree.text == "blocked" else { return true }
        guard point.agent != nil else {
            diagnostics.add(
                tree.position, "`or: blocked` needs `agent`: who is kept from the point, must be said")
            return false
        }
        point.orBlocked = true
        return true
    }

    private func isOne(_ point: Point, at tree: Tree) -> Bool {
        switch point.nth {
        case .last: return true
        case .these(let numbers) where numbers.count == 1: return true
        case .these, .all:
            diagnostics.add(tree.position, "a point of an order is one operation: `nth` is a number or `last`")
            return false
        }
    }

    /// The numbers of the `together` in which the point can be met; nil where there is none, which is said.
    private func places(of point: Point, in item: Tree) -> Set<Int>? {
        var found = Set(groups.indices)
        let edge = point.operation.word == "step" ? point.operation.argument : nil
        for (key, text) in [("during", point.during), (point.side.rawValue, edge)] {
            guard let text, !steps.isUnread(text) else { continue }
            let place = groups.indices.filter { groups[$0].contains { $0.isMeant(by: text) } }
            if place.isEmpty {
                diagnostics.add(item[key]?.position ?? item.position, "`\(text)` is not inside a `together`")
                return nil
            }
            found.formIntersection(place)
        }
        // A service acts whenever it runs; others only in steps of their own.
        if let agent = point.agent, agents[agent]?.isService != true, steps.unread.isEmpty {
            let place = groups.indices.filter { groups[$0].contains { $0.agent == agent } }
            if place.isEmpty {
                diagnostics.add(
                    item["agent"]?.position ?? item.position, "no step inside a `together` runs `\(agent)`")
                return nil
            }
            found.formIntersection(place)
        }
        return found
    }
}
