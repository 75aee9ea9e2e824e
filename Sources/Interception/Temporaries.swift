import Model

/// The names of files that agents have made under a name of chance, so that keys are without it.
struct Temporaries {
    /// So many are remembered, the last ones.
    private static let limit = 1024
    private var names: Set<String> = []
    private var order: [String] = []

    /// The random names in what an operation on files names, and in the arguments of a program.
    ///
    /// - Parameter isNew: Whether it makes the file and would fail if there were one: a name of chance is made so.
    mutating func names(in phrase: Phrase, isNew: Bool) -> [String]? {
        guard phrase.word.hasPrefix("file.") || phrase.word.hasPrefix("exec") else { return nil }
        if isNew, let last = phrase.argument.split(separator: "/").last.map(String.init) {
            // Python tries a folder for temporary files with a file of eight characters, without a prefix.
            let isTrial = phrase.argument == "/tmp/\(last)" && TemporaryName.pattern("tmp\(last)") == "tmp*"
            if isTrial || TemporaryName.pattern(last) != nil { remember(last) }
        }
        guard !names.isEmpty else { return nil }
        let texts = [phrase.argument, phrase.qualifiers["to"] ?? "", phrase.qualifiers["argv"] ?? ""]
        let parts = texts.flatMap { $0.split { $0 == "/" || $0 == " " } }
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
