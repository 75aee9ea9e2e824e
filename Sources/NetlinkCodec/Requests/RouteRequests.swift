import CKernelHeaders

/// A route to be added or deleted: what stands in its `RTM_NEWROUTE` or `RTM_DELROUTE`.
public struct RouteMessage: Hashable, Sendable {
    /// `rtm_type`, with the words of ip-route(8).
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// `RTN_UNICAST`: to a next hop or link.
        case unicast
        /// `RTN_BLACKHOLE`: drops in silence.
        case blackhole
        /// `RTN_UNREACHABLE`: drops with host unreachable.
        case unreachable
        /// `RTN_PROHIBIT`: drops with administratively prohibited.
        case prohibit
        /// `RTN_LOCAL`: delivers here.
        case local
        /// `RTN_THROW`: goes on with the next rule.
        case `throw`

        var wireType: UInt8 {
            switch self {
            case .unicast: wire(RTN_UNICAST)
            case .blackhole: wire(RTN_BLACKHOLE)
            case .unreachable: wire(RTN_UNREACHABLE)
            case .prohibit: wire(RTN_PROHIBIT)
            case .local: wire(RTN_LOCAL)
            case .throw: wire(RTN_THROW)
            }
        }
    }

    /// `AF_INET` or `AF_INET6`.
    public var family: Family
    /// The destination; nil is the default route.
    public var destination: IPPrefix?
    /// The next hop; of the other family it is sent as `RTA_VIA`.
    public var gateway: IPAddress?
    /// `RTA_OIF`: index of the link.
    public var device: UInt32?
    /// The table, `RT_TABLE_MAIN` by default.
    public var table: UInt32
    /// `RTA_PRIORITY`.
    public var metric: UInt32?
    /// `rtm_type`.
    public var kind: Kind
    /// `RTA_PREFSRC`: the address from which packets go that have none yet.
    public var source: IPAddress?
    /// `rtm_protocol`, `RTPROT_BOOT` where nil; a deletion without means any.
    public var `protocol`: UInt8?
    /// `RTNH_F_ONLINK`: the gateway need not be in a connected network.
    public var isOnlink: Bool

    /// Takes all of it; everything but family and destination has a default, no table is the main one.
    public init(
        family: Family, destination: IPPrefix?, gateway: IPAddress? = nil, device: UInt32? = nil,
        table: UInt32? = nil, metric: UInt32? = nil, kind: Kind = .unicast, isOnlink: Bool = false,
        source: IPAddress? = nil, protocol: UInt8? = nil
    ) {
        self.family = family
        self.destination = destination
        self.gateway = gateway
        self.device = device
        self.table = table ?? wire(RT_TABLE_MAIN)
        self.metric = metric
        self.kind = kind
        self.isOnlink = isOnlink
        self.source = source
        self.protocol = `protocol`
    }

    /// The scope that ip-route(8) would choose.
    private func scope(deleting: Bool) -> UInt8 {
        if family == .ipv6 { return wire(RT_SCOPE_UNIVERSE) }
        if kind == .local { return wire(RT_SCOPE_HOST) }
        // Nowhere is no filter: a delete matches whatever scope the route has.
        if deleting { return wire(RT_SCOPE_NOWHERE) }
        return kind == .unicast && gateway == nil ? wire(RT_SCOPE_LINK) : wire(RT_SCOPE_UNIVERSE)
    }

    fileprivate func write(to message: inout NetlinkBuilder, deleting: Bool) {
        var header = rtmsg()
        header.rtm_family = family.rawValue
        header.rtm_dst_len = UInt8(destination?.length ?? 0)
        header.rtm_table = table < 256 ? UInt8(table) : wire(RT_TABLE_UNSPEC)
        header.rtm_protocol = `protocol` ?? (deleting ? wire(RTPROT_UNSPEC) : wire(RTPROT_BOOT))
        header.rtm_scope = scope(deleting: deleting)
        header.rtm_type = deleting && kind == .unicast ? wire(RTN_UNSPEC) : kind.wireType
        header.rtm_flags = isOnlink ? wire(RTNH_F_ONLINK) : 0
        message.append(header)
        if let destination { message.attribute(wire(RTA_DST), bytes: destination.network.address.bytes) }
        if let gateway, gateway.family == family {
            message.attribute(wire(RTA_GATEWAY), bytes: gateway.bytes)
        } else if let gateway {
            let family = UInt16(gateway.family.rawValue)
            let prefix = withUnsafeBytes(of: family) { unsafe [UInt8]($0) }
            message.attribute(wire(RTA_VIA), bytes: prefix + gateway.bytes)
        }
        if let source { message.attribute(wire(RTA_PREFSRC), bytes: source.bytes) }
        if let metric { message.attribute(wire(RTA_PRIORITY), metric) }
        if let device { message.attribute(wire(RTA_OIF), device) }
        if table > 255 { message.attribute(wire(RTA_TABLE), table) }
    }
}

extension NetlinkRequest {
    /// Adds a route (`RTM_NEWROUTE`); replacing takes the place of one with the same destination and metric.
    public static func addRoute(_ route: RouteMessage, replacing: Bool = false) -> NetlinkRequest {
        let flags = NLM_F_ACK | NLM_F_CREATE | (replacing ? NLM_F_REPLACE : NLM_F_EXCL)
        return NetlinkRequest(type: RTM_NEWROUTE, flags: flags) { route.write(to: &$0, deleting: false) }
    }

    /// Deletes the first route that matches (`RTM_DELROUTE`).
    public static func deleteRoute(_ route: RouteMessage) -> NetlinkRequest {
        NetlinkRequest(type: RTM_DELROUTE, flags: NLM_F_ACK) { route.write(to: &$0, deleting: true) }
    }
}
