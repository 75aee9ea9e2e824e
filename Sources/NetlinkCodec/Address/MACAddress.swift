/// A link-layer address; six bytes for Ethernet, other counts for other links.
public struct MACAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The bytes, 1 to 32 of them (`MAX_ADDR_LEN`).
    public let bytes: [UInt8]

    /// Takes 1 to 32 bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard (1...32).contains(bytes.count) else { return nil }
        self.bytes = Array(bytes)
    }

    /// Parses six pairs of hexadecimal digits with colons between; nil otherwise.
    public init?(_ text: some StringProtocol) {
        // Asked of whatever a request names, which is seldom of that length.
        guard text.utf8.count == 17 else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.count == 2, part.allSatisfy(\.isHexDigit), let byte = UInt8(part, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    /// By value of the bytes.
    public static func < (left: MACAddress, right: MACAddress) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// Lower-case pairs with colons between.
    public var description: String { bytes.map { hexadecimal($0) }.joined(separator: ":") }
}

/// Two lower-case hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

/// The hexadecimal digits of bytes, without separators.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String { bytes.map { hexadecimal($0) }.joined() }
