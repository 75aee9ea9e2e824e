/// A program and its arguments as the one text of an action: a JSON array, which YAML reads too.
public enum ArgumentVector {
    /// The text of the words.
    public static func text(_ words: [String]) -> String {
        "[\(words.map(quoted).joined(separator: ", "))]"
    }

    /// The words of a text that ``text(_:)`` made; nil where it is none.
    public static func read(_ text: String) -> [String]? {
        guard text.hasPrefix("["), text.hasSuffix("]"), text.utf8.count >= 2 else { return nil }
        var rest = text.dropFirst().dropLast()
        var words: [String] = []
        while !rest.isEmpty {
            guard let word = word(&rest) else { return nil }
            words.append(word)
            if rest.isEmpty { break }
            guard rest.hasPrefix(", \"") else { return nil }
            rest = rest.dropFirst(2)
        }
        return words
    }

    private static func word(_ rest: inout Substring) -> String? {
        guard rest.first == "\"" else { return nil }
        var scalars = rest.unicodeScalars.dropFirst()
        var word = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"":
                rest = Substring(scalars)
                return String(word)
            case "\\":
                guard let escaped = scalars.popFirst() else { return nil }
                guard escaped == "u" else {
                    word.append(escaped)
                    continue
                }
                let digits = String(Substring(scalars.prefix(4)))
                guard let code = UInt32(digits, radix: 16), let control = Unicode.Scalar(code) else { return nil }
                word.append(control)
                scalars = scalars.dropFirst(4)
            default: word.append(scalar)
            }
        }
        return nil
    }

    private static func quoted(_ word: String) -> String {
        var result = "\""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result.unicodeScalars.append("\\")
                result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
