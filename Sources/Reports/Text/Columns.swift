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

    /// The text of at most `width` letters, without its middle where it is longer.
    static func cut(_ text: String, to width: Int) -> String {
        guard text.count > width, width > 4 else { return text }
        let begin = (width - 3) * 2 / 3
        return text.prefix(begin) + "..." + text.suffix(width - 3 - begin)
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
