import Faults
import Model

/// Reads phrases and points that stand on one line, in the words of `tocsin trace`, into the maps that a file has.
struct LinePhrase {
    /// The place of a word, by its column.
    let position: (Int) -> Position

    /// What a point says besides its operation.
    static let pointKeys = ["nth", "during", "agent"]

    /// The keys of a point and its operation, of words behind `before` or `after`.
    ///
    /// A whole line of `tocsin trace` is one too: number, time, program and result are left out.
    func point(_ words: ArraySlice<LineText.Word>, side: Tree.Entry) throws(LineText.Problem) -> [Tree.Entry] {
        var words = LinePhrase.operation(of: words)
        guard let word = words.popFirst() else {
            throw LineText.Problem(column: side.value.position.column, message: "`\(side.key)` needs an operation")
        }
        let keys = OperationTable.keys(word.text)
        var entries = [argument(&words, of: word, keys: keys + LinePhrase.pointKeys)]
        var others: [Tree.Entry] = []
        while let key = words.popFirst() {
            guard !(entries + others).contains(where: { $0.key == key.text }) else {
                throw LineText.Problem(column: key.column, message: "`\(key.text)` stands twice")
            }
            guard let value = words.popFirst() else { throw noValue(of: key, behind: entries, among: keys) }
            let isOfPoint = LinePhrase.pointKeys.contains(key.text) && !keys.contains(key.text)
            if isOfPoint {
                others.append(key.text == "nth" ? numbers(key, value) : entry(key, value))
            } else {
                entries.append(entry(key, value))
            }
        }
        var operation = side
        operation.value = Tree(content: .map(entries), position: side.value.position)
        return [operation] + others
    }

    /// The map of an action.
    func action(_ words: ArraySlice<LineText.Word>, at end: Int) throws(LineText.Problem) -> Tree {
        var words = words
        guard let word = words.popFirst() else { throw LineText.Problem(column: end, message: "there is no action") }
        let place = position(word.column)
        if ActionWords.kind(word.text)?.argument == .arguments {
            let list = Tree(content: .list(words.map { text($0) }), position: place)
            return Tree(
                content: .map([Tree.Entry(key: word.text, keyPosition: place, value: list)]), position: place)
        }
        let keys = (ActionWords.kind(word.text)?.qualifiers.map(\.name) ?? []) + ["in"]
        var entries = [argument(&words, of: word, keys: keys)]
        while let key = words.popFirst() { entries.append(entry(key, try value(&words, of: key))) }
        return Tree(content: .map(entries), position: place)
    }

    /// What of a line of `tocsin trace` is the operation: `73 351.640 ms bash netns.stat red ok` has more.
    private static func operation(of words: ArraySlice<LineText.Word>) -> ArraySlice<LineText.Word> {
        let unit = words.prefix(3).firstIndex { $0.text == "ms" }
        guard let unit, words[..<unit].allSatisfy({ Double($0.text) != nil }), unit > words.startIndex else {
            return words
        }
        let rest = words[(unit + 1)...].dropFirst()
        return OperationResult(rest.last?.text ?? "") == nil ? rest : rest.dropLast()
    }

    /// What stands behind the word; any where only keys with their values do.
    private func argument(
        _ words: inout ArraySlice<LineText.Word>, of word: LineText.Word, keys: [String]
    ) -> Tree.Entry {
        let isAny = words.isEmpty || words.count % 2 == 0 && words.first.map { keys.contains($0.text) } ?? false
        let any = LineText.Word(text: "*", isQuoted: false, column: word.column)
        return entry(word, isAny ? any : words.removeFirst())
    }

    /// A text with a blank in it that lacks its quotes moves every key behind it: the first that is none is named.
    private func noValue(
        of key: LineText.Word, behind entries: [Tree.Entry], among keys: [String]
    ) -> LineText.Problem {
        if let other = entries.dropFirst().first(where: { !keys.contains($0.key) }) {
            return LineText.Problem(
                column: other.keyPosition.column,
                message: "unknown key `\(other.key)`: a text with a blank in it needs quotes")
        }
        return LineText.Problem(
            column: key.column, message: "`\(key.text)` has no value: a text with a blank in it needs quotes")
    }

    private func value(
        _ words: inout ArraySlice<LineText.Word>, of key: LineText.Word
    ) throws(LineText.Problem) -> LineText.Word {
        if let value = words.popFirst() { return value }
        throw LineText.Problem(
            column: key.column, message: "`\(key.text)` has no value: a text with a blank in it needs quotes")
    }

    private func numbers(_ key: LineText.Word, _ value: LineText.Word) -> Tree.Entry {
        let parts = value.text.split(separator: ",").map { LineText.Word(text: String($0), isQuoted: false, column: 0) }
        guard parts.count > 1 else { return entry(key, value) }
        let list = Tree(content: .list(parts.map { text($0) }), position: position(value.column))
        return Tree.Entry(key: key.text, keyPosition: position(key.column), value: list)
    }

    private func entry(_ key: LineText.Word, _ value: LineText.Word) -> Tree.Entry {
        // As in a file, what is wrong with a value is said at its key; what stands behind the word, at the word.
        Tree.Entry(
            key: key.text, keyPosition: position(key.column), value: text(value).moved(to: position(key.column)))
    }

    private func text(_ word: LineText.Word) -> Tree {
        Tree(content: .text(word.text, isPlain: false), position: position(word.column))
    }
}

extension LinePhrase {
    /// The item with the operation as a map, where it stands as a text; says what is wrong with the text.
    static func spread(_ item: Tree, _ diagnostics: Diagnostics) -> Tree? {
        guard let side = item.entries?.first(where: { ["before", "after"].contains($0.key) }),
            let text = side.value.text, !side.value.isEmpty, !side.value.isUnbound
        else { return item }
        do throws(LineText.Problem) {
            let words = try LineText.words(text)
            let read = try LinePhrase { _ in side.value.position }.point(words[...], side: side)
            var entries = item.entries ?? []
            guard let index = entries.firstIndex(where: { $0.key == side.key }) else { return item }
            entries[index] = read[0]
            for other in read.dropFirst() {
                guard item[other.key] == nil else {
                    diagnostics.add(side.value.position, "`\(other.key)` stands twice")
                    return nil
                }
                entries.append(other)
            }
            var tree = item
            tree.content = .map(entries)
            return tree
        } catch {
            diagnostics.add(side.value.position, error.message)
            return nil
        }
    }
}
