import CKernelHeaders

// The importer gives a C constant the type of its declaration: macros are Int32, members of a nameless enum Int,
// members of a named enum a struct. These three give any of them the width that the wire has.

@inline(__always)
func wire<Width: FixedWidthInteger>(_ constant: some BinaryInteger) -> Width {
    Width(truncatingIfNeeded: constant)
}

@inline(__always)
func wire<Width: FixedWidthInteger>(_ constant: some RawRepresentable<UInt32>) -> Width {
    Width(truncatingIfNeeded: constant.rawValue)
}

/// The next multiple of four, the alignment of messages and attributes (`NLMSG_ALIGN`, `NLA_ALIGN`).
@inline(__always)
func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

/// An address family or netfilter family, as one byte on the wire.
public struct Family: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// `AF_*` of sys/socket.h.
    public let rawValue: UInt8

    /// Takes the byte of the fixed header.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `AF_UNSPEC`: every family.
    public static var unspecified: Family { Family(rawValue: ckh_af_unspec) }
    /// `AF_INET`.
    public static var ipv4: Family { Family(rawValue: ckh_af_inet) }
    /// `AF_INET6`.
    public static var ipv6: Family { Family(rawValue: ckh_af_inet6) }
    /// `AF_BRIDGE`.
    public static var bridge: Family { Family(rawValue: ckh_af_bridge) }

    /// The word that ip(8) prints: `inet`, `inet6`, `bridge`, or the number.
    public var description: String {
        switch self {
        case .ipv4: "inet"
        case .ipv6: "inet6"
        case .bridge: "bridge"
        default: String(rawValue)
        }
    }
}
