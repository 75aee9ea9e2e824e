import CKernelHeaders

/// An address on a link, from `RTM_NEWADDR` or `RTM_DELADDR`.
public struct AddressRecord: DumpRecord {
    /// `ifa_family`.
    public var family = Family.unspecified
    /// `ifa_index` of the link.
    public var index: UInt32 = 0
    /// `ifa_scope`, an `RT_SCOPE_*`.
    public var scope: UInt8 = 0
    /// `IFA_FLAGS`, or `ifa_flags` from kernels without it: a set of `IFA_F_*`.
    public var flags: UInt32 = 0
    /// The address of this host: `IFA_LOCAL`, else `IFA_ADDRESS`, with the prefix length.
    public var prefix: IPPrefix?
    /// `IFA_ADDRESS`, where it is another than `IFA_LOCAL`: the other end of the link.
    public var peer: IPAddress?
    /// `IFA_BROADCAST`.
    public var broadcast: IPAddress?
    /// `IFA_LABEL`.
    public var label: String?
    /// The attributes that nothing above interprets, among them the lifetimes.
    public var other: [RawAttribute] = []

    /// Whether duplicate address detection is under way (`IFA_F_TENTATIVE`).
    public var isTentative: Bool { flags & wire(IFA_F_TENTATIVE) != 0 }
    /// Whether duplicate address detection failed (`IFA_F_DADFAILED`).
    public var isDuplicate: Bool { flags & wire(IFA_F_DADFAILED) != 0 }
    /// Whether the address has no lifetime (`IFA_F_PERMANENT`).
    public var isPermanent: Bool { flags & wire(IFA_F_PERMANENT) != 0 }

    /// Reads `RTM_NEWADDR` and `RTM_DELADDR`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> AddressRecord? {
        guard message.type == wire(RTM_NEWADDR) || message.type == wire(RTM_DELADDR) else { return nil }
        let header = try message.fixed(ifaddrmsg.self, in: bytes)
        var record = AddressRecord()
        record.family = Family(rawValue: header.ifa_family)
        record.index = header.ifa_index
        record.scope = header.ifa_scope
        record.flags = UInt32(header.ifa_flags)
        var local: IPAddress?
        var address: IPAddress?
        var attributes = message.attributes(after: MemoryLayout<ifaddrmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(IFA_LOCAL): local = IPAddress(bytes: attribute.bytes(in: bytes))
            case Int(IFA_ADDRESS): address = IPAddress(bytes: attribute.bytes(in: bytes))
            case Int(IFA_BROADCAST): record.broadcast = IPAddress(bytes: attribute.bytes(in: bytes))
            case Int(IFA_LABEL): record.label = attribute.string(in: bytes)
            case Int(IFA_FLAGS): record.flags = try attribute.u32(in: bytes)
            default: record.other.append(RawAttribute(type: attribute.type, bytes: attribute.bytes(in: bytes)))
            }
        }
        record.prefix = (local ?? address).flatMap { IPPrefix(address: $0, length: Int(header.ifa_prefixlen)) }
        if let local, let address, local != address { record.peer = address }
        return record
    }
}
