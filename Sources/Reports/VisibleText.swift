import Model

/// Text from an agent, made safe to look at.
///
/// What steers a terminal, turns the direction of writing, hides between letters or may not stand in XML is shown as
/// its number: `\x1b`, `\u{202e}`.
public enum VisibleText {
    /// The text on one line: line feeds and tabs are shown too.
    public static func line(_ text: String) -> String { escaped(text, keeping: []) }

    /// The text with its lines.
    public static func block(_ text: String) -> String { escaped(text, keeping: ["\n", "\t"]) }

    private static func escaped(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if kept.contains(scalar) || !scalar.isHidden {
                result.unicodeScalars.append(scalar)
            } else {
                result += number(scalar)
            }
        }
        return result
    }

    private static func number(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default: break
        }
        let digits = String(scalar.value, radix: 16)
        return scalar.value < 0x100 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
    }
}
