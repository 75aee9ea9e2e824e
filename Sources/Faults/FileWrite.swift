import Model

extension FaultKind {
    /// `file.write`: a file holds something else.
    static let fileWrite = FaultKind.file(
        "write", [.required("text", .text)], cause: "an operator, a configuration tool, or a write that was torn",
        isReversible: true
    ) { phrase in
        phrase.qualifiers["text"].map { .writeFile(path: phrase.argument, text: $0) }
    }

    /// A path that no file has.
    static let noFile: @Sendable (Phrase) -> FaultProblem? = { phrase in
        let last = phrase.argument.split(separator: "/", omittingEmptySubsequences: false).last
        guard last == "" || last == "." || last == ".." else { return nil }
        return FaultProblem(key: phrase.word, message: "`\(phrase.argument)` is a folder: no file is called so")
    }

    /// A fault that changes a file; files stand in no network namespace.
    static func file(
        _ verb: String, _ qualifiers: [Qualifier] = [], cause: String, isReversible: Bool = false,
        _ make: @escaping @Sendable (Phrase) -> WorldChange?
    ) -> FaultKind {
        var kind = FaultKind.change(
            "file.\(verb)", .path, qualifiers, cause: cause, isReversible: isReversible, conflict: noFile, make)
        kind.takesNamespace = false
        return kind
    }
}
