/// The variables of one plan, put into its values.
///
/// `$(NAME)` is the variable, `$$(NAME)` the text `$(NAME)`; a value that is only `$(NAME)` becomes it whole.
final class Scope {
    /// More than a scenario can mean: variables that double themselves stop here.
    private static let limit = 1 << 20

    /// How many variables may be put in one in another: each takes from the stack.
    private static let depth = 200

    private let raw: [String: Tree]
    private let agentsFolder: String
    private let currentFolder: String
    private let diagnostics: Diagnostics
    private var bound: [String: (tree: Tree, size: Int)] = [:]
    private var binding: Set<String> = []
    /// What was made so far: values, and sixteen bytes of text for one more.
    ///
    /// A variable counts each time it is put in, or what doubles itself would look small.
    private var size = 0
    private var probed = 0
    /// The names that were asked for.
    private(set) var used: Set<String> = []

    init(_ raw: [String: Tree], environment: LoadEnvironment, diagnostics: Diagnostics) {
        self.raw = raw
        agentsFolder = environment.agentsFolder
        currentFolder = environment.currentFolder
        self.diagnostics = diagnostics
    }

    /// The value with its variables put in.
    func bind(_ tree: Tree) -> Tree {
        size += 1
        guard size < Scope.limit else { return tooLarge(tree.position) }
        var result = tree
        switch tree.content {
        case .text(let text, let isPlain): return bind(text, isPlain, tree)
        case .list(let items): result.content = .list(items.map(bind))
        case .map(let entries):
            result.content = .map(
                entries.map { Tree.Entry(key: $0.key, keyPosition: $0.keyPosition, value: bind($0.value)) })
        }
        return result
    }

    /// The value of a variable, nil where there is none of that name.
    ///
    /// Naming the plan is no use of it: `counts` is false there.
    func value(_ name: String, at position: Position, counts: Bool = true) -> Tree? {
        if counts { used.insert(name) }
        if let value = bound[name] {
            size += value.size
            return size < Scope.limit ? value.tree : tooLarge(position)
        }
        guard let tree = raw[name] else { return given(name, at: position) }
        guard !binding.contains(name) else {
            diagnostics.add(tree.position, "variable `\(name)` is made of itself")
            return Tree(content: .text("", isPlain: false), position: position)
        }
        guard binding.count < Scope.depth else {
            diagnostics.add(
                tree.position, "variable `\(name)` is the \(Scope.depth + 1)th that is put in, one in another")
            return Tree(content: .text("", isPlain: false), position: position)
        }
        binding.insert(name)
        let before = size
        let value = bind(tree)
        binding.remove(name)
        bound[name] = (value, size - before)
        return value
    }

    /// Binds a variable for what is wrong in it; false where all that were bound so make too much together.
    func probe(_ name: String, at position: Position) -> Bool {
        size = 0
        _ = value(name, at: position)
        probed += size
        // What is large is made again where it is needed, and not kept for all that is not.
        if size > 4096 { bound = bound.filter { $0.value.size <= 4096 } }
        guard probed < 16 * Scope.limit else {
            diagnostics.add(position, "the variables make too much of this")
            return false
        }
        return true
    }

    /// Nothing of it is kept, so that what doubles itself stays small.
    private func tooLarge(_ position: Position) -> Tree {
        diagnostics.add(position, "the variables make too much of this")
        return Tree(content: .text("", isPlain: false), position: position, isUnbound: true)
    }

    private func given(_ name: String, at position: Position) -> Tree? {
        switch name {
        case "agents": Tree(content: .text(agentsFolder, isPlain: false), position: position)
        case "here":
            Tree(content: .text(FilePath.join(currentFolder, position.folder), isPlain: false), position: position)
        default: nil
        }
    }

    private func bind(_ text: String, _ isPlain: Bool, _ tree: Tree) -> Tree {
        let pieces = Scope.pieces(of: text)
        if pieces.count == 1, case .name(let name) = pieces[0] {
            guard let value = lookUp(name, at: tree.position) else {
                var unbound = tree
                unbound.isUnbound = true
                return unbound
            }
            guard case .text(let text, let wasPlain) = value.content else { return value }
            return Tree(content: .text(text, isPlain: wasPlain && isPlain), position: tree.position)
        }
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .name(let name):
                guard let value = lookUp(name, at: tree.position) else { continue }
                guard let text = value.text else {
                    diagnostics.add(tree.position, "variable `\(name)` is no text: it can only be a whole value")
                    continue
                }
                result += text
            }
        }
        size += result.utf8.count / 16
        guard size < Scope.limit else { return tooLarge(tree.position) }
        return Tree(content: .text(result, isPlain: isPlain), position: tree.position)
    }

    private func lookUp(_ name: String, at position: Position) -> Tree? {
        if let value = value(name, at: position) { return value }
        let near =
            diagnostics.isLong ? nil : Suggestion.hint(for: name, among: Array(raw.keys) + ["here", "agents"])
        diagnostics.add(position, "no variable `\(name)`", hint: near ?? "$$(\(name)) is the text itself")
        return nil
    }

    private enum Piece {
        case text(String)
        case name(String)
    }

    private static func pieces(of text: String) -> [Piece] {
        guard text.contains("$(") else { return [.text(text)] }
        var pieces: [Piece] = []
        var literal = ""
        var rest = text[...]
        // Where none closes, none is looked for again behind it.
        var closes = true
        while let character = rest.first {
            if rest.hasPrefix("$$(") {
                literal += "$("
                rest = rest.dropFirst(3)
            } else if closes, rest.hasPrefix("$("), let end = rest.firstIndex(of: ")") {
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = ""
                pieces.append(.name(String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                if rest.hasPrefix("$(") { closes = false }
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(literal)) }
        return pieces
    }
}
