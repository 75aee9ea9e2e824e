/// A value of a scenario file as it was written: texts, lists and maps with their places, and no types.
///
/// The schema gives the type, not YAML: `20.50`, `on` and `52:54:00:12:34:56` are the texts that stand there.
struct Tree: Sendable {
    indirect enum Content: Sendable {
        /// A text; `isPlain` where it stands without quotes, so that `json:` may read a number in it.
        case text(String, isPlain: Bool)
        case list([Tree])
        case map([Entry])
    }

    struct Entry: Sendable {
        var key: String
        var keyPosition: Position
        var value: Tree
    }

    var content: Content
    /// Where it begins, or its key where it is the value of one: there a complaint about it is printed.
    var position: Position
    /// Whether a variable of it is not there, which was said: its text is no more what was meant.
    var isUnbound = false
    /// Whether a map stands in `{ }`.
    var isFlow = false

    var text: String? {
        if case .text(let text, _) = content { return text }
        return nil
    }

    var list: [Tree]? {
        if case .list(let items) = content { return items }
        return nil
    }

    var entries: [Entry]? {
        if case .map(let entries) = content { return entries }
        return nil
    }

    /// Whether nothing was written: `key:` with no value.
    var isEmpty: Bool {
        switch content {
        case .text(let text, let isPlain): isPlain && text.isEmpty
        case .list, .map: false
        }
    }

    /// The value of a key of a map.
    subscript(key: String) -> Tree? { entries?.first { $0.key == key }?.value }

    /// The value as reports name it: a text as it is, a map as `key: value, key: value`.
    var lineText: String {
        switch content {
        case .text(let text, _): text
        case .list(let items): items.map(\.lineText).joined(separator: " ")
        case .map(let entries): entries.map { "\($0.key): \($0.value.lineText)" }.joined(separator: ", ")
        }
    }

    /// The same value, complained about at another place.
    func moved(to position: Position) -> Tree {
        var tree = self
        tree.position = position
        return tree
    }

    /// The map with the entries of `other` after its own, where it has no such key.
    func adding(_ other: Tree) -> Tree {
        guard let mine = entries, let theirs = other.entries else { return self }
        var tree = self
        tree.content = .map(mine + theirs.filter { entry in !mine.contains { $0.key == entry.key } })
        return tree
    }

    /// The map without a key.
    func removing(_ key: String) -> Tree {
        guard let entries else { return self }
        var tree = self
        tree.content = .map(entries.filter { $0.key != key })
        return tree
    }

    /// The map with one value put in, in place or at the end.
    func setting(_ key: String, to value: Tree) -> Tree {
        guard var entries else { return self }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = value
        } else {
            entries.append(Entry(key: key, keyPosition: value.position, value: value))
        }
        var tree = self
        tree.content = .map(entries)
        return tree
    }
}
