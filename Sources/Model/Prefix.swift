import Glibc

/// An IPv4 or IPv6 address with a prefix length, compared by value.
public struct Prefix: Hashable, Sendable {
    /// The 4 or 16 bytes of the address, in network order.
    public let bytes: [UInt8]
    /// How many leading bits count: 0...32 or 0...128.
    public let length: Int

    /// Reads `10.0.0.0/8`, `10.0.0.7`, `fd00::/64`; nil for everything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let family = first.contains(":") ? AF_INET6 : AF_INET
        var storage = [UInt8](repeating: 0, count: family == AF_INET6 ? 16 : 4)
        guard inet_pton(family, String(first), &storage) == 1 else { return nil }
        bytes = storage
        guard parts.count == 2 else {
            length = storage.count * 8
            return
        }
        guard let given = Int(parts[1]), (0...(storage.count * 8)).contains(given) else { return nil }
        length = given
    }

    /// Whether it is a single address: no prefix length, or that of one host.
    public var isAddress: Bool { length == bytes.count * 8 }

    /// An address of 4 or 16 bytes, as it is written.
    static func text(of bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 16 ? AF_INET6 : AF_INET
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The network alone, as a text by which equal ones are found.
    var networkText: String {
        let network = bytes.indices.map { place in
            let bits = max(0, min(8, length - place * 8))
            return bytes[place] & UInt8(truncatingIfNeeded: 0xff00 >> bits)
        }
        return network.map { String($0) }.joined(separator: ".") + "/\(length)"
    }

    /// Whether every address of `other` is one of this prefix.
    public func contains(_ other: Prefix) -> Bool {
        guard bytes.count == other.bytes.count, length <= other.length else { return false }
        return (0..<length).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == other.bytes[bit / 8] & mask
        }
    }
}
