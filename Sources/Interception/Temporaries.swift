import Model

/// The names of files that agents have made under a name of chance, so that keys are without it.
struct Temporaries {
    /// So many are remembered, the last ones.
    private static let limit = 1024
    private var names: Set<String> = []
    private var order: [String] = []

    /// The random names in what an operation on files names.
    ///
    /// - Parameter isNew: Whether it makes the file and would fail if there were one: a name of chance is made so.
    mutating func names(in phrase: Phrase, isNew: Bool) -> [String]? {
        guard phrase.noun == "file" else { return nil }
        if isNew, let last = phrase.which.split(separator: "/").last, TemporaryName.pattern(String(last)) != nil {
            remember(String(last))
        }
        guard !names.isEmpty else { return nil }
        let parts = [phrase.which, phrase.qualifiers["to"] ?? ""].flatMap { $0.split(separator: "/") }
        let found = parts.map(String.init).filter(names.contains)
        return found.isEmpty ? nil : found
    }

    private mutating func remember(_ name: String) {
        guard names.insert(name).inserted else { return }
        order.append(name)
        guard order.count > 2 * Temporaries.limit else { return }
        for old in order.prefix(Temporaries.limit) { names.remove(old) }
        order.removeFirst(Temporaries.limit)
    }
}
