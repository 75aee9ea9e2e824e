import Model

extension FaultKind {
    /// `file.restore`: a file holds again what it held before the fault.
    static let fileRestore = FaultKind.file(
        "restore", cause: "an operator who puts a backup in its place"
    ) { .restoreFile(path: $0.argument) }
}
