import CKernelHeaders

/// An IPv4 or IPv6 address, as its bytes in network order.
public struct IPAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Four or sixteen bytes, most significant first.
    public let bytes: [UInt8]

    /// Takes four or sixteen bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Parses dotted or colon notation; nil when it is neither.
    ///
    /// Dotted parts are decimal without leading zeros (a leading zero is octal to some programs); IPv6 follows
    /// RFC 4291 section 2.2, with `::` and a dotted tail, without a zone.
    public init?(_ text: some StringProtocol) {
        guard let bytes = text.contains(":") ? IPAddress.parseIPv6(text) : IPAddress.parseIPv4(text) else { return nil }
        self.bytes = bytes
    }

    /// `AF_INET` or `AF_INET6`.
    public var family: Family { bytes.count == 4 ? .ipv4 : .ipv6 }

    /// 32 or 128.
    public var bitWidth: Int { bytes.count * 8 }

    /// Whether every byte is zero.
    public var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    /// IPv4 before IPv6, then by value.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.bytes.count != right.bytes.count
            ? left.bytes.count < right.bytes.count : left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The one text of this address: dotted decimal, or RFC 5952.
    public var description: String {
        bytes.count == 4 ? IPAddress.dotted(bytes[...]) : IPAddress.canonicalIPv6(bytes)
    }

    /// Four bytes in decimal; written at once, for each route has them while its agent waits.
    private static func dotted(_ bytes: ArraySlice<UInt8>) -> String {
        String(unsafeUninitializedCapacity: 15) { text in
            var length = 0
            func put(_ byte: UInt8) {
                text[length] = byte
                length += 1
            }
            for byte in bytes {
                if length > 0 { put(UInt8(ascii: ".")) }
                if byte >= 100 { put(UInt8(ascii: "0") + byte / 100) }
                if byte >= 10 { put(UInt8(ascii: "0") + byte / 10 % 10) }
                put(UInt8(ascii: "0") + byte % 10)
            }
            return length
        }
    }

    private static func parseIPv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseIPv6(_ text: some StringProtocol) -> [UInt8]? {
        var head: [UInt8] = []
        var tail: [UInt8]?
        var rest = Substring(text)
        if rest.hasPrefix("::") {
            tail = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != ":" }
            rest = rest.dropFirst(part.count)
            guard let bytes = group(part, isLast: rest.isEmpty) else { return nil }
            if tail == nil { head += bytes } else { tail?.append(contentsOf: bytes) }
            if rest.hasPrefix("::") {
                guard tail == nil else { return nil }
                tail = []
                rest = rest.dropFirst(2)
            } else if rest.hasPrefix(":") {
                rest = rest.dropFirst()
                guard !rest.isEmpty else { return nil }
            }
        }
        guard let tail else { return head.count == 16 ? head : nil }
        // "::" stands for at least one group.
        guard head.count + tail.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func group(_ text: Substring, isLast: Bool) -> [UInt8]? {
        if isLast, text.contains(".") { return parseIPv4(text) }
        guard (1...4).contains(text.utf8.count), text.allSatisfy(\.isHexDigit), text.allSatisfy(\.isASCII),
            let value = UInt16(text, radix: 16)
        else { return nil }
        return [UInt8(value >> 8), UInt8(value & 0xff)]
    }

    private static func canonicalIPv6(_ bytes: [UInt8]) -> String {
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        // RFC 5952, 4.2.3: the longest run of two or more zero groups, the first one of equal runs.
        var best = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        // RFC 5952, 5: an IPv4-mapped address keeps its dotted tail.
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
            return "::ffff:" + IPAddress.dotted(bytes[12...])
        }
        func hex(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? hex(groups) : hex(groups[..<best.lowerBound]) + "::" + hex(groups[best.upperBound...])
    }
}
