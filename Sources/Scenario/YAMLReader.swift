import Yams

/// Reads YAML into a ``Tree`` and says in the words of the format what is not YAML, or not of the format.
struct YAMLReader {
    let file: String
    let diagnostics: Diagnostics
    /// Keys that stand twice, under the other names that the first of them got.
    private var renamed: [Rename] = []
    private var anchors: Set<String> = []
    private var lines: [Substring] = []
    /// The line that was looked at last, by its letters: a file may be one long line.
    private var lastLine: (number: Int, letters: [Unicode.Scalar]) = (0, [])

    init(file: String, diagnostics: Diagnostics) {
        self.file = file
        self.diagnostics = diagnostics
    }

    /// Reads the text of the file; nil where it cannot be read, which the diagnostics then say.
    mutating func read(_ text: String) -> Tree? {
        // A byte order mark is no part of the text (YAML 1.2, 5.2); libyaml counts it as a column.
        var text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while true {
            do {
                // The parser must outlive the walk: nodes hold their anchors weakly, and a lost one would go unseen.
                let parser = try Parser(yaml: text, resolver: .basic)
                guard let node = try parser.singleRoot() else {
                    diagnostics.add(Position(file: file, line: 1, column: 1), "the file is empty")
                    return nil
                }
                let tree = withExtendedLifetime(parser) { convert(node) }
                for rename in renamed { report(rename, in: node) }
                return tree
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                // Yams names the first of the equal keys, the reader wants the second: the first gets another name,
                // and the one that still bears it is looked for in what can then be read.
                guard renamed.count < 32, let rename = Rename(at: context.mark, number: renamed.count, in: &text) else {
                    diagnostics.add(position(context.mark), "a key is written twice")
                    return nil
                }
                renamed.append(rename)
            } catch {
                YAMLProblem(error, in: text).add(to: diagnostics, file: file)
                return nil
            }
        }
    }

    /// Whether a tag stands in front of a node: `!!str` says what a text is without it, and Yams does not tell them apart.
    private mutating func hasTag(at position: Position) -> Bool {
        guard lines.indices.contains(position.line - 1) else { return false }
        if lastLine.number != position.line {
            lastLine = (position.line, Array(lines[position.line - 1].unicodeScalars))
        }
        let place = position.column - 1
        return lastLine.letters.indices.contains(place) && lastLine.letters[place] == "!"
    }

    private func position(_ mark: Mark?) -> Position {
        Position(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private mutating func convert(_ node: Node, at keyPosition: Position? = nil) -> Tree {
        let own = position(node.mark)
        let place = keyPosition ?? own
        if let anchor = node.anchor {
            diagnostics.add(
                own, "anchors and aliases are not part of the format",
                hint: "a pattern that begins with * or & needs quotes")
            // An alias is the anchored node again: going into it could double without end.
            guard anchors.insert(anchor.rawValue).inserted else {
                return Tree(content: .text(anchor.rawValue, isPlain: false), position: place)
            }
        }
        if !["str", "seq", "map"].contains(where: { node.tag.description == "tag:yaml.org,2002:\($0)" })
            || hasTag(at: own)
        {
            diagnostics.add(own, "tags are not part of the format", hint: "a text that begins with ! needs quotes")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain
            checkText(scalar.string, at: place)
            return Tree(content: .text(scalar.string, isPlain: isPlain), position: place)
        case .sequence(let sequence):
            return Tree(content: .list(sequence.map { item in convert(item) }), position: place)
        case .mapping(let mapping):
            let entries = mapping.compactMap { key, value in entry(key, value) }
            return Tree(content: .map(entries), position: place, isFlow: isFlow(mapping))
        case .alias: return Tree(content: .text("", isPlain: false), position: place)
        }
    }

    /// The kernel's texts end at a NUL: what stands behind it would be dropped without a word.
    private func checkText(_ text: String, at place: Position) {
        guard text.utf8.contains(0) else { return }
        diagnostics.add(
            place, "a text holds no NUL: names, paths and arguments end there",
            hint: "a CONTENT with one is a `file`")
    }

    private mutating func entry(_ key: Node, _ value: Node) -> Tree.Entry? {
        let place = position(key.mark)
        guard case .scalar(let scalar) = key, scalar.anchor == nil else {
            diagnostics.add(place, "a key is a text")
            return nil
        }
        let text = renamed.first { key.mark.map($0.isAt) ?? false }?.key ?? scalar.string
        checkText(text, at: place)
        return Tree.Entry(key: text, keyPosition: place, value: convert(value, at: place))
    }

    /// Yams reads the style from the end of the mapping, where none is said; but a flow mapping begins before its key.
    private func isFlow(_ mapping: Node.Mapping) -> Bool {
        guard let mark = mapping.mark, let first = mapping.first?.key.mark else { return true }
        return mark.line != first.line || mark.column != first.column
    }

    private func report(_ rename: Rename, in node: Node) {
        switch node {
        case .mapping(let mapping):
            if mapping.contains(where: { $0.key.mark.map(rename.isAt) ?? false }) {
                let second = mapping.first { $0.key.string == rename.key && !($0.key.mark.map(rename.isAt) ?? false) }
                if let second { diagnostics.add(position(second.key.mark), "`\(rename.key)` is written twice") }
                return
            }
            for (key, value) in mapping {
                report(rename, in: key)
                report(rename, in: value)
            }
        case .sequence(let sequence):
            for item in sequence { report(rename, in: item) }
        case .scalar, .alias: break
        }
    }
}
