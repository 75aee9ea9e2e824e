import CKernelHeaders
import Model

/// What a device of WireGuard is told, in whole or in part, from `WG_CMD_GET_DEVICE` or `WG_CMD_SET_DEVICE`.
///
/// A private key and what is agreed upon beforehand are told by their digests alone.
public struct WireguardRecord: DumpRecord {
    /// A peer, in whole or in part.
    public struct Peer: Equatable, Sendable {
        /// `WGPEER_A_PUBLIC_KEY`, as wg(8) prints it.
        public var key = ""
        /// `WGPEER_A_FLAGS`, a set of `WGPEER_F_*`.
        public var flags: UInt32 = 0
        /// The digest of `WGPEER_A_PRESHARED_KEY`; `none` where it takes one away.
        public var presharedKey: String?
        /// `WGPEER_A_ENDPOINT`: `10.0.0.2:51820`.
        public var endpoint: String?
        /// `WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL`.
        public var keepalive: UInt16?
        /// `WGPEER_A_ALLOWEDIPS`, in the kernel's order.
        public var allowed: [String] = []

        /// Makes one that was told no more than these.
        public init(key: String = "", allowed: [String] = []) {
            self.key = key
            self.allowed = allowed
        }
    }

    /// `WGDEVICE_A_IFINDEX`.
    public var index: UInt32?
    /// `WGDEVICE_A_IFNAME`.
    public var name: String?
    /// The digest of `WGDEVICE_A_PRIVATE_KEY`; `none` where it takes one away.
    public var privateKey: String?
    /// `WGDEVICE_A_PUBLIC_KEY`, as wg(8) prints it.
    public var publicKey: String?
    /// `WGDEVICE_A_FLAGS`, a set of `WGDEVICE_F_*`.
    public var flags: UInt32 = 0
    /// `WGDEVICE_A_LISTEN_PORT`.
    public var port: UInt16?
    /// `WGDEVICE_A_FWMARK`.
    public var mark: UInt32?
    /// `WGDEVICE_A_PEERS`.
    public var peers: [Peer] = []

    /// Makes an empty one.
    public init() {}

    /// Reads what answers `WG_CMD_GET_DEVICE`: any message of the family, whose number the kernel chose.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> WireguardRecord? {
        // The numbers of families begin at GENL_MIN_ID, that of the controller.
        guard message.type > wire(GENL_ID_CTRL) else { return nil }
        _ = try message.fixed(genlmsghdr.self, in: bytes)
        return try WireguardRecord(message.attributes(after: MemoryLayout<genlmsghdr>.size), in: bytes)
    }

    init(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = list
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case WGDEVICE_A_IFINDEX.rawValue: index = try attribute.u32(in: bytes)
            case WGDEVICE_A_IFNAME.rawValue: name = attribute.string(in: bytes)
            case WGDEVICE_A_PRIVATE_KEY.rawValue: privateKey = Self.digest(attribute.bytes(in: bytes))
            case WGDEVICE_A_PUBLIC_KEY.rawValue: publicKey = Self.base64(attribute.bytes(in: bytes))
            case WGDEVICE_A_FLAGS.rawValue: flags = try attribute.u32(in: bytes)
            case WGDEVICE_A_LISTEN_PORT.rawValue: port = try attribute.u16(in: bytes)
            case WGDEVICE_A_FWMARK.rawValue: mark = try attribute.u32(in: bytes)
            case WGDEVICE_A_PEERS.rawValue:
                var list = attribute.nested
                while let peer = try list.next(in: bytes) { add(try Self.peer(peer.nested, in: bytes)) }
            default: break
            }
        }
    }

    private static func peer(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) -> Peer {
        var attributes = list
        var peer = Peer()
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case WGPEER_A_PUBLIC_KEY.rawValue: peer.key = base64(attribute.bytes(in: bytes))
            case WGPEER_A_PRESHARED_KEY.rawValue: peer.presharedKey = digest(attribute.bytes(in: bytes))
            case WGPEER_A_FLAGS.rawValue: peer.flags = try attribute.u32(in: bytes)
            case WGPEER_A_ENDPOINT.rawValue: peer.endpoint = endpoint(attribute.bytes(in: bytes))
            case WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL.rawValue: peer.keepalive = try attribute.u16(in: bytes)
            case WGPEER_A_ALLOWEDIPS.rawValue:
                var all = attribute.nested
                while let each = try all.next(in: bytes) {
                    let address = try each.nested.first(wire(WGALLOWEDIP_A_IPADDR), in: bytes)
                    let length = try each.nested.first(wire(WGALLOWEDIP_A_CIDR_MASK), in: bytes)?.u8(in: bytes)
                    guard let address = address.flatMap({ IPAddress(bytes: $0.bytes(in: bytes)) }), let length else {
                        continue
                    }
                    peer.allowed.append(
                        IPPrefix(address: address, length: Int(length))?.description ?? address.description)
                }
            default: break
            }
        }
        return peer
    }

    /// Adds a peer, or what of it did not fit into the message before.
    private mutating func add(_ peer: Peer) {
        if let last = peers.last, last.key == peer.key, peer.flags == 0 {
            peers[peers.count - 1].allowed += peer.allowed
        } else {
            peers.append(peer)
        }
    }

    /// The device of a dump, which comes in several messages where it has many peers.
    public static func joined(_ parts: [WireguardRecord]) -> WireguardRecord? {
        guard var whole = parts.first else { return nil }
        for part in parts.dropFirst() { for peer in part.peers { whole.add(peer) } }
        return whole
    }

    private static func digest(_ key: [UInt8]) -> String {
        key.contains { $0 != 0 } ? Digest.of(key) : "none"
    }

    /// struct sockaddr_in or sockaddr_in6.
    private static func endpoint(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 8 else { return nil }
        let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        if UInt16(bytes[0]) | UInt16(bytes[1]) << 8 == UInt16(Family.ipv4.rawValue) {
            return IPAddress(bytes: bytes[4..<8]).map { "\($0):\(port)" }
        }
        guard bytes.count >= 24 else { return nil }
        return IPAddress(bytes: bytes[8..<24]).map { "[\($0)]:\(port)" }
    }

    /// As RFC 4648 has it.
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let value = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(place <= part.count ? digits[value >> (18 - 6 * place) & 63] : "=")
            }
        }
        return text
    }
}

extension NetlinkRequest {
    /// Asks for a device of WireGuard (`WG_CMD_GET_DEVICE`), on a `NETLINK_GENERIC` socket.
    ///
    /// - Parameter family: The number that the kernel has given the family.
    public static func dumpWireguard(_ device: UInt32, family: UInt16) -> NetlinkRequest {
        NetlinkRequest(type: family, flags: NLM_F_DUMP) { message in
            var header = genlmsghdr()
            header.cmd = wire(WG_CMD_GET_DEVICE)
            header.version = 1
            message.append(header)
            message.attribute(wire(WGDEVICE_A_IFINDEX), device)
        }
    }
}
