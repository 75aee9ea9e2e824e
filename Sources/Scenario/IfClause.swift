import Model

/// Reads `if`: which plans a line is in.
struct IfClause {
    let scope: Scope
    let names: [String]
    /// What the names of the matrix can be.
    var values = Values()
    let diagnostics: Diagnostics

    /// What the names of a matrix can be.
    struct Values {
        /// The file in which the matrix stands: a line of another file may be meant for other matrices.
        var file = ""
        var texts: [String: [String]] = [:]
        /// The same, to be asked for one of thousands.
        private var sets: [String: Set<String>] = [:]

        init(file: String = "", texts: [String: [String]] = [:]) {
            self.file = file
            self.texts = texts
            sets = texts.mapValues { Set($0) }
        }

        /// Whether a text is one of the values as it stands: the answer for most lines, of which each is asked for every plan.
        func hasLiterally(_ text: String, as name: String) -> Bool {
            sets[name]?.contains(text) == true && IfClause.meets(text, text)
        }
    }

    /// Whether every variable of the clause has one of the values it names; true where there is no clause.
    func holds(_ item: Tree) -> Bool {
        var isTrue = true
        for entry in item["if"]?.entries ?? [] {
            guard let value = scope.value(entry.key, at: entry.keyPosition) else {
                diagnostics.add(
                    entry.keyPosition, "no variable `\(entry.key)`", misspelt: entry.key, among: names)
                continue
            }
            let wanted = entry.value.list?.map(\.lineText) ?? [entry.value.lineText]
            checkValues(wanted, entry)
            isTrue = wanted.contains { IfClause.meets(value.lineText, $0) } && isTrue
        }
        return isTrue
    }

    /// What no value of the matrix meets leaves the line out of every plan: a slip.
    private func checkValues(_ wanted: [String], _ entry: Tree.Entry) {
        guard let texts = values.texts[entry.key], values.file == entry.keyPosition.file else { return }
        for text in wanted {
            guard !values.hasLiterally(text, as: entry.key), !texts.contains(where: { IfClause.meets($0, text) }) else {
                continue
            }
            diagnostics.warn(
                entry.keyPosition, "no plan has a `\(entry.key)` that is `\(text)`",
                hint: Suggestion.hint(for: text, among: texts) ?? "it is \(texts.joined(separator: " or "))")
        }
    }

    /// Whether a text is the value, the pattern or in the range that `wanted` says.
    static func meets(_ value: String, _ wanted: String) -> Bool {
        for (sign, accepts) in [("<=", [-1, 0]), (">=", [0, 1]), ("<", [-1]), (">", [1])] where wanted.hasPrefix(sign) {
            let version = wanted.dropFirst(sign.count).drop { $0 == " " }
            return compare(value, String(version)).map(accepts.contains) ?? false
        }
        return Pattern(wanted).matches(value)
    }

    /// The order of two versions by their numbers, a missing one being 0; nil where either is no version.
    static func compare(_ left: String, _ right: String) -> Int? {
        let sides = [left, right].map { $0.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) } }
        guard sides.allSatisfy({ $0.allSatisfy { $0 != nil } }) else { return nil }
        let numbers = sides.map { $0.compactMap { $0 } }
        for index in 0..<max(numbers[0].count, numbers[1].count) {
            let a = index < numbers[0].count ? numbers[0][index] : 0
            let b = index < numbers[1].count ? numbers[1][index] : 0
            if a != b { return a < b ? -1 : 1 }
        }
        return 0
    }
}
