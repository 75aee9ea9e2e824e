import CKernelHeaders

/// A network device, from `RTM_NEWLINK` or `RTM_DELLINK`.
public struct LinkRecord: DumpRecord {
    /// `ifi_index`.
    public var index: UInt32 = 0
    /// `ifi_type`, an `ARPHRD_*`.
    public var hardwareType: UInt16 = 0
    /// `ifi_flags`, a set of `IFF_*`.
    public var flags: UInt32 = 0
    /// `IFLA_IFNAME`.
    public var name = ""
    /// `IFLA_INFO_KIND`, such as `veth`; nil for devices that no kind made, such as `lo`.
    public var kind: String?
    /// `IFLA_MTU` in bytes.
    public var mtu: UInt32 = 0
    /// `IFLA_ADDRESS`.
    public var mac: MACAddress?
    /// `IFLA_PERM_ADDRESS`: the address that the device was made with, where its driver says it.
    public var permanentMAC: MACAddress?
    /// `IFLA_MASTER`: index of the bridge or other master.
    public var master: UInt32?
    /// `IFLA_LINK`: index of the other device of a pair or of the one below, in the namespace `linkNamespaceID`.
    public var link: UInt32?
    /// `IFLA_LINK_NETNSID`: nsid of the namespace of `link`; nil means this namespace, -1 one without an id.
    public var linkNamespaceID: Int32?
    /// `IFLA_ALT_IFNAME`, in the kernel's order.
    public var alternativeNames: [String] = []
    /// `IFLA_IFALIAS`.
    public var alias: String?
    /// `IFLA_OPERSTATE`, an `IF_OPER_*`.
    public var operationalState: UInt8 = 0
    /// Whether a XDP program is attached (`IFLA_XDP_ATTACHED`).
    public var hasXDP = false
    /// `IFLA_GROUP`.
    public var group: UInt32 = 0
    /// `IFLA_INFO_DATA`, the settings of the kind, as they came; it may hold timers.
    public var kindData: [UInt8] = []
    /// `IFLA_INFO_SLAVE_KIND`: the kind of its master, such as `bridge`.
    public var portKind: String?
    /// `IFLA_INFO_SLAVE_DATA`, the settings as a port of its master, as they came; it may hold timers.
    public var portData: [UInt8] = []
    /// `IFLA_INET6_FLAGS`: what IPv6 knows of the device; nil where IPv6 has nothing to do with it.
    public var inet6Flags: UInt32?
    /// `IFLA_TXQLEN` in packets.
    public var queueLength: UInt32 = 0
    /// Whether its carrier is held down (`IFLA_PROTO_DOWN`).
    public var isProtocolDown = false
    /// `IFLA_INET6_ADDR_GEN_MODE`: how IPv6 makes addresses of its own, an `IN6_ADDR_GEN_MODE_*`; nil where it has nothing to do with the device.
    public var addressMode: UInt8?
    /// `IFLA_INET6_TOKEN`: the host part that IPv6 was told; nil for none.
    public var token: IPAddress?
    /// Whether IPv6 is switched off on it (`disable_ipv6` in `IFLA_INET6_CONF`).
    public var isIPv6Disabled = false
    /// The attributes that nothing above interprets.
    public var other: [RawAttribute] = []

    /// Whether `IFF_UP` is set.
    public var isUp: Bool { flags & ckh_iff_up != 0 }
    /// Whether `IFF_LOWER_UP` is set: there is a carrier.
    public var isLowerUp: Bool { flags & ckh_iff_lower_up != 0 }
    /// Whether `IFF_LOOPBACK` is set.
    public var isLoopback: Bool { flags & ckh_iff_loopback != 0 }

    /// Whether IPv6 has taken note of the carrier (`IF_READY`): the link-local address is made in the same moment.
    public var isReadyForIPv6: Bool { inet6Flags.map { $0 & ckh_if_ready != 0 } ?? false }

    /// The word of ip-link(8) for the operational state.
    public var operationalStateName: String {
        switch operationalState {
        case ckh_if_oper_up: "UP"
        case ckh_if_oper_down: "DOWN"
        case ckh_if_oper_lowerlayerdown: "LOWERLAYERDOWN"
        case ckh_if_oper_dormant: "DORMANT"
        case ckh_if_oper_notpresent: "NOTPRESENT"
        case ckh_if_oper_testing: "TESTING"
        case ckh_if_oper_unknown: "UNKNOWN"
        default: String(operationalState)
        }
    }

    /// Reads `RTM_NEWLINK` and `RTM_DELLINK`.
    public static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> LinkRecord?
    {
        guard message.type == wire(RTM_NEWLINK) || message.type == wire(RTM_DELLINK) else { return nil }
        let header = try message.fixed(ifinfomsg.self, in: bytes)
        var record = LinkRecord()
        record.index = UInt32(bitPattern: header.ifi_index)
        record.hardwareType = header.ifi_type
        record.flags = header.ifi_flags
        var attributes = message.attributes(after: MemoryLayout<ifinfomsg>.size)
        while let attribute = try attributes.next(in: bytes) { try record.take(attribute, in: bytes) }
        return record
    }

    private mutating func take(_ attribute: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) {
        switch Int(attribute.type) {
        case Int(IFLA_IFNAME): name = attribute.string(in: bytes)
        case Int(IFLA_MTU): mtu = try attribute.u32(in: bytes)
        case Int(IFLA_ADDRESS): mac = MACAddress(bytes: attribute.bytes(in: bytes))
        case Int(IFLA_PERM_ADDRESS): permanentMAC = MACAddress(bytes: attribute.bytes(in: bytes))
        case Int(IFLA_MASTER): master = try attribute.u32(in: bytes)
        case Int(IFLA_LINK): link = try attribute.u32(in: bytes)
        case Int(IFLA_LINK_NETNSID): linkNamespaceID = try attribute.i32(in: bytes)
        case Int(IFLA_IFALIAS): alias = attribute.string(in: bytes)
        case Int(IFLA_OPERSTATE): operationalState = try attribute.u8(in: bytes)
        case Int(IFLA_GROUP): group = try attribute.u32(in: bytes)
        case Int(IFLA_TXQLEN): queueLength = try attribute.u32(in: bytes)
        case Int(IFLA_PROTO_DOWN): isProtocolDown = try attribute.u8(in: bytes) != 0
        case Int(IFLA_PROP_LIST):
            var names = attribute.nested
            while let name = try names.next(in: bytes) {
                if name.type == wire(IFLA_ALT_IFNAME) { alternativeNames.append(name.string(in: bytes)) }
            }
        case Int(IFLA_XDP):
            if let attached = try attribute.nested.first(wire(IFLA_XDP_ATTACHED), in: bytes) {
                hasXDP = try attached.u8(in: bytes) != wire(XDP_ATTACHED_NONE)
            }
        case Int(IFLA_AF_SPEC):
            var families = attribute.nested
            while let family = try families.next(in: bytes) {
                if family.type == UInt16(ckh_af_inet6) { try takeIPv6(family.nested, in: bytes) }
            }
        case Int(IFLA_LINKINFO):
            var information = attribute.nested
            while let part = try information.next(in: bytes) {
                switch Int(part.type) {
                case Int(IFLA_INFO_KIND): kind = part.string(in: bytes)
                case Int(IFLA_INFO_DATA): kindData = part.bytes(in: bytes)
                case Int(IFLA_INFO_SLAVE_KIND): portKind = part.string(in: bytes)
                case Int(IFLA_INFO_SLAVE_DATA): portData = part.bytes(in: bytes)
                default: break
                }
            }
        default: other.append(RawAttribute(type: attribute.type, bytes: attribute.bytes(in: bytes)))
        }
    }

    private mutating func takeIPv6(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var list = list
        while let attribute = try list.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(IFLA_INET6_FLAGS): inet6Flags = try attribute.u32(in: bytes)
            case Int(IFLA_INET6_ADDR_GEN_MODE): addressMode = try attribute.u8(in: bytes)
            case Int(IFLA_INET6_TOKEN):
                let given = attribute.bytes(in: bytes)
                token = given.contains { $0 != 0 } ? IPAddress(bytes: given) : nil
            case Int(IFLA_INET6_CONF):
                let settings = attribute.bytes(in: bytes)
                let place = ckh_devconf_disable_ipv6 * 4
                guard settings.count >= place + 4 else { continue }
                isIPv6Disabled = settings[place..<(place + 4)].contains { $0 != 0 }
            default: break
            }
        }
    }
}
