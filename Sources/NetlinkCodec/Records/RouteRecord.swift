import CKernelHeaders
import Model

/// A route, from `RTM_NEWROUTE` or `RTM_DELROUTE`.
public struct RouteRecord: DumpRecord {
    /// One of the next hops of a multipath route (`RTA_MULTIPATH`).
    public struct NextHop: Sendable, Hashable {
        /// `RTA_GATEWAY` or `RTA_VIA`.
        public var gateway: IPAddress?
        /// `rtnh_ifindex`.
        public var device: UInt32 = 0
        /// `rtnh_hops` + 1.
        public var weight: Int = 1
        /// `rtnh_flags`, a set of `RTNH_F_*`.
        public var flags: UInt8 = 0
    }

    /// `rtm_family`.
    public var family = Family.unspecified
    /// `RTA_TABLE`, or `rtm_table`.
    public var table: UInt32 = 0
    /// `RTA_DST` with `rtm_dst_len`; nil for the default route and for families that are not IP.
    public var destination: IPPrefix?
    /// `RTA_SRC` with `rtm_src_len`.
    public var source: IPPrefix?
    /// `RTA_GATEWAY`, or the address of `RTA_VIA`.
    public var gateway: IPAddress?
    /// `RTA_OIF`.
    public var device: UInt32?
    /// `RTA_PRIORITY`.
    public var metric: UInt32?
    /// `rtm_protocol`, an `RTPROT_*`.
    public var `protocol`: UInt8 = 0
    /// `rtm_scope`, an `RT_SCOPE_*`.
    public var scope: UInt8 = 0
    /// `rtm_type`, an `RTN_*`.
    public var type: UInt8 = 0
    /// `rtm_tos`.
    public var tos: UInt8 = 0
    /// `rtm_flags`, a set of `RTNH_F_*` and `RTM_F_*`.
    public var flags: UInt32 = 0
    /// `RTA_PREFSRC`.
    public var preferredSource: IPAddress?
    /// `RTA_MULTIPATH`.
    public var nextHops: [NextHop] = []
    /// `RTA_NH_ID`: the nexthop object.
    public var nextHopID: UInt32?
    /// The attributes that nothing above interprets, among them the cache information.
    public var other: [RawAttribute] = []

    /// The destination as ip-route(8) has it: `ADDRESS/LENGTH` or `default`.
    public var destinationText: String { destination.map(\.description) ?? "default" }
    /// The word of ip-route(8) for the table, or its number.
    public var tableName: String { RoutingTable.name(table) }
    /// The word of ip-route(8) for the type, such as `unicast` or `blackhole`.
    public var typeName: String { routeTypeName(type) }
    /// Whether the next hop is dead (`RTNH_F_DEAD`).
    public var isDead: Bool { flags & wire(RTNH_F_DEAD) != 0 }
    /// Whether the link has no carrier (`RTNH_F_LINKDOWN`).
    public var isLinkDown: Bool { flags & wire(RTNH_F_LINKDOWN) != 0 }
    /// Whether the gateway counts as directly reachable (`RTNH_F_ONLINK`).
    public var isOnlink: Bool { flags & wire(RTNH_F_ONLINK) != 0 }

    /// Reads `RTM_NEWROUTE` and `RTM_DELROUTE`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> RouteRecord? {
        guard message.type == wire(RTM_NEWROUTE) || message.type == wire(RTM_DELROUTE) else { return nil }
        return try RouteRecord(message, in: bytes)
    }

    /// Reads any message whose payload is `struct rtmsg` with `RTA_*` attributes.
    init(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) {
        let header = try message.fixed(rtmsg.self, in: bytes)
        family = Family(rawValue: header.rtm_family)
        table = UInt32(header.rtm_table)
        `protocol` = header.rtm_protocol
        scope = header.rtm_scope
        type = header.rtm_type
        tos = header.rtm_tos
        flags = header.rtm_flags
        var attributes = message.attributes(after: MemoryLayout<rtmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            try take(attribute, destinationLength: header.rtm_dst_len, sourceLength: header.rtm_src_len, in: bytes)
        }
    }

    private mutating func take(
        _ attribute: NetlinkAttribute, destinationLength: UInt8, sourceLength: UInt8, in bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        switch UInt32(attribute.type) {
        case RTA_DST.rawValue:
            let address = IPAddress(bytes: attribute.bytes(in: bytes))
            // The kernel makes no difference between no destination and all of them, `0.0.0.0/0`.
            destination =
                destinationLength == 0
                ? nil : address.flatMap { IPPrefix(address: $0, length: Int(destinationLength)) }
        case RTA_SRC.rawValue:
            let address = IPAddress(bytes: attribute.bytes(in: bytes))
            source = address.flatMap { IPPrefix(address: $0, length: Int(sourceLength)) }
        case RTA_GATEWAY.rawValue: gateway = IPAddress(bytes: attribute.bytes(in: bytes))
        case RTA_VIA.rawValue: gateway = via(attribute, in: bytes)
        case RTA_OIF.rawValue: device = try attribute.u32(in: bytes)
        case RTA_PRIORITY.rawValue: metric = try attribute.u32(in: bytes)
        case RTA_TABLE.rawValue: table = try attribute.u32(in: bytes)
        case RTA_PREFSRC.rawValue: preferredSource = IPAddress(bytes: attribute.bytes(in: bytes))
        case RTA_NH_ID.rawValue: nextHopID = try attribute.u32(in: bytes)
        case RTA_MULTIPATH.rawValue: nextHops = try RouteRecord.nextHops(attribute, in: bytes)
        default: other.append(RawAttribute(type: attribute.type, bytes: attribute.bytes(in: bytes)))
        }
    }

    /// Walks the list of `struct rtnexthop`, each with attributes of its own; error: `attributeLength`.
    private static func nextHops(
        _ attribute: NetlinkAttribute, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> [NextHop] {
        var hops: [NextHop] = []
        var offset = attribute.payload.lowerBound
        let end = attribute.payload.upperBound
        while end - offset >= MemoryLayout<rtnexthop>.size {
            guard let header = bytes.load(rtnexthop.self, at: offset) else { break }
            let length = Int(header.rtnh_len)
            guard length >= MemoryLayout<rtnexthop>.size, length <= end - offset else {
                throw NetlinkDecodingError(.attributeLength, offset: offset, found: length)
            }
            var hop = NextHop()
            hop.device = UInt32(bitPattern: header.rtnh_ifindex)
            hop.weight = Int(header.rtnh_hops) + 1
            hop.flags = header.rtnh_flags
            var attributes = NetlinkAttributes(range: offset + MemoryLayout<rtnexthop>.size..<offset + length)
            while let part = try attributes.next(in: bytes) {
                if part.type == wire(RTA_GATEWAY) { hop.gateway = IPAddress(bytes: part.bytes(in: bytes)) }
                if part.type == wire(RTA_VIA) { hop.gateway = via(part, in: bytes) }
            }
            hops.append(hop)
            offset += aligned(length)
        }
        return hops
    }
}

/// The address of `struct rtvia`: a 16-bit family, then the address.
private func via(_ attribute: NetlinkAttribute, in bytes: RawSpan) -> IPAddress? {
    IPAddress(bytes: attribute.bytes(in: bytes).dropFirst(MemoryLayout<__kernel_sa_family_t>.size))
}

/// The word of ip-route(8) for an `RTN_*`, or the number.
func routeTypeName(_ type: UInt8) -> String {
    switch Int(type) {
    case Int(RTN_UNSPEC): "none"
    case Int(RTN_UNICAST): "unicast"
    case Int(RTN_LOCAL): "local"
    case Int(RTN_BROADCAST): "broadcast"
    case Int(RTN_ANYCAST): "anycast"
    case Int(RTN_MULTICAST): "multicast"
    case Int(RTN_BLACKHOLE): "blackhole"
    case Int(RTN_UNREACHABLE): "unreachable"
    case Int(RTN_PROHIBIT): "prohibit"
    case Int(RTN_THROW): "throw"
    case Int(RTN_NAT): "nat"
    default: String(type)
    }
}
