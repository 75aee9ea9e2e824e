/// The names of routing tables, as ip-route(8) reads and writes them (`/etc/iproute2/rt_tables` of a plain machine).
public enum RoutingTable {
    /// Every table that has a name, by number (`RT_TABLE_*` of linux/rtnetlink.h).
    private static let names: [UInt32: String] = [253: "default", 254: "main", 255: "local"]

    /// The number of a table: a name, or a number in decimal or hexadecimal from 1; nil for everything else.
    ///
    /// The kernel reads 0 as no table at all (`RT_TABLE_UNSPEC`).
    public static func number(_ text: String) -> UInt32? {
        if let named = names.first(where: { $0.value == text }) { return named.key }
        return unsigned(text).flatMap { $0 == 0 ? nil : $0 }
    }

    /// The name of a table, or its number in decimal where it has none.
    public static func name(_ number: UInt32) -> String { names[number] ?? String(number) }

    /// The table as states print it, by name or by number in decimal; a pattern stays what it is.
    public static func canonical(_ text: String) -> String {
        number(text).map(name) ?? text
    }
}

/// Who added a route, as ip-route(8) reads and writes it (`/etc/iproute2/rt_protos` of a plain machine).
public enum RoutingProtocol {
    /// Every protocol that has a name here, by number (`RTPROT_*` of linux/rtnetlink.h).
    private static let names: [UInt8: String] = [
        1: "redirect", 2: "kernel", 3: "boot", 4: "static", 9: "ra", 11: "zebra", 12: "bird", 16: "dhcp", 186: "bgp",
        188: "ospf",
    ]

    /// The number of a protocol: a name, or a number from 1 to 255; nil for everything else.
    ///
    /// The kernel reads 0 as none at all (`RTPROT_UNSPEC`).
    public static func number(_ text: String) -> UInt8? {
        if let named = names.first(where: { $0.value == text }) { return named.key }
        return unsigned(text).flatMap { UInt8(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
    }

    /// The name of a protocol, or its number in decimal where it has none.
    public static func name(_ number: UInt8) -> String { names[number] ?? String(number) }

    /// The protocol as states print it; a pattern stays what it is.
    public static func canonical(_ text: String) -> String { number(text).map(name) ?? text }
}

/// The mark of packets that a policy rule looks at, with the bits that count.
public struct FirewallMark: Hashable, Sendable, CustomStringConvertible {
    /// The value.
    public let value: UInt32
    /// The bits that are compared; all of them where no mask is written.
    public let mask: UInt32

    /// A value and the bits of it that are compared.
    public init(value: UInt32, mask: UInt32 = .max) {
        self.value = value
        self.mask = mask
    }

    /// Reads `16`, `0x10` or `0x10/0xff`; nil for everything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let value = unsigned(first) else { return nil }
        self.value = value
        guard parts.count == 2 else {
            mask = .max
            return
        }
        guard let mask = unsigned(parts[1]) else { return nil }
        self.mask = mask
    }

    /// `0x10`, or `0x10/0xff` where not all bits count.
    public var description: String {
        "0x" + String(value, radix: 16) + (mask == .max ? "" : "/0x" + String(mask, radix: 16))
    }

    /// The mark as states print it; a pattern stays what it is.
    public static func canonical(_ text: String) -> String { FirewallMark(text)?.description ?? text }
}

/// The ports that a policy rule looks at.
public struct PortRange: Hashable, Sendable, CustomStringConvertible {
    /// From the first to the last.
    public let ports: ClosedRange<UInt16>

    /// Takes a range.
    public init(_ ports: ClosedRange<UInt16>) { self.ports = ports }

    /// Reads `80` or `80-90`; nil for everything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { UInt16($0) }
        guard let first = parts.first ?? nil, let last = parts.last ?? nil, first <= last else { return nil }
        ports = first...last
    }

    /// `80`, or `80-90`, as ip-rule(8) prints them.
    public var description: String {
        ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
    }

    /// The range as states print it; a pattern stays what it is.
    public static func canonical(_ text: String) -> String { PortRange(text)?.description ?? text }
}

/// A number in decimal or, behind `0x`, in hexadecimal; no sign.
private func unsigned(_ text: some StringProtocol) -> UInt32? {
    let isHexadecimal = text.hasPrefix("0x")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    // The initializer would take a sign.
    guard let first = digits.first, first.isHexDigit else { return nil }
    return UInt32(digits, radix: isHexadecimal ? 16 : 10)
}
