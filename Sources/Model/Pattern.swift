/// A text with wildcards, or a network prefix compared by value.
///
/// `*` is any run of characters, `?` one character, `[abc]`, `[a-z]` and `[!a]` a set, as in glob(7), except that
/// `*` also crosses `/`. A text that is an IP address or prefix matches by value (`10.0.0.7` is `10.0.0.7/32`), a hardware
/// address in either case, and `within 10.0.0.0/8` matches every prefix inside that one.
public struct Pattern: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The pattern as it was written.
    public let text: String

    /// Makes a pattern of `text`.
    public init(_ text: String) { self.text = text }

    /// The pattern as it was written.
    public var description: String { text }

    /// Whether the text holds a wildcard.
    public var isLiteral: Bool { !text.contains { "*?[".contains($0) } && !text.hasPrefix("within ") }

    /// Whether `value` is meant by this pattern.
    public func matches(_ value: String) -> Bool {
        if text == value || text == "*" { return true }
        if text.hasPrefix("within ") {
            guard let outer = Prefix(text.dropFirst(7)), let inner = Prefix(value) else { return false }
            return outer.contains(inner)
        }
        if isLiteral {
            if ValueText.isHardwareAddress(text) { return text.lowercased() == value.lowercased() }
            guard let mine = Prefix(text), let other = Prefix(value) else { return false }
            return mine == other
        }
        return Pattern.glob(Array(text.utf8)[...], Array(value.utf8)[...])
    }

    private static func glob(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        var pattern = pattern
        var text = text
        // Where the last `*` stood, and the text it was tried on: on a mismatch it takes one character more.
        var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                retry = (pattern, text)
            } else if let byte = text.first, let rest = element(pattern, accepting: byte) {
                pattern = rest
                text = text.dropFirst()
            } else if text.isEmpty && pattern.isEmpty {
                return true
            } else if let again = retry, !again.text.isEmpty {
                retry = (again.pattern, again.text.dropFirst())
                pattern = again.pattern
                text = again.text.dropFirst()
            } else {
                return false
            }
        }
    }

    /// What is left of the pattern after its first element, if that element accepts `byte`.
    private static func element(_ pattern: ArraySlice<UInt8>, accepting byte: UInt8) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        if first == UInt8(ascii: "?") { return pattern.dropFirst() }
        guard first == UInt8(ascii: "["), let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else {
            return first == byte ? pattern.dropFirst() : nil
        }
        var set = pattern[(pattern.startIndex + 1)..<end]
        let negated = set.first == UInt8(ascii: "!")
        if negated { set = set.dropFirst() }
        var found = false
        while let low = set.first {
            if set.count >= 3, set[set.startIndex + 1] == UInt8(ascii: "-") {
                found = found || (low...max(low, set[set.startIndex + 2])).contains(byte)
                set = set.dropFirst(3)
            } else {
                found = found || low == byte
                set = set.dropFirst()
            }
        }
        return found != negated ? pattern[(end + 1)...] : nil
    }

    /// Reads the pattern from its text.
    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    /// Writes the pattern as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
