/// What the texts of actions can be, by the rules of the kernel and of the format.
public enum ValueText {
    /// Whether dev_valid_name() of the kernel would accept it: at most 15 bytes, no slash, colon or blank.
    public static func isInterface(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 15 && text != "." && text != ".."
            && !text.contains { $0 == "/" || $0 == ":" || $0.isWhitespace }
    }

    /// Whether a device can bear that name: of one with a `%` the kernel makes another, `b0` of `b%d`.
    public static func isInterfaceName(_ text: String) -> Bool { isInterface(text) && !text.contains("%") }

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

    /// What is wrong with a text that is no ``duration(_:)``.
    public static func noDuration(_ text: String) -> String {
        let isLong = ["us", "ms", "s", "m", "h"].contains { unit in
            let number = text.dropLast(unit.count)
            return text.hasSuffix(unit) && number.first?.isNumber == true
                && number.allSatisfy { "0123456789.".contains($0) } && Double(number) != nil
        }
        return isLong ? "`\(text)` is too long" : "`\(text)` is no duration: a number and us, ms, s, m or h"
    }
}
