import Model

/// Reads `plant`: what is tried in place of variables.
struct PlantParser {
    /// The path of the scenario, which canaries depend on.
    let path: String
    let variables: Tree?
    /// The names of the matrix, which cannot be planted.
    let matrix: [String]
    let diagnostics: Diagnostics

    /// A variable and what stands in its place.
    struct Plant {
        enum Value {
            case canary
            case hostile
            case texts([Tree])
        }

        var variable: String
        var position: Position
        var value: Value
    }

    /// The values of one plan.
    struct Choice {
        /// What is planted; the texts come with the variables of the plan.
        var planted: [Planted] = []
        /// By the variable.
        var values: [String: Tree] = [:]
        /// What tells the plan from others, by the variable.
        var bindings: [String: String] = [:]
    }

    /// What a scenario plants.
    struct Plants {
        var plants: [Plant] = []
        fileprivate let path: String
        fileprivate let diagnostics: Diagnostics
    }

    func parse(_ tree: Tree?) -> Plants {
        var plants = Plants(path: path, diagnostics: diagnostics)
        let names = (variables?.entries ?? []).map(\.key)
        for entry in tree?.entries ?? [] {
            if matrix.contains(entry.key) {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is a name of the matrix: a variable is planted")
            } else if !names.contains(entry.key) {
                diagnostics.add(
                    entry.keyPosition, "no variable `\(entry.key)`", misspelt: entry.key, among: names)
            } else if let value = value(entry.value) {
                plants.plants.append(Plant(variable: entry.key, position: entry.keyPosition, value: value))
            }
        }
        return plants
    }

    private func value(_ tree: Tree) -> Plant.Value? {
        switch tree.text {
        case "canary": return .canary
        case "hostile": return .hostile
        default: break
        }
        if let items = tree.list, !items.isEmpty, items.allSatisfy({ $0.text != nil }) {
            return .texts(items)
        }
        diagnostics.add(tree.position, "what is planted is `canary`, `hostile` or a list of texts")
        return nil
    }
}

extension PlantParser.Plants {
    /// One choice for each plan: the canaries alone, and with them each hostile value by itself.
    ///
    /// - Parameter own: The variable's own value.
    func choices(canBeHostile: Bool, own: (String, Position) -> Tree?) -> [PlantParser.Choice] {
        var base = PlantParser.Choice()
        var hostile: [(plant: PlantParser.Plant, label: String, value: Tree)] = []
        for plant in plants {
            guard let tree = own(plant.variable, plant.position) else { continue }
            guard let text = tree.text else {
                diagnostics.add(plant.position, "variable `\(plant.variable)` is no text: it cannot be planted")
                continue
            }
            switch plant.value {
            case .canary:
                guard let canary = Canary.text(like: text, variable: plant.variable, scenario: path) else {
                    diagnostics.add(
                        plant.position,
                        "variable `\(plant.variable)` is too short for a canary: it needs \(Canary.least) letters or digits"
                    )
                    continue
                }
                var isPlain = false
                if case .text(_, let plain) = tree.content { isPlain = plain }
                base.plant(.canary, plant, .literally(canary, isPlain: isPlain, position: tree.position))
            case .hostile:
                hostile += HostileValue.allCases.map { value in
                    let tree = Tree.literally(value.text(with: text), isPlain: false, position: tree.position)
                    return (plant, "hostile \(value.rawValue)", tree)
                }
            case .texts(let texts):
                hostile += texts.enumerated().map { (plant, "text \($0 + 1)", $1) }
            }
        }
        guard canBeHostile else { return [base] }
        return [base]
            + hostile.map { plant, label, value in
                var choice = base
                choice.plant(.hostile, plant, value)
                choice.bindings[plant.variable] = label
                return choice
            }
    }
}

extension PlantParser.Choice {
    fileprivate mutating func plant(_ kind: Planted.Kind, _ plant: PlantParser.Plant, _ value: Tree) {
        planted.append(Planted(variable: plant.variable, kind: kind, text: ""))
        values[plant.variable] = value
    }
}

extension Tree {
    /// A value that is this text, whatever looks like a variable in it.
    fileprivate static func literally(_ text: String, isPlain: Bool, position: Position) -> Tree {
        let escaped = text.split(separator: "$(", omittingEmptySubsequences: false).joined(separator: "$$(")
        return Tree(content: .text(escaped, isPlain: isPlain), position: position)
    }
}

extension Plan {
    /// The plan as its agents are only to be given the hostile value: nothing else disturbs them.
    var hostile: Plan {
        var plan = self
        plan.host.files[HostileValue.program] = FileContent(bytes: Array("#!/bin/sh\n".utf8), mode: 0o755)
        plan.order = []
        for index in plan.known.indices { plan.known[index].seen = .sometimes }
        return plan
    }
}
