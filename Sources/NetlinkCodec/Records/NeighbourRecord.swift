import CKernelHeaders

/// A neighbour, proxy or forwarding entry, from `RTM_NEWNEIGH` or `RTM_DELNEIGH`.
public struct NeighbourRecord: DumpRecord {
    /// `ndm_family`.
    public var family = Family.unspecified
    /// `ndm_ifindex`.
    public var index: UInt32 = 0
    /// `ndm_state`, a set of `NUD_*`.
    public var state: UInt16 = 0
    /// `ndm_flags`, a set of `NTF_*`.
    public var flags: UInt8 = 0
    /// `ndm_type`, an `RTN_*`.
    public var type: UInt8 = 0
    /// `NDA_DST`.
    public var address: IPAddress?
    /// `NDA_LLADDR`.
    public var linkLayerAddress: MACAddress?
    /// `NDA_MASTER`: the bridge of a forwarding entry.
    public var master: UInt32?
    /// `NDA_VLAN` of a forwarding entry.
    public var vlan: UInt16?
    /// The attributes that nothing above interprets, among them the cache information and probe counts.
    public var other: [RawAttribute] = []

    /// Whether the host answers for this address in place of another (`NTF_PROXY`).
    public var isProxy: Bool { flags & wire(NTF_PROXY) != 0 }
    /// Whether the entry stays until it is deleted (`NUD_PERMANENT`).
    public var isPermanent: Bool { state & wire(NUD_PERMANENT) != 0 }
    /// Whether the entry needs no resolution (`NUD_NOARP`).
    public var isNoARP: Bool { state & wire(NUD_NOARP) != 0 }

    /// Reads `RTM_NEWNEIGH` and `RTM_DELNEIGH`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NeighbourRecord? {
        guard message.type == wire(RTM_NEWNEIGH) || message.type == wire(RTM_DELNEIGH) else { return nil }
        return try NeighbourRecord(message, in: bytes)
    }

    /// Reads any message whose payload is `struct ndmsg` with `NDA_*` attributes.
    init(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) {
        let header = try message.fixed(ndmsg.self, in: bytes)
        family = Family(rawValue: header.ndm_family)
        index = UInt32(bitPattern: header.ndm_ifindex)
        state = header.ndm_state
        flags = header.ndm_flags
        type = header.ndm_type
        var attributes = message.attributes(after: MemoryLayout<ndmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(NDA_DST): address = IPAddress(bytes: attribute.bytes(in: bytes))
            case Int(NDA_LLADDR): linkLayerAddress = MACAddress(bytes: attribute.bytes(in: bytes))
            case Int(NDA_MASTER): master = try attribute.u32(in: bytes)
            case Int(NDA_VLAN): vlan = try attribute.u16(in: bytes)
            default: other.append(RawAttribute(type: attribute.type, bytes: attribute.bytes(in: bytes)))
            }
        }
    }
}
