/// One thing that is wrong with a scenario file, where it stands.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file that holds the line, as it was named.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in characters, from 1.
    public var column: Int
    /// What is wrong.
    public var message: String
    /// What would be right, where it can be told.
    public var hint: String?

    /// Makes a diagnostic.
    public init(file: String, line: Int, column: Int, message: String, hint: String? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: error: message; hint`.
    public var description: String {
        "\(file):\(line):\(column): error: \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}

/// Everything that is wrong with a scenario, in the order of the files and lines.
public struct DiagnosticList: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    public var diagnostics: [Diagnostic]

    /// One line each.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// A place in a file.
struct Position: Hashable, Sendable {
    var file: String
    var line: Int
    var column: Int

    /// The folder of the file, `.` where its name has none.
    var folder: String { FilePath.folder(of: file) }
}

/// Gathers what is wrong while the plans of a scenario are made, each thing once.
final class Diagnostics {
    private var seen: Set<Diagnostic> = []
    private(set) var list: [Diagnostic] = []

    var isEmpty: Bool { list.isEmpty }

    func add(_ position: Position, _ message: String, hint: String? = nil) {
        let diagnostic = Diagnostic(
            file: position.file, line: position.line, column: position.column, message: message, hint: hint)
        if seen.insert(diagnostic).inserted { list.append(diagnostic) }
    }

    /// The same, with the name that was probably meant.
    func add(_ position: Position, _ message: String, misspelt text: String, among names: some Sequence<String>) {
        add(position, message, hint: Suggestion.hint(for: text, among: Array(names)))
    }

    /// In the order of first appearance of the files, then of lines and columns.
    func sorted(first file: String) -> DiagnosticList {
        DiagnosticList(
            diagnostics: list.sorted {
                ($0.file == file ? 0 : 1, $0.file, $0.line, $0.column, $0.message)
                    < ($1.file == file ? 0 : 1, $1.file, $1.line, $1.column, $1.message)
            })
    }
}
