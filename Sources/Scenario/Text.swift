import Model

/// Texts of the format as values; nil for what is none.
enum Text {
    static func truth(_ text: String) -> Bool? {
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// `50ms`, `1.5s`: a number and its unit, in nanoseconds.
    static func duration(_ text: String) -> Nanoseconds? {
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

    static func mode(_ text: String) -> UInt32? {
        guard (3...4).contains(text.count), text.allSatisfy({ "01234567".contains($0) }) else { return nil }
        return UInt32(text, radix: 8)
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 64
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }

    /// What dev_valid_name() of the kernel accepts.
    static func isInterface(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 15 && text != "." && text != ".."
            && !text.contains { $0 == "/" || $0 == ":" || $0.isWhitespace }
    }

    static func isHardwareAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 6 && parts.allSatisfy { $0.count == 2 && UInt8($0, radix: 16) != nil && $0.first != "+" }
    }

    static func isNamespace(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && !text.contains("/") && text != "." && text != ".."
    }

    /// `1...100`, or `1` for a range of one.
    static func spoken(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "it is \(range.lowerBound)" : "it is \(range.lowerBound)...\(range.upperBound)"
    }
}

extension Tree {
    var integer: Int? { text.flatMap { Int($0) } }
    var truth: Bool? { text.flatMap { Text.truth($0) } }
    var duration: Nanoseconds? { text.flatMap { Text.duration($0) } }

    /// The texts of a list, or the one text; nothing where it is neither.
    var texts: [String] { list.map { $0.compactMap(\.text) } ?? text.map { [$0] } ?? [] }
}
