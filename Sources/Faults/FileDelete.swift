import Model

extension FaultKind {
    /// `file.delete`: a file goes behind the agent's back.
    static let fileDelete = FaultKind.file(
        "delete", cause: "an operator, a cleaner of /run or /tmp, or a disk that is set up anew", isReversible: true
    ) { .deleteFile(path: $0.argument) }
}
