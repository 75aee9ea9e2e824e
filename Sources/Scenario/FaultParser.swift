import Faults
import Model

/// Reads `faults`; one that says `each` is several, one in each plan.
struct FaultParser {
    /// What `each` stood for behind a word.
    struct Choice {
        var word: String
        var text: String
    }

    /// The forms of one fault, with what `each` stood for; nil where it was not written.
    typealias Forms = [(each: Choice?, fault: Fault)]

    let steps: StepList
    let agents: [String]
    let diagnostics: Diagnostics

    func parse(_ items: [Tree]) -> [Forms] {
        var names: Set<String> = []
        let all = FaultParser.names(of: items)
        let known = Set(all)
        let steps = steps.all
        checkCircles(items, named: all)
        return items.enumerated().compactMap { index, item in
            let name = all[index]
            if !names.insert(name).inserted {
                diagnostics.add(item["name"]?.position ?? item.position, "there is another fault `\(name)`")
            }
            let points = PointParser(
                steps: self.steps, agents: agents, faults: known, itself: name, diagnostics: diagnostics)
            let until = item["until"].map { end($0, points) }
            guard let point = points.parse(item), let tree = item["do"] else {
                // What is wrong with the action can be said without its point.
                for action in item["do"].map({ $0.list ?? [$0] }) ?? [] { _ = actions.parse(action) }
                return nil
            }
            guard let forms = forms(name, point, tree)?.map({ ($0.each, $0.fault.written(at: item)) }) else {
                return nil
            }
            if let fault = forms.first?.1 {
                Slips(diagnostics: diagnostics).check(fault, item, in: steps)
                Slips(diagnostics: diagnostics).checkStart(fault.point, item, in: steps)
            }
            guard let place = item["until"], let until else { return forms }
            return taking(forms, back: until, at: place)
        }
    }

    /// Faults that wait for each other never fire.
    private func checkCircles(_ items: [Tree], named names: [String]) {
        var waits: [String: String] = [:]
        for (item, name) in zip(items, names) { waits[name] = item[Point.countingFromKey]?["fired"]?.text }
        // Those whose chain was followed to its end.
        var followed: Set<String> = []
        for (item, name) in zip(items, names) where !followed.contains(name) {
            var chain = [name]
            var seen: Set = [name]
            while let next = chain.last.flatMap({ waits[$0] }), !followed.contains(next), seen.insert(next).inserted {
                chain.append(next)
            }
            // A chain may lead into a circle without being of it: that one is told when its own first fault comes.
            guard chain.count > 1, chain.last.flatMap({ waits[$0] }) == name else {
                if chain.last.flatMap({ waits[$0] }).map(seen.contains) != true { followed.formUnion(chain) }
                continue
            }
            followed.formUnion(chain)
            diagnostics.add(
                item[Point.countingFromKey]?.position ?? item.position,
                "\(chain.map { "`\($0)`" }.joined(separator: " and ")) wait for each other: none of them can fire")
        }
    }

    /// The names of faults, those that have none by their place.
    static func names(of items: [Tree]) -> [String] {
        items.enumerated().map { index, item in item["name"]?.text ?? "fault-\(index + 1)" }
    }

    /// When a fault is taken back; nil where that is wrong.
    private func end(_ tree: Tree, _ points: PointParser) -> Fault.Until? {
        if let text = tree.text {
            guard !tree.isUnbound else { return nil }
            if let duration = Text.duration(text) {
                Slips(diagnostics: diagnostics).check(until: duration, at: tree.position, in: steps.all)
                return .duration(duration)
            }
            diagnostics.add(tree.position, Text.noDuration(text))
            return nil
        }
        guard PointParser.isMap(tree, diagnostics) else { return nil }
        var points = points
        points.what = "a point"
        guard let point = points.parse(tree) else { return nil }
        if case .these(let numbers) = point.nth, numbers.count == 1 { return .point(point) }
        diagnostics.add(
            tree["nth"]?.position ?? tree.position,
            "a fault is taken back once: `nth` behind `until` is one number, counted from when the fault fired")
        return nil
    }

    private func taking(_ forms: Forms, back until: Fault.Until?, at place: Tree) -> Forms? {
        for action in forms.first?.fault.actions ?? [] {
            guard let problem = FaultProblem.takingBack(action.phrase) else { continue }
            diagnostics.add(place.position, problem)
            return nil
        }
        guard let until else { return nil }
        return forms.map { form in
            var fault = form.fault
            fault.until = until
            return (form.each, fault)
        }
    }

    private var actions: ActionParser { ActionParser(agents: agents, diagnostics: diagnostics) }

    private func forms(_ name: String, _ point: Point, _ tree: Tree) -> Forms? {
        var forms: Forms = [(nil, Fault(name: name, point: point, actions: []))]
        let trees = tree.list ?? [tree]
        if trees.isEmpty { diagnostics.add(tree.position, "a fault needs an action") }
        let parsed = trees.map { ($0, actions.parse($0)) }
        var earlier: [Phrase] = []
        for (tree, result) in parsed {
            guard let read = result else { return nil }
            if let reason = ActionSequence.prevented(read.phrase, after: earlier) {
                diagnostics.add(
                    read.keys[read.phrase.word] ?? tree.position, "`\(read.phrase.word)` could not act here: \(reason)")
                return nil
            }
            earlier.append(read.phrase)
            if let refusal = FaultProblem.placing(read.phrase, at: point, running: running(at: point)) {
                diagnostics.add(tree.position, refusal)
                return nil
            }
            if let refusal = refusal(ofPrivilege: read.phrase, at: point) {
                diagnostics.add(tree.position, refusal)
                return nil
            }
            guard let answers = answers(read, at: point, tree) else { return nil }
            forms = answers.flatMap { answer in
                forms.map { form in
                    var fault = form.fault
                    fault.actions.append(answer)
                    return (
                        read.action == nil ? Choice(word: answer.phrase.word, text: answer.phrase.argument) : form.each,
                        fault
                    )
                }
            }
        }
        return forms
    }

    /// The action, or one for each that `each` stands for; nil where the kernel cannot answer so.
    private func answers(_ read: ReadAction, at point: Point, _ tree: Tree) -> [Action]? {
        if !read.choices.isEmpty { return read.choices }
        if let action = read.action {
            guard case .fail(let errno, _, let impossible) = action else { return [action] }
            checkMessage(read, at: point)
            let request = ErrnoTable.request(of: point.operation)
            let possible = request?.answers.map(\.number) ?? []
            guard possible.contains(errno) || impossible else {
                diagnostics.add(
                    read.keys["fail"] ?? tree.position,
                    "this kernel cannot answer \(errno) to \(request?.name ?? point.operation.word): it can "
                        + possible.map(\.name).joined(separator: " "),
                    hint: FaultParser.hint(for: errno, at: point.operation))
                return nil
            }
            return [action]
        }
        checkMessage(read, at: point)
        let possible = ErrnoTable.request(of: point.operation)?.answers.map(\.number) ?? []
        if possible.isEmpty {
            diagnostics.add(
                read.keys["fail"] ?? tree.position, "the table has no errno for \(point.operation.word)")
            return nil
        }
        return possible.map { .fail(errno: $0, message: read.phrase.qualifiers["message"]) }
    }

    /// How the point could say what can get the error, or the fault that it is none.
    private static func hint(for errno: ErrorNumber, at operation: Phrase) -> String {
        let requests = ErrnoTable.requests(of: operation, answering: errno)
        let kinds =
            requests.compactMap(\.kind).map { "`\($0.replacing(" ", with: ": "))`" }
            + (ErrnoTable.family(of: operation) == nil
                ? requests.compactMap(\.family).map { "`\(operation.word): \(operation.pattern(of: $0))`" } : [])
        return kinds.isEmpty
            ? "or say `impossible: true`" : "say \(kinds.joined(separator: " or ")) at the point, or `impossible: true`"
    }

    private func checkMessage(_ read: ReadAction, at point: Point) {
        guard let message = read.keys["message"], OperationTable.row(point.operation.word)?.isNetlink != true else {
            return
        }
        diagnostics.add(message, "only netlink answers carry a `message`: \(point.operation.word) is none")
    }

    /// Why a privilege cannot be taken in a step, in which no program begins; nil where it can.
    private func refusal(ofPrivilege phrase: Phrase, at point: Point) -> String? {
        guard ActionWords.kind(phrase.word)?.actor == .starter else { return nil }
        let meant = steps.all.filter { $0.isMeant(by: point.operation.argument) }
        let begins = meant.contains { step in
            switch step.body {
            case .run, .start, .together: true
            case .act, .check, .stop, .signal: false
            }
        }
        return begins || meant.isEmpty
            ? nil : "`\(phrase.word)` could not act here: no program of an agent begins in \(point.operation.argument)"
    }

    /// The agents that may run when the point is the edge of a step.
    private func running(at point: Point) -> Set<String> {
        point.operation.word == "step" ? steps.running(point.side, of: point.operation.argument) : []
    }
}

extension Phrase {
    /// What would say of which family its prefix is, and else mean the same, or every one.
    fileprivate func pattern(of family: ErrnoTable.Family) -> String {
        let all = family == .ipv4 ? "0.0.0.0/0" : "::/0"
        return argument == "default" ? all : "within \(all)"
    }
}

extension Fault {
    /// The fault with the place at which it is written.
    fileprivate func written(at item: Tree) -> Fault {
        var fault = self
        fault.location = item.position.description
        return fault
    }
}
