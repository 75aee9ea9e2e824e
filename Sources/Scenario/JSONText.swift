/// Writes a value of a scenario as JSON, with its keys in the order of the file.
///
/// Only here have plain texts types, by the core rules of YAML 1.2: `null`, `true`, numbers; quoted ones are strings.
enum JSONText {
    struct Problem: Error {
        var position: Position
        var message: String
    }

    static func write(_ tree: Tree) throws(Problem) -> String {
        switch tree.content {
        case .text(let text, let isPlain):
            return isPlain ? try plain(text, at: tree.position) : quoted(text)
        case .list(let items):
            var parts: [String] = []
            for item in items { parts.append(try write(item)) }
            return "[\(parts.joined(separator: ","))]"
        case .map(let entries):
            var parts: [String] = []
            for entry in entries { parts.append("\(quoted(entry.key)):\(try write(entry.value))") }
            return "{\(parts.joined(separator: ","))}"
        }
    }

    private static func plain(_ text: String, at position: Position) throws(Problem) -> String {
        switch text {
        case "", "~", "null", "Null", "NULL": return "null"
        case "true", "True", "TRUE": return "true"
        case "false", "False", "FALSE": return "false"
        default: break
        }
        let magnitude = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(magnitude)) {
            throw Problem(position: position, message: "JSON has no number `\(text)`")
        }
        return number(text) ?? quoted(text)
    }

    /// The number that the core rules see in a plain text; nil where they see none.
    private static func number(_ text: String) -> String? {
        if text.hasPrefix("0x"), let value = UInt64(text.dropFirst(2), radix: 16) { return "\(value)" }
        if text.hasPrefix("0o"), let value = UInt64(text.dropFirst(2), radix: 8) { return "\(value)" }
        let sign = text.hasPrefix("-") ? "-" : ""
        let body = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        var rest = body
        let whole = digits(&rest)
        var fraction: Substring = ""
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = digits(&rest)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        var exponent = ""
        if rest.first == "e" || rest.first == "E" {
            rest = rest.dropFirst()
            let mark = rest.first == "-" || rest.first == "+" ? String(rest.removeFirst()) : ""
            let number = digits(&rest)
            guard !number.isEmpty else { return nil }
            exponent = "e\(mark)\(number)"
        }
        guard rest.isEmpty else { return nil }
        let trimmed = whole.drop { $0 == "0" }
        return sign + (trimmed.isEmpty ? "0" : trimmed) + (fraction.isEmpty ? "" : ".\(fraction)") + exponent
    }

    private static func digits(_ rest: inout Substring) -> Substring {
        let found = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(found.count)
        return found
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
