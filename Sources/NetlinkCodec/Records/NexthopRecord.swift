import CKernelHeaders

/// A nexthop, or a group of these, from `RTM_NEWNEXTHOP` or `RTM_DELNEXTHOP`.
public struct NexthopRecord: DumpRecord {
    /// `NHA_ID`.
    public var id: UInt32 = 0
    /// `nh_family`.
    public var family = Family.unspecified
    /// `nh_scope`, an `RT_SCOPE_*`.
    public var scope: UInt8 = 0
    /// `nh_protocol`, an `RTPROT_*`.
    public var routeProtocol: UInt8 = 0
    /// `nh_flags`, a set of `RTNH_F_*`.
    public var flags: UInt32 = 0
    /// `NHA_OIF`.
    public var device: UInt32?
    /// `NHA_GATEWAY`.
    public var gateway: IPAddress?
    /// `NHA_GROUP`: `7`, or `7/3` with its weight, of each member.
    public var members: [String] = []
    /// Whether `NHA_GROUP_TYPE` is `NEXTHOP_GRP_TYPE_RES`.
    public var isResilient = false
    /// `NHA_BLACKHOLE`.
    public var isBlackhole = false
    /// `NHA_FDB`.
    public var isForForwarding = false
    /// `NHA_ENCAP_TYPE` and `NHA_ENCAP`, as they came.
    public var encapsulation: [UInt8] = []

    /// Reads `RTM_NEWNEXTHOP` and `RTM_DELNEXTHOP`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NexthopRecord? {
        guard message.type == wire(RTM_NEWNEXTHOP) || message.type == wire(RTM_DELNEXTHOP) else { return nil }
        let header = try message.fixed(nhmsg.self, in: bytes)
        var record = NexthopRecord()
        record.family = Family(rawValue: header.nh_family)
        record.scope = header.nh_scope
        record.routeProtocol = header.nh_protocol
        record.flags = header.nh_flags
        var attributes = message.attributes(after: MemoryLayout<nhmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(NHA_ID): record.id = try attribute.u32(in: bytes)
            case Int(NHA_OIF): record.device = try attribute.u32(in: bytes)
            case Int(NHA_GATEWAY): record.gateway = IPAddress(bytes: attribute.bytes(in: bytes))
            case Int(NHA_GROUP): record.members = RequestDecoder.members(attribute.bytes(in: bytes))
            case Int(NHA_GROUP_TYPE):
                record.isResilient = try attribute.u16(in: bytes) == wire(NEXTHOP_GRP_TYPE_RES)
            case Int(NHA_BLACKHOLE): record.isBlackhole = true
            case Int(NHA_FDB): record.isForForwarding = true
            case Int(NHA_ENCAP), Int(NHA_ENCAP_TYPE):
                record.encapsulation += bytes.copy(attribute.offset..<attribute.payload.upperBound)
            default: break
            }
        }
        return record
    }
}

/// The label of the addresses of a prefix, from `RTM_NEWADDRLABEL` or `RTM_DELADDRLABEL`.
public struct AddressLabelRecord: DumpRecord {
    /// `IFAL_ADDRESS` with `ifal_prefixlen`.
    public var prefix: IPPrefix?
    /// `ifal_index`; 0 for all devices.
    public var index: UInt32 = 0
    /// `IFAL_LABEL`.
    public var label: UInt32 = 0

    /// The kernel's own (RFC 6724 and net/ipv6/addrlabel.c).
    public static let usual: [(prefix: String, label: UInt32)] = [
        ("::/0", 1), ("fc00::/7", 5), ("fec0::/10", 11), ("2002::/16", 2), ("3ffe::/16", 12), ("2001:10::/28", 7),
        ("2001::/32", 6), ("::ffff:0.0.0.0/96", 4), ("::/96", 3), ("::1/128", 0),
    ]

    /// Reads `RTM_NEWADDRLABEL` and `RTM_DELADDRLABEL`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> AddressLabelRecord? {
        guard message.type == wire(RTM_NEWADDRLABEL) || message.type == wire(RTM_DELADDRLABEL) else { return nil }
        let header = try message.fixed(ifaddrlblmsg.self, in: bytes)
        var record = AddressLabelRecord()
        record.index = header.ifal_index
        let attributes = message.attributes(after: MemoryLayout<ifaddrlblmsg>.size)
        record.prefix = try attributes.first(wire(IFAL_ADDRESS), in: bytes)
            .flatMap { IPAddress(bytes: $0.bytes(in: bytes)) }
            .flatMap { IPPrefix(address: $0, length: Int(header.ifal_prefixlen)) }
        record.label = try attributes.first(wire(IFAL_LABEL), in: bytes)?.u32(in: bytes) ?? 0
        return record
    }
}
