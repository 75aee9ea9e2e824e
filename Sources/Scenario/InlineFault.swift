import Model

/// A fault of the command line: `before netns.enter pod by ip nth 2: netns.delete pod`.
public struct InlineFault: Sendable {
    /// The fault as an item of `faults`.
    let tree: Tree

    /// Reads `POINT: ACTION`, in the words of `tocsin trace`.
    ///
    /// - Parameter option: What diagnostics call it: `--fault`, or `--fault 2` where there are several.
    /// - Throws: What is wrong with it, at its column.
    public init(_ text: String, option: String = "--fault") throws(Diagnostic) {
        do throws(LineText.Problem) {
            tree = try InlineFault.read(try LineText.words(text), option, length: text.count)
        } catch {
            throw Diagnostic(file: option, line: 0, column: error.column, message: error.message)
        }
    }

    /// Reads an action that happens at a point, as `--at` gives it.
    ///
    /// - Throws: What is wrong with the action, at its column.
    public init(action: String, at point: Point, option: String = "--fault") throws(Diagnostic) {
        do throws(LineText.Problem) {
            let place = Position(file: "--at", line: 0, column: 1)
            let side = Tree.Entry(
                key: point.side.rawValue, keyPosition: place,
                value: Tree(content: .text("", isPlain: true), position: place))
            let words = try LineText.words(point.lineText)
            let entries = try LinePhrase { _ in place }.point(words.dropFirst(), side: side)
            let line = LinePhrase { Position(file: option, line: 0, column: $0) }
            let action = try line.lonely(action)
            let done = Tree.Entry(key: "do", keyPosition: action.position, value: action)
            tree = Tree(content: .map(entries + [done]), position: place).guarded
        } catch {
            throw Diagnostic(file: option, line: 0, column: error.column, message: error.message)
        }
    }

    /// Looks what is wrong with an action wherever it happens, before it is known where that is.
    ///
    /// - Parameter agents: The names of the agents of the scenario.
    /// - Throws: All that is wrong with it, each at its column.
    public static func check(
        action: String, agents: [String], option: String = "--fault"
    ) throws(DiagnosticList) {
        let diagnostics = Diagnostics()
        let place = { (column: Int) in Position(file: option, line: 0, column: column) }
        do throws(LineText.Problem) {
            let tree = try LinePhrase(position: place).lonely(action)
            _ = ActionParser(agents: agents, diagnostics: diagnostics).parse(tree)
        } catch {
            diagnostics.add(place(error.column), error.message)
        }
        guard diagnostics.isEmpty else { throw diagnostics.sorted(first: option) }
    }

    private static func read(
        _ words: [LineText.Word], _ option: String, length: Int
    ) throws(LineText.Problem) -> Tree {
        let line = LinePhrase { Position(file: option, line: 0, column: $0) }
        let example = "as in 'before netns.enter pod: netns.delete pod'"
        guard let first = words.first, ["before", "after"].contains(first.text), !first.isQuoted else {
            throw LineText.Problem(
                column: words.first?.column ?? 1, message: "a point begins with `before` or `after`, \(example)")
        }
        // A colon of its own stands behind a quoted text.
        let isEnd = { (word: LineText.Word) in !word.isQuoted && word.text.hasSuffix(":") }
        guard let end = words.firstIndex(where: isEnd) else {
            throw LineText.Problem(
                column: length + 1, message: "`POINT: ACTION` is needed: a colon and a blank end the point, \(example)")
        }
        var point = Array(words[1...end])
        if end == 0 { point = [] }
        if let last = point.popLast(), last.text != ":" {
            point.append(LineText.Word(text: String(last.text.dropLast()), isQuoted: false, column: last.column))
        }
        let place = Position(file: option, line: 0, column: first.column)
        let side = Tree.Entry(
            key: first.text, keyPosition: place, value: Tree(content: .text("", isPlain: true), position: place))
        let action = try line.action(words[(end + 1)...], at: length + 1)
        let entries = try line.point(point[...], side: side)
        return Tree(
            content: .map(entries + [Tree.Entry(key: "do", keyPosition: action.position, value: action)]),
            position: place
        ).guarded
    }

    /// The fault as lines of a scenario file, for `faults:`.
    public var lines: [String] {
        (tree.entries ?? []).enumerated().map { index, entry in
            "\(index == 0 ? "  - " : "    ")\(entry.key): \(entry.value.flow)"
        }
    }
}

extension LinePhrase {
    /// The map of an action that stands alone, because another option says where it happens.
    fileprivate func lonely(_ action: String) throws(LineText.Problem) -> Tree {
        let words = try LineText.words(action)
        if let first = words.first, ["before", "after"].contains(first.text) {
            throw LineText.Problem(
                column: first.column,
                message: "`--at` says where, and `--fault` is then the action alone, as in 'kill main'")
        }
        return try self.action(words[...], at: action.count + 1)
    }
}

extension Tree {
    /// The tree with `$(` as `$$(` in its texts: those of a command line have no variables.
    fileprivate var guarded: Tree {
        var tree = self
        switch content {
        case .text(let text, let isPlain):
            let parts = text.split(separator: "$(", omittingEmptySubsequences: false)
            tree.content = .text(parts.joined(separator: "$$("), isPlain: isPlain)
        case .list(let items): tree.content = .list(items.map(\.guarded))
        case .map(let entries):
            tree.content = .map(
                entries.map { Entry(key: $0.key, keyPosition: $0.keyPosition, value: $0.value.guarded) })
        }
        return tree
    }

    /// The value in YAML's flow style.
    fileprivate var flow: String {
        switch content {
        case .text(let text, _): YAMLText.quoted(text)
        case .list(let items): "[\(items.map(\.flow).joined(separator: ", "))]"
        case .map(let entries): "{ \(entries.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ")) }"
        }
    }
}
