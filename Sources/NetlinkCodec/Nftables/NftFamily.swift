import CKernelHeaders

/// The family of an nftables object (`nfgen_family`, an `NFPROTO_*`).
public struct NftFamily: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// `NFPROTO_*` of linux/netfilter.h.
    public let rawValue: UInt8

    /// Takes the byte of `struct nfgenmsg`.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The word of nft(8): `ip`, `ip6`, `inet`, `arp`, `bridge`, `netdev`, or the number.
    public var description: String {
        switch rawValue {
        case ckh_nfproto_ipv4: "ip"
        case ckh_nfproto_ipv6: "ip6"
        case ckh_nfproto_inet: "inet"
        case ckh_nfproto_arp: "arp"
        case ckh_nfproto_bridge: "bridge"
        case ckh_nfproto_netdev: "netdev"
        default: String(rawValue)
        }
    }

    /// The word of nft(8) for a hook of this family (`NF_INET_*`, `NF_NETDEV_*`), or the number.
    public func hookName(_ hook: UInt32) -> String {
        if rawValue == ckh_nfproto_netdev {
            switch hook {
            case ckh_nf_netdev_ingress: return "ingress"
            case ckh_nf_netdev_egress: return "egress"
            default: return String(hook)
            }
        }
        // The hooks of arp have numbers of their own: NF_ARP_IN, NF_ARP_OUT, NF_ARP_FORWARD.
        guard rawValue != ckh_nfproto_arp else { return String(hook) }
        switch hook {
        case ckh_nf_inet_pre_routing: return "prerouting"
        case ckh_nf_inet_local_in: return "input"
        case ckh_nf_inet_forward: return "forward"
        case ckh_nf_inet_local_out: return "output"
        case ckh_nf_inet_post_routing: return "postrouting"
        case ckh_nf_inet_ingress: return "ingress"
        default: return String(hook)
        }
    }
}

/// The parts of `nlmsg_type` in nfnetlink: the subsystem above, the message below (`NFNL_SUBSYS_ID`, `NFNL_MSG_TYPE`).
struct NfnetlinkType: Hashable {
    let subsystem: UInt8
    let message: UInt8

    init(_ type: UInt16) {
        subsystem = UInt8(type >> 8)
        message = UInt8(type & 0xff)
    }

    /// The nftables message, nil for other subsystems.
    var nft: UInt32? { subsystem == wire(NFNL_SUBSYS_NFTABLES) ? UInt32(message) : nil }
}

extension NetlinkMessage {
    /// The header and attributes of an nftables message of one of two types; nil for other messages.
    func nftHeader(
        _ types: nf_tables_msg_types..., in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> (family: NftFamily, attributes: NetlinkAttributes)? {
        guard let nft = NfnetlinkType(type).nft, types.contains(where: { $0.rawValue == nft }) else { return nil }
        return try nfnetlinkHeader(in: bytes)
    }

    /// The header and attributes of any nfnetlink message; error: `shortPayload`.
    func nfnetlinkHeader(
        in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> (family: NftFamily, attributes: NetlinkAttributes) {
        let header = try fixed(nfgenmsg.self, in: bytes)
        return (NftFamily(rawValue: header.nfgen_family), attributes(after: MemoryLayout<nfgenmsg>.size))
    }
}
