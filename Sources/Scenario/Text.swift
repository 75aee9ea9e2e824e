import Faults
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
    static func duration(_ text: String) -> Nanoseconds? { ValueText.duration(text) }

    /// What is wrong with a text that is no ``duration(_:)``.
    static func noDuration(_ text: String) -> String { ValueText.noDuration(text) }

    static func mode(_ text: String) -> UInt32? {
        guard (3...4).contains(text.count), text.allSatisfy({ "01234567".contains($0) }) else { return nil }
        return UInt32(text, radix: 8)
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 64
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }

    static func isInterface(_ text: String) -> Bool { ValueText.isInterfaceName(text) }

    static func isHardwareAddress(_ text: String) -> Bool { ValueText.isHardwareAddress(text) }

    static func isNamespace(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && !text.contains("/") && text != "." && text != ".."
    }

    /// `1...100`, or `1` for a range of one.
    static func lineText(_ range: ClosedRange<Int>) -> String {
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
