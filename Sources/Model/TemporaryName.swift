/// Names of files that a program has chosen at random, such as those of mkstemp(3): no key may hold them.
public enum TemporaryName {
    /// The name without what is random in it: `sed*` for `sedAb12Cd`, `.resolv.*` for `.resolv.x7Qp0a`.
    ///
    /// - Returns: Nil for a name that looks chosen by a person.
    public static func pattern(_ name: String) -> String? {
        for (prefix, length) in [("sed", 6), ("tmp", 8)] where name.hasPrefix(prefix) {
            // sed -i, and Python's tempfile, whose letters alone are often without a digit.
            let rest = name.utf8.dropFirst(prefix.utf8.count)
            if rest.count == length, rest.allSatisfy(isPart) { return prefix + "*" }
        }
        let bytes = Array(name.utf8)
        // The last part that looks random: a suffix such as `.json` may stand behind it.
        var end = bytes.count
        while end > 0 {
            let start = bytes[..<end].lastIndex { !isPart($0) }.map { $0 + 1 } ?? 0
            if looksRandom(bytes[start..<end]) {
                return String(decoding: bytes[..<start], as: UTF8.self) + "*"
                    + String(decoding: bytes[end...], as: UTF8.self)
            }
            end = start - 1
        }
        return nil
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        isLower(byte) || isUpper(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
    }

    /// Six characters or more, of which no person would choose: all digits, capitals among others, letters behind a digit.
    private static func looksRandom(_ part: ArraySlice<UInt8>) -> Bool {
        guard part.count >= 6 else { return false }
        if part.allSatisfy(isDigit) { return true }
        let hasCapital = part.dropFirst().contains(where: isUpper)
        if hasCapital, !part.allSatisfy({ isUpper($0) || $0 == UInt8(ascii: "_") }) { return true }
        guard let digit = part.firstIndex(where: isDigit) else { return false }
        return part[digit...].contains { isLower($0) || isUpper($0) }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
