/// One thing that is wrong with a scenario file, or looks like a slip, where it stands.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file that holds the line, as it was named.
    public var file: String
    /// The line, from 1; 0 in an option of the command line, which has none.
    public var line: Int
    /// The column in characters, from 1.
    public var column: Int
    /// What is wrong.
    public var message: String
    /// What would be right, where it can be told.
    public var hint: String?
    /// Whether the file can be used nevertheless.
    public var isWarning = false

    /// Makes a diagnostic.
    public init(
        file: String, line: Int, column: Int, message: String, hint: String? = nil, isWarning: Bool = false
    ) {
        self.isWarning = isWarning
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: error: message; hint`, or `--fault, column 17: error: message`.
    public var description: String {
        let place = Position(file: file, line: line, column: column)
        return "\(place): \(isWarning ? "warning" : "error"): \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}

/// Everything that is wrong with a scenario, in the order of the files and lines.
public struct DiagnosticList: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    public var diagnostics: [Diagnostic]

    /// One line each.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// A place in a file, or in an option of the command line.
struct Position: Hashable, Sendable, CustomStringConvertible {
    var file: String
    var line: Int
    var column: Int

    /// `file:line:column`, or `--fault, column 17`.
    var description: String { line == 0 ? "\(file), column \(column)" : "\(file):\(line):\(column)" }

    /// The folder of the file, `.` where its name has none.
    var folder: String { FilePath.folder(of: file) }
}

/// Gathers what is wrong while the plans of a scenario are made, each thing once.
final class Diagnostics {
    private var seen: Set<Diagnostic> = []
    private(set) var list: [Diagnostic] = []

    /// Whether nothing is wrong; warnings are not.
    var isEmpty: Bool { list.allSatisfy(\.isWarning) }

    /// Whether so much is wrong already that a guess at what was meant is not worth its time: it looks at all names.
    var isLong: Bool { list.count > 50 }

    /// Says what looks like a slip.
    func warn(_ position: Position, _ message: String, hint: String? = nil) {
        let diagnostic = Diagnostic(
            file: position.file, line: position.line, column: position.column, message: message, hint: hint,
            isWarning: true)
        if seen.insert(diagnostic).inserted { list.append(diagnostic) }
    }

    func add(_ position: Position, _ message: String, hint: String? = nil) {
        let diagnostic = Diagnostic(
            file: position.file, line: position.line, column: position.column, message: message, hint: hint)
        if seen.insert(diagnostic).inserted { list.append(diagnostic) }
    }

    /// The same, with the name that was probably meant.
    func add(_ position: Position, _ message: String, misspelt text: String, among names: some Sequence<String>) {
        add(position, message, hint: isLong ? nil : Suggestion.hint(for: text, among: Array(names)))
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
