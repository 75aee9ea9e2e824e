/// What the texts of actions can be, by the rules of the kernel and of the format.
public enum ValueText {
    /// Whether dev_valid_name() of the kernel would accept it: at most 15 bytes, no slash, colon or blank.
    public static func isInterface(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 15 && text != "." && text != ".."
            && !text.contains { $0 == "/" || $0 == ":" || $0.isWhitespace }
    }

    /// Whether it is six bytes in hexadecimal with colons between them.
    public static func isHardwareAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 6 && parts.allSatisfy { $0.count == 2 && UInt8($0, radix: 16) != nil && $0.first != "+" }
    }

    /// `50ms`, `1.5s`: a number and its unit (us, ms, s, m, h); nil where the text is none.
    public static func duration(_ text: String) -> Nanoseconds? {
        let units: [(String, Double)] = [("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard digits.first?.isNumber == true, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
                let number = Double(digits), number * factor < 1e18
            else { continue }
            return Nanoseconds((number * factor).rounded())
        }
        return nil
    }
}

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
