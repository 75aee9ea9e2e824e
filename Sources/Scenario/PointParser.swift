import Model

/// Reads where a fault happens, or what stands in an order.
struct PointParser {
    let steps: StepList
    let agents: [String]
    /// The faults that a condition can wait for.
    let faults: Set<String>
    /// The fault whose point it is, which cannot wait for itself.
    var itself: String?
    /// What the point is of, with its article, for messages.
    var what = "a fault"
    let diagnostics: Diagnostics

    /// Whether it has the keys of a point; says what is wrong with them.
    static func isMap(_ item: Tree, _ diagnostics: Diagnostics, of table: Table = Schema.point) -> Bool {
        if let text = item.text, !item.isUnbound {
            diagnostics.add(
                item.position, "a point is a map of keys",
                hint: "a line of `tocsin trace` stands behind `before` or `after`: { before: \(YAMLText.quoted(text)) }"
            )
            return false
        }
        Checker(diagnostics: diagnostics).check(item, table)
        return item.entries != nil
    }

    func parse(_ item: Tree) -> Point? {
        guard let item = LinePhrase.spread(item, diagnostics) else { return nil }
        let sides = [Point.Side.before, .after].filter { item[$0.rawValue] != nil }
        guard sides.count == 1, let side = sides.first, let tree = item[side.rawValue] else {
            diagnostics.add(
                item.position, sides.isEmpty ? "\(what) needs `before` or `after`" : "`before` or `after`, not both")
            return nil
        }
        let parsed = PhraseParser(diagnostics: diagnostics, kind: .operation).parse(tree)
        let nth = self.nth(item["nth"])
        let isKnown = [checkStep(item["during"]), checkAgent(item["agent"])].allSatisfy { $0 }
        let from = item[Point.countingFromKey]
        let countingFrom = from.flatMap { condition($0) }
        guard let (operation, keys) = parsed, let nth, isKnown else { return nil }
        if countingFrom == nil, from != nil { return nil }
        if operation.word == "step", !checkStep(operation.argument, at: keys["step"] ?? tree.position) { return nil }
        guard checkResult(operation, side, at: keys["result"] ?? tree.position) else { return nil }
        if nth == .last, countingFrom != nil {
            diagnostics.add(
                item["nth"]?.position ?? item.position,
                "`nth: last` is counted in the references, where no `\(Point.countingFromKey)` is looked at")
            return nil
        }
        let point = Point(
            side, operation, nth: nth, during: item["during"]?.text, agent: item["agent"]?.text,
            countingFrom: countingFrom)
        Slips(diagnostics: diagnostics).check(point, item)
        return point
    }

    private func condition(_ tree: Tree) -> Condition? {
        let parser = ConditionParser(agents: agents, place: .countingFrom, diagnostics: diagnostics)
        guard let condition = parser.parse(tree) else { return nil }
        for (text, position) in ConditionParser.sinces(of: tree) where !checkStep(text, at: position) { return nil }
        for (text, position) in ConditionParser.faults(of: tree) where !faults.contains(text) || text == itself {
            diagnostics.add(position, "no other fault `\(text)`", misspelt: text, among: faults.filter { $0 != itself })
            return nil
        }
        return condition
    }

    private func nth(_ tree: Tree?) -> Point.Nth? {
        guard let tree else { return .these([1]) }
        switch tree.text {
        case "last": return .last
        case "all": return .all
        default: break
        }
        let numbers = tree.texts.compactMap { Int($0) }
        if tree.list?.isEmpty == true {
            diagnostics.add(tree.position, "`nth` is an empty list: no operation is meant", hint: "`all` means each")
            return nil
        }
        guard numbers.count == (tree.list?.count ?? 1), numbers.allSatisfy({ $0 > 0 }) else {
            diagnostics.add(tree.position, "`nth` is a number from 1, a list of them, `last` or `all`")
            return nil
        }
        if let twice = numbers.first(where: { number in numbers.count { $0 == number } > 1 }) {
            diagnostics.add(
                tree.position, "`nth` has the number \(twice) twice",
                hint: "a fault comes once at an operation; two faults can come at the same one")
            return nil
        }
        return .these(numbers.sorted())
    }

    private func checkStep(_ tree: Tree?) -> Bool {
        guard let tree, let text = tree.text else { return true }
        return checkStep(text, at: tree.position)
    }

    private func checkStep(_ text: String, at position: Position) -> Bool {
        steps.check(text, at: position, diagnostics)
    }

    private func checkAgent(_ tree: Tree?) -> Bool {
        guard let tree, let name = tree.text, !agents.contains(name) else { return true }
        diagnostics.add(tree.position, "no agent `\(name)`", misspelt: name, among: agents)
        return false
    }

    private func checkResult(_ operation: Phrase, _ side: Point.Side, at position: Position) -> Bool {
        guard let result = operation.qualifiers["result"] else { return true }
        if side == .before {
            diagnostics.add(position, "there is no result before")
            return false
        }
        if Pattern(result).isLiteral, OperationResult(result) == nil {
            diagnostics.add(
                position, "no errno `\(result)`", misspelt: result, among: ErrorNumber.allNames + ["ok", "unknown"])
            return false
        }
        return true
    }
}
