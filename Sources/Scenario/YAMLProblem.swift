import Yams

/// What Yams says of a text that is not YAML, with the mistake that probably led to it.
struct YAMLProblem {
    var line = 1
    var column = 1
    var problem: String
    var hint: String?

    init(_ error: any Error, in text: String) {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            self.problem = problem.hasPrefix("but ") ? String(problem.dropFirst(4)) : problem
            line = mark.line
            column = mark.column
        case YamlError.reader(let problem, let offset, _, _):
            self.problem = problem
            let before = text.prefix(offset ?? 0)
            line = 1 + before.count { $0 == "\n" }
            column = 1 + (before.split(separator: "\n", omittingEmptySubsequences: false).last?.count ?? 0)
        default: problem = "\(error)"
        }
        guard !problem.hasPrefix("Maximum nesting level") else {
            problem = "maps and lists stand too deep in each other"
            return
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        hint = lines.indices.contains(line - 1) ? YAMLProblem.hint(problem, String(lines[line - 1]), column) : nil
    }

    func add(to diagnostics: Diagnostics, file: String) {
        let position = Position(file: file, line: line, column: column)
        if problem == "found undefined alias" {
            diagnostics.add(
                position, "anchors and aliases are not part of the format",
                hint: "a pattern that begins with * or & needs quotes")
        } else {
            diagnostics.add(position, "not YAML: \(problem)", hint: hint)
        }
    }

    /// The mistakes that the format invites, by what stands on the line.
    private static func hint(_ problem: String, _ line: String, _ column: Int) -> String? {
        let before = String(line.prefix(max(0, column - 1)))
        if problem.contains("alphabetic or numeric character") {
            return "a pattern that begins with * or & needs quotes"
        }
        if line.contains("${") { return "a variable is $(NAME)" }
        if problem.contains("cannot start any token") {
            return line.contains("\t")
                ? "YAML is indented with spaces" : "a text that begins with @ ` or % needs quotes"
        }
        let inFlow = before.contains("{") || before.contains("[")
        if inFlow, line.contains("::") {
            return "an IPv6 address that begins or ends with : needs quotes inside { } and [ ]"
        }
        if problem.contains("mapping values are not allowed") || (inFlow && line.contains(": ")) {
            return "a text with `: ` in it needs quotes"
        }
        return nil
    }
}

/// A key that got another name, so that what is written twice can be read.
struct Rename {
    let mark: Mark
    var key = ""

    /// Gives the key at `mark` another name of the same length; nil where that cannot be done in place.
    init?(at mark: Mark, number: Int, in text: inout String) {
        self.mark = mark
        guard let scalar = Unicode.Scalar(0xE000 + UInt32(number)) else { return nil }
        var scalars = Array(text.unicodeScalars)
        var index = 0
        for _ in 1..<max(1, mark.line) {
            guard let end = scalars[index...].firstIndex(of: "\n") else { return nil }
            index = end + 1
        }
        index += mark.column - 1
        guard scalars.indices.contains(index) else { return nil }
        let quote: Unicode.Scalar? = scalars[index] == "\"" || scalars[index] == "'" ? scalars[index] : nil
        if quote != nil { index += 1 }
        guard scalars.indices.contains(index), scalars[index] != "\\", scalars[index] != quote else { return nil }
        let rest = scalars[index...]
        let end = rest.firstIndex { $0 == "\n" || $0 == ":" && quote == nil || $0 == quote } ?? rest.endIndex
        key = String(String.UnicodeScalarView(rest[..<end]))
        scalars[index] = scalar
        text = String(String.UnicodeScalarView(scalars))
    }

    func isAt(_ mark: Mark) -> Bool { mark.line == self.mark.line && mark.column == self.mark.column }
}
