import Model

/// A value of JSON (RFC 8259).
indirect enum JSONValue: Hashable, Sendable {
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The text, two spaces deep, the keys in their order.
    var text: String {
        var out = ""
        write(to: &out, indent: 0)
        return out
    }

    /// An object without the keys that have no value.
    static func record(_ pairs: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        var object: [String: JSONValue] = [:]
        for (key, value) in pairs { object[key] = value }
        return .object(object)
    }

    /// A list of texts.
    static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }

    private func write(to out: inout String, indent: Int) {
        switch self {
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        // Infinity and what is no number cannot be said.
        case .number(let value): out += value.isFinite ? "\(value)" : "0"
        case .string(let text): JSONValue.quote(text, to: &out)
        case .array(let values):
            JSONValue.lines(values, in: ("[", "]"), to: &out, indent: indent) { value, out in
                value.write(to: &out, indent: indent + 1)
            }
        case .object(let pairs):
            JSONValue.lines(pairs.sorted { $0.key < $1.key }, in: ("{", "}"), to: &out, indent: indent) { pair, out in
                JSONValue.quote(pair.key, to: &out)
                out += ": "
                pair.value.write(to: &out, indent: indent + 1)
            }
        }
    }

    private static func lines<Item>(
        _ items: [Item], in brackets: (String, String), to out: inout String, indent: Int,
        _ write: (Item, inout String) -> Void
    ) {
        out += brackets.0
        for (place, item) in items.enumerated() {
            out += (place == 0 ? "\n" : ",\n") + String(repeating: "  ", count: indent + 1)
            write(item, &out)
        }
        out += (items.isEmpty ? "" : "\n" + String(repeating: "  ", count: indent)) + brackets.1
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            // Whoever looks at the file sees what is there: it steers no terminal, and turns no text around.
            case _ where scalar.isHidden:
                for unit in scalar.utf16 {
                    let digits = String(unit, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
