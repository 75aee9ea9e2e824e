/// An address with a prefix length, host bits kept: `10.1.0.1/24` is not `10.1.0.0/24`.
public struct IPPrefix: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The address.
    public let address: IPAddress
    /// The prefix length in bits, 0 to 32 or 128.
    public let length: Int

    /// Takes an address and a length, by default all its bits; nil for a length beyond them.
    public init?(address: IPAddress, length: Int? = nil) {
        let length = length ?? address.bitWidth
        guard (0...address.bitWidth).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Parses `ADDRESS` or `ADDRESS/LENGTH`; nil when it is neither.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address: address)
            return
        }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(parts[1])
        else { return nil }
        self.init(address: address, length: length)
    }

    /// The same prefix with its host bits cleared.
    public var network: IPPrefix {
        var bytes = address.bytes
        for index in bytes.indices {
            let kept = min(max(length - index * 8, 0), 8)
            bytes[index] &= UInt8(truncatingIfNeeded: 0xff00 >> kept)
        }
        return IPAddress(bytes: bytes).flatMap { IPPrefix(address: $0, length: length) } ?? self
    }

    /// Whether an address of the same family lies in the network of this prefix.
    public func contains(_ other: IPAddress) -> Bool {
        guard other.family == address.family, let prefix = IPPrefix(address: other, length: length) else {
            return false
        }
        return prefix.network == network
    }

    /// By address, then by length.
    public static func < (left: IPPrefix, right: IPPrefix) -> Bool {
        left.address != right.address ? left.address < right.address : left.length < right.length
    }

    /// `ADDRESS/LENGTH`, always with the length.
    public var description: String { "\(address)/\(length)" }
}
