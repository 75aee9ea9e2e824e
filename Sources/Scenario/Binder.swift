import Model

/// Makes the plans of a merged tree.
struct Binder {
    let path: String
    let tree: Tree
    let environment: LoadEnvironment
    let diagnostics: Diagnostics
    /// Whether faults of the command line stand in place of the file's, which alone may use a name of the matrix.
    var isDisturbed = false

    func bind() -> LoadedScenario {
        let checker = Checker(diagnostics: diagnostics)
        for name in ["variables", "matrix", "plant"] {
            if let value = tree[name] { checker.check(value, .named(.any), called: name) }
        }
        checkNames()
        let matrix = Matrix(tree["matrix"], diagnostics: diagnostics) { tree, combination in
            // A comparison must neither count as a use nor complain: its own scope and list are thrown away.
            Scope(variables(combination), environment: environment, diagnostics: Diagnostics()).bind(tree).lineText
        }
        let values = values(of: matrix)
        let plants = PlantParser(
            path: path, variables: tree["variables"], matrix: matrix.names.map(\.name), diagnostics: diagnostics
        ).parse(tree["plant"])
        var used: Set<String> = []
        var plans: [Plan] = []
        var steps = 0
        for combination in matrix.combinations {
            let own = variables(combination)
            let plain = Scope(own, environment: environment, diagnostics: Diagnostics())
            let choices = plants.choices(canBeHostile: !isDisturbed) { name, position in
                plain.value(name, at: position, counts: false)
            }
            for choice in choices {
                let scope = Scope(
                    own.merging(choice.values) { $1 }, environment: environment, diagnostics: diagnostics)
                plans += bind(combination, scope, values, choice)
                used.formUnion(scope.used)
                steps += plans.last?.steps.count ?? 0
            }
            guard plans.count <= Matrix.limit, steps <= Matrix.stepLimit else {
                let what =
                    plans.count > Matrix.limit ? "\(Matrix.limit) plans" : "\(Matrix.stepLimit) steps in all plans"
                diagnostics.add(tree["matrix"]?.position ?? tree.position, "more than \(what)")
                used.formUnion(matrix.names.map(\.name))
                break
            }
        }
        for plant in plants.plants where !used.contains(plant.variable) {
            diagnostics.add(plant.position, "`\(plant.variable)` is never used: it would be planted nowhere")
        }
        probeVariables()
        let unused = matrix.names.filter { !used.contains($0.name) }
        if isDisturbed {
            plans = plans.without(names: unused.map(\.name))
        } else {
            for (name, position) in unused {
                diagnostics.add(position, "`\(name)` is never used: every plan would be the same")
            }
        }
        let title = tree["title"]?.text
        for (key, what) in [("faults", "faults"), ("order", "an order"), ("explore", "an exploration")] {
            guard let place = tree[key], title == nil else { continue }
            diagnostics.add(place.position, "a scenario with \(what) needs a `title`")
        }
        if let place = tree["title"], tree["steps"].map({ $0.list?.isEmpty ?? false }) ?? true {
            diagnostics.add(place.position, "a scenario needs `steps`")
        }
        return LoadedScenario(
            path: path, title: title, tags: tree["tags"]?.texts ?? [], plans: plans,
            hasSteps: plans.contains { !$0.steps.isEmpty }, replacedNames: isDisturbed ? unused.map(\.name) : [])
    }

    /// A variable can be asked for by its name, and two names are given.
    private func checkNames() {
        for entry in ["variables", "matrix"].flatMap({ tree[$0]?.entries ?? [] }) {
            if !Text.isName(entry.key) {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is no name: letters, digits, - and _")
            } else if ["here", "agents"].contains(entry.key) {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is given: a variable of yours needs another name")
            }
        }
    }

    /// A variable that nothing uses is bound too, so that what is wrong in it is said.
    ///
    /// All of them by one scope, which binds each once: what they are made of is the same.
    private func probeVariables() {
        let scope = Scope(variables([:]), environment: environment, diagnostics: diagnostics)
        for entry in tree["variables"]?.entries ?? [] {
            guard scope.probe(entry.key, at: entry.keyPosition) else { return }
        }
    }

    /// What the names of the matrix can be, as far as that is text, and the file in which they stand.
    private func values(of matrix: Matrix) -> IfClause.Values {
        guard let file = tree["matrix"]?.position.file else { return IfClause.Values() }
        var values: [String: [String]] = [:]
        for combination in matrix.combinations {
            let scope = Scope(variables(combination), environment: environment, diagnostics: Diagnostics())
            for (name, value) in combination {
                let text = scope.bind(value).lineText
                if values[name]?.contains(text) != true { values[name, default: []].append(text) }
            }
        }
        return IfClause.Values(file: file, texts: values)
    }

    private func variables(_ combination: [String: Tree]) -> [String: Tree] {
        let own = Dictionary((tree["variables"]?.entries ?? []).map { ($0.key, $0.value) }) { first, _ in first }
        return own.merging(combination) { $1 }
    }

    private func bind(
        _ combination: [String: Tree], _ scope: Scope, _ values: IfClause.Values, _ choice: PlantParser.Choice
    ) -> [Plan] {
        let bound = rest(scope)
        let checker = Checker(diagnostics: diagnostics)
        for entry in bound.entries ?? [] {
            if let key = Schema.file.key(entry.key), key.isBuilt {
                checker.check(entry.value, key.shape, called: entry.key)
            }
        }
        let condition = IfClause(
            scope: scope, names: Array(variables(combination).keys), values: values, diagnostics: diagnostics)
        func lines(_ name: String) -> [Tree] { (bound[name]?.list ?? []).filter { condition.holds($0) } }

        var plan = Plan(scenario: path, title: bound["title"]?.text ?? path)
        plan.cwe = bound["cwe"]?.texts ?? []
        plan.see = bound["see"]?.texts ?? []
        plan.runs = bound["runs"]?.integer ?? 1
        plan.requirements = RequirementParser(diagnostics: diagnostics).parse(bound["requires"])
        plan.host = HostParser(environment: environment, diagnostics: diagnostics).parse(bound["host"])
        let agents = AgentParser(environment: environment, diagnostics: diagnostics).parse(bound["agents"])
        plan.agents = agents.mapValues(\.specification)
        let parser = StepParser(agents: agents, environment: environment, diagnostics: diagnostics)
        let (setup, story) = preparing(lines("steps").map { parts(of: $0, condition) })
        let count = bound["cycles"]?.integer
        let steps = parser.parse(setup + Array(repeating: story, count: count ?? 1).joined())
        plan.steps = steps.steps
        if plan.orderCount > Matrix.orderLimit {
            let together = (bound["steps"]?.list ?? []).last { $0["together"] != nil }
            diagnostics.add(
                together?.position ?? bound.position,
                "what runs at the same time can come in more than \(Matrix.orderLimit) orders, "
                    + "and without faults each of them is run several times",
                hint: "fewer steps in a `together`, or in all of them: five have 120 orders")
            return []
        }
        plan.redact = RedactionParser(plan: plan, agents: agents, diagnostics: diagnostics).parse(bound["redact"])
        plan.cycles = count.map { Cycles(count: $0, first: setup.count) }
        for name in combination.keys {
            guard let value = scope.value(name, at: tree.position, counts: false) else { continue }
            plan.bindings[name] = value.lineText
        }
        let expectations = ExpectationParser(steps: steps, diagnostics: diagnostics)
        plan.allow = expectations.parse(lines("allow"), .allow)
        plan.known = expectations.parse(lines("known"), .known)
        plan = plan.withAllowedExits
        expectations.checkHidden(plan.known, by: plan.allow, at: lines("known"))
        let names = agents.keys.sorted()
        plan.order = OrderParser(
            steps: steps, agents: agents, faults: FaultParser.names(of: lines("faults")), diagnostics: diagnostics
        ).parse(bound["order"])
        let faults = FaultParser(steps: steps, agents: names, diagnostics: diagnostics).parse(lines("faults"))
        plan.explore = ExploreParser(steps: steps, agents: agents, diagnostics: diagnostics).parse(bound["explore"])
        for key in ["faults", "order", "allow", "known"] {
            guard let tree = bound[key] else { continue }
            Slips(diagnostics: diagnostics).checkNames(tree, given: plan.givenNames)
        }
        for tree in [bound["faults"], bound["steps"]].compactMap(\.self) {
            Slips(diagnostics: diagnostics).checkReplaced(tree, in: plan.host)
        }
        let forms = faults.reduce(1) { min($0 * $1.count, Matrix.limit + 1) }
        guard forms <= Matrix.limit else {
            diagnostics.add(bound["faults"]?.position ?? bound.position, "`each` makes more than \(Matrix.limit) plans")
            return []
        }
        let planted = choice.planted.map { value in
            var value = value
            value.text = scope.value(value.variable, at: tree.position, counts: false)?.text ?? ""
            return value
        }
        plan.planted = planted.isEmpty ? nil : planted
        plan.bindings.merge(choice.bindings) { $1 }
        guard !plan.isHostile else { return [plan.hostile] }
        // What only a hostile value shows cannot be seen here.
        plan.known.removeAll { $0.oracle == .injection }
        return Binder.place(faults, in: plan)
    }

    /// The steps that only prepare, and the others.
    private func preparing(_ items: [Tree]) -> (setup: [Tree], story: [Tree]) {
        let count = items.prefix { $0["setup"]?.truth == true }.count
        for item in items.dropFirst(count) {
            guard let setup = item["setup"], setup.truth == true else { continue }
            diagnostics.add(setup.position, "a step that only prepares stands before all others")
        }
        return (Array(items.prefix(count)), Array(items.dropFirst(count)))
    }

    /// A `together` with those of its steps that are in this plan.
    private func parts(of item: Tree, _ condition: IfClause) -> Tree {
        guard let together = item["together"], let parts = together.list else { return item }
        if parts.count < 2 { diagnostics.add(together.position, "a `together` needs two steps") }
        var kept = together
        kept.content = .list(parts.filter { condition.holds($0) })
        return item.setting("together", to: kept)
    }

    /// Everything but the variables and the matrix, with the variables put in.
    private func rest(_ scope: Scope) -> Tree {
        var rest = tree
        rest.content = .map((tree.entries ?? []).filter { !["variables", "matrix", "plant", "use"].contains($0.key) })
        return scope.bind(rest)
    }

    /// One plan for each choice among the forms of the faults.
    private static func place(_ faults: [FaultParser.Forms], in plan: Plan) -> [Plan] {
        let several = faults.count { $0.first?.each != nil } > 1
        func place(_ form: FaultParser.Forms.Element, in plan: inout Plan) {
            plan.faults.append(form.fault)
            if let each = form.each {
                plan.bindings[several ? "\(form.fault.name).\(each.word)" : each.word] = each.text
            }
        }
        var plans = [plan]
        for forms in faults {
            // Most have one form, and then no plan is copied.
            if forms.count == 1 {
                for index in plans.indices { place(forms[0], in: &plans[index]) }
                continue
            }
            plans = plans.flatMap { plan in
                forms.map { form in
                    var plan = plan
                    place(form, in: &plan)
                    return plan
                }
            }
        }
        return plans
    }
}

extension [Plan] {
    /// The plans without the values of these names; those that are then equal once.
    fileprivate func without(names: [String]) -> [Plan] {
        guard !names.isEmpty else { return self }
        var seen: Set<Plan> = []
        return compactMap { plan in
            var plan = plan
            for name in names { plan.bindings[name] = nil }
            return seen.insert(plan).inserted ? plan : nil
        }
    }
}

/// Reads `requires`.
struct RequirementParser {
    let diagnostics: Diagnostics

    func parse(_ tree: Tree?) -> Requirements {
        var requirements = Requirements()
        requirements.programs = tree?["programs"]?.texts ?? []
        guard let kernel = tree?["kernel"], let text = kernel.text else { return requirements }
        let version = text.drop { $0 == " " }
        let number = version.dropFirst(2).drop { $0 == " " }
        guard version.hasPrefix(">="), IfClause.compare(String(number), "0") != nil else {
            diagnostics.add(kernel.position, "`\(text)` is no requirement: \">= 6.1\"")
            return requirements
        }
        requirements.kernel = String(number)
        return requirements
    }
}
