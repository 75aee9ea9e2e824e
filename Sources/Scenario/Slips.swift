import Faults
import Model

/// Finds what is right by the format and probably not what was meant: warnings, never errors.
struct Slips {
    let diagnostics: Diagnostics

    /// Keys of a point that say nothing, for the edge of a step comes once.
    func check(_ point: Point, _ item: Tree) {
        guard point.operation.word == "step" else { return }
        for key in ["during", "agent"] {
            guard let tree = item[key] else { continue }
            diagnostics.warn(tree.position, "`\(key)` changes nothing: the edge of a step is in that step alone")
        }
        if let tree = item["nth"], point.nth == .these([1]) || point.nth == .last {
            diagnostics.warn(tree.position, "`nth` has no effect: the edge of a step comes once")
        }
    }

    /// Several matches for a fault that can act once.
    func check(_ fault: Fault, _ item: Tree, in steps: [Step]) {
        let isSeveral =
            switch fault.point.nth {
            case .all: true
            case .these(let numbers): numbers.count > 1
            case .last: false
            }
        guard isSeveral, let place = item["nth"] else { return }
        let own = steps.filter { step in fault.point.during.map(step.isMeant) ?? true }
        let runs = own.compactMap { step in if case .run(let command) = step.body { command } else { nil } }
        guard runs.count == 1, let command = runs.first, command.retry == 0, command.request == nil else { return }
        for tree in item["do"].map({ $0.list ?? [$0] }) ?? [] {
            guard let victims = tree["kill"]?.text, victims != Action.Victims.process.rawValue else { continue }
            diagnostics.warn(
                place.position,
                "`kill: \(victims)` acts once: afterwards no process of \(command.name) is there to match")
        }
    }

    /// The program of a command is started by Tocsin, before anything is an operation.
    func checkStart(_ point: Point, _ item: Tree, in steps: [Step]) {
        guard point.operation.word == "exec", let place = item[point.side.rawValue] else { return }
        func isMeant(_ program: String) -> Bool {
            let wanted = Pattern(String(point.operation.argument.split(separator: " ").first ?? ""))
            let name = program.split(separator: "/").last.map(String.init) ?? program
            return wanted.matches(program) || wanted.text.split(separator: "/").last.map(String.init) == name
        }
        let commands = steps.compactMap { step -> Command? in
            guard case .run(let command) = step.body, point.during.map(step.isMeant) ?? true,
                point.agent.map({ $0 == command.agent }) ?? true
            else { return nil }
            return command
        }
        guard let started = commands.first(where: { $0.argv.first.map(isMeant) ?? false }) else { return }
        // A command that names the program in its arguments may start it: `ip netns exec pod ip link`, `sh -c`.
        let name = started.argv.first?.split(separator: "/").last ?? ""
        guard !commands.contains(where: { $0.request != nil || $0.argv.dropFirst().contains { $0.contains(name) } })
        else { return }
        diagnostics.warn(
            place.position, "that `\(started.name)` begins is no operation: `exec` is what a command starts",
            hint: "the beginning of a step is `before: { step: \(started.name) }`")
    }

    /// An end that comes after all that the steps may take: the plan would be an `error`.
    func check(until duration: Nanoseconds, at position: Position, in steps: [Step]) {
        let whole = Step.limit(of: steps)
        guard duration > whole else { return }
        diagnostics.warn(
            position, "the plan ends before: its steps may take \(Action.delay(whole).phrase.argument) together")
    }

    /// Names in patterns and actions that are almost a name that the scenario gives.
    ///
    /// A pattern may mean a name that only the agent knows, so this can be no error. Names that differ in their digits,
    /// `eth0` and `eth1`, are two names.
    func checkNames(_ tree: Tree, given: Set<String>) {
        // A point on one line has its names inside a text; what is wrong with the line was said by its reader.
        let tree = LinePhrase.spread(tree, Diagnostics()) ?? tree
        for item in tree.list ?? [] { checkNames(item, given: given) }
        let entries = tree.entries ?? []
        for entry in entries {
            checkNames(entry.value, given: given)
            guard let text = entry.value.text, !entry.value.isUnbound, Slips.isName(entry.key, among: entries) else {
                continue
            }
            guard text.count > 2, Pattern(text).isLiteral, !given.contains(text) else { continue }
            let near = given.filter { $0.count > 2 && Suggestion.distance(text, $0) == 1 && Slips.isOther(text, $0) }
            guard let name = near.min() else { continue }
            diagnostics.warn(
                entry.value.position, "nothing in this scenario is called `\(text)`", hint: "did you mean `\(name)`?")
        }
    }

    /// A device of the host that no second one would be like: `link.replace` could only fail.
    func checkReplaced(_ tree: Tree, in host: HostSpecification) {
        let tree = LinePhrase.spread(tree, Diagnostics()) ?? tree
        for item in tree.list ?? [] { checkReplaced(item, in: host) }
        for entry in tree.entries ?? [] {
            checkReplaced(entry.value, in: host)
            guard entry.key == "link.replace", let name = entry.value.text,
                let link = host.links.first(where: {
                    $0.end.name == name && $0.end.namespace == tree["in"]?.text ?? "host"
                }), LinkSpecification.typesMadeOnce.contains(link.type)
            else { continue }
            diagnostics.add(
                entry.value.position, "a \(link.type) cannot be made again: what it holds would be lost",
                hint: "`link.delete` and `link.create` are two actions of one fault")
        }
    }

    /// Whether a namespace or a device stands behind the key, by the word that stands beside it.
    private static func isName(_ key: String, among entries: [Tree.Entry]) -> Bool {
        if key == "in" { return true }
        for entry in entries {
            let type =
                if let row = OperationTable.row(entry.key) {
                    key == row.word ? row.argument : row.qualifier(key)?.value
                } else if let row = ObjectTable.row(entry.key) {
                    key == row.noun ? row.name : row.attributes.first { $0.name == key }?.value
                } else if let kind = ActionWords.kind(entry.key) {
                    key == kind.word ? kind.argument : kind.qualifiers.first { $0.name == key }?.value
                } else {
                    ValueType?.none
                }
            switch type {
            case .namespace, .device, .deviceName: return true
            default: continue
            }
        }
        return false
    }

    private static func isOther(_ left: String, _ right: String) -> Bool {
        left.filter { !$0.isNumber } != right.filter { !$0.isNumber }
    }
}

extension Plan {
    /// Every name that the scenario gives: of the host, and the words of its commands.
    var givenNames: Set<String> {
        var names = Set(
            host.namespaces + ["host"] + host.links.flatMap { [$0.end.name, $0.peer?.name].compactMap { $0 } })
        for step in allSteps {
            guard case .run(let command) = step.body else { continue }
            for text in command.argv + command.environment.values {
                names.formUnion(text.split { " /\t\n:,;=".contains($0) }.map(String.init))
            }
        }
        return names
    }
}
