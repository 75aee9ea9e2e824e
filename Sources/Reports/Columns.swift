import Model

/// Text in columns, and times as people read them.
enum Columns {
    /// The text with spaces behind it up to `width` letters.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text with spaces before it up to `width` letters.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Milliseconds with three digits: `12.104`.
    static func milliseconds(_ time: Nanoseconds) -> String {
        let micro = (time + 500) / 1000
        let digits = String(micro % 1000)
        return "\(micro / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// A span as people say it: `350 us`, `12.1 ms`, `3.4 s`.
    static func span(_ time: Nanoseconds) -> String {
        switch time {
        case ..<1_000_000: "\(time / 1000) us"
        case ..<1_000_000_000: tenths(time / 100_000) + " ms"
        default: tenths(time / 100_000_000) + " s"
        }
    }

    private static func tenths(_ value: UInt64) -> String { "\(value / 10).\(value % 10)" }
}

/// How words stand out on a terminal.
public enum TextStyle: Sendable {
    /// Not at all.
    case plain
    /// By the colours of ECMA-48.
    case colour

    /// A verdict or standing in its colour, or a text about it.
    func word(_ word: String, as text: String? = nil) -> String {
        guard self == .colour else { return text ?? word }
        let code =
            switch word.prefix(while: { $0 != " " }) {
            case "pass": "32"
            case "known", "allowed", "skipped": "33"
            default: "31"
            }
        return "\u{1b}[\(code)m\(text ?? word)\u{1b}[0m"
    }

    /// A line that is the point of the picture.
    func strong(_ text: String) -> String { self == .colour ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
}
