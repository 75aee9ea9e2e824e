/// The combinations of a `matrix`.
struct Matrix {
    /// More plans than a campaign of scenarios is for.
    static let limit = 4096
    /// More steps than all plans of a campaign are for.
    static let stepLimit = 200_000
    /// More comparisons of combinations with lines of `exclude` than a file is for.
    static let exclusionLimit = 1 << 20
    /// More orders of what runs at the same time than one plan can be compared with: those of five steps.
    static let orderLimit = 120

    let diagnostics: Diagnostics
    /// The names with the places of their keys, in the order of the file.
    private(set) var names: [(name: String, position: Position)] = []
    /// One map of values a combination; one empty map where there is no matrix.
    private(set) var combinations: [[String: Tree]] = [[:]]
    private var isTooLarge = false

    /// Reads the matrix; `exclude` is compared with what `lineText` makes of both sides.
    init(_ tree: Tree?, diagnostics: Diagnostics, lineText: (Tree, [String: Tree]) -> String) {
        self.diagnostics = diagnostics
        guard let entries = tree?.entries else { return }
        for entry in entries where entry.key != "include" && entry.key != "exclude" {
            guard let values = entry.value.list, !values.isEmpty else {
                diagnostics.add(entry.keyPosition, "`\(entry.key)` is a list of values")
                give(entry.key, entry.value)
                continue
            }
            names.append((entry.key, entry.keyPosition))
            guard combinations.count * values.count <= Matrix.limit else {
                diagnostics.add(entry.keyPosition, "more than \(Matrix.limit) combinations")
                // One stands for all from here on, so that the lines which use a name are not called wrong too.
                combinations = [combinations[0]]
                isTooLarge = true
                give(entry.key, values[0])
                continue
            }
            combinations = combinations.flatMap { combination in
                values.map { combination.merging([entry.key: $0]) { $1 } }
            }
        }
        guard !isTooLarge else { return }
        exclude(tree?["exclude"], lineText: lineText)
        include(tree?["include"])
    }

    /// Gives all combinations one value, so that the lines which use it are not called wrong too.
    private mutating func give(_ name: String, _ value: Tree) {
        combinations = combinations.map { $0.merging([name: value]) { $1 } }
    }

    private mutating func exclude(_ tree: Tree?, lineText: (Tree, [String: Tree]) -> String) {
        var compared = 0
        for item in lines(tree, "exclude") {
            compared += combinations.count
            guard compared <= Matrix.exclusionLimit else {
                diagnostics.add(
                    item.position,
                    "these lines and the combinations are more than \(Matrix.exclusionLimit) comparisons: say fewer values"
                )
                return
            }
            let entries = item.entries ?? []
            for entry in entries where !names.contains(where: { $0.name == entry.key }) {
                diagnostics.add(
                    entry.keyPosition, "`\(entry.key)` is no name of the matrix", misspelt: entry.key,
                    among: names.map(\.name))
            }
            let kept = combinations.filter { combination in
                !entries.allSatisfy { entry in
                    combination[entry.key].map {
                        lineText($0, combination) == lineText(entry.value, combination)
                    } ?? false
                }
            }
            if kept.count == combinations.count || entries.isEmpty {
                diagnostics.add(item.position, "excludes nothing")
            } else {
                combinations = kept
            }
        }
    }

    private mutating func include(_ tree: Tree?) {
        for item in lines(tree, "include") {
            let entries = item.entries ?? []
            if names.isEmpty, combinations.allSatisfy(\.isEmpty) { combinations = [] }
            combinations.append(Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first })
            for entry in entries where !names.contains(where: { $0.name == entry.key }) {
                names.append((entry.key, entry.keyPosition))
            }
        }
        for item in lines(tree, "include") {
            for missing in names where item[missing.name] == nil {
                diagnostics.add(item.position, "`\(missing.name)` is missing: a plan has a value of each name")
            }
        }
    }

    private func lines(_ tree: Tree?, _ name: String) -> [Tree] {
        guard let tree else { return [] }
        guard let items = tree.list, items.allSatisfy({ $0.entries != nil }) else {
            diagnostics.add(tree.position, "`\(name)` is a list of maps: [{ NAME: VALUE }]")
            return []
        }
        return items
    }
}
