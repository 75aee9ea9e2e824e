import CKernelHeaders

/// Addresses and ports of one direction of a tracked connection (`CTA_TUPLE_*`).
public struct ConnectionTuple: Equatable, Sendable {
    /// `CTA_IP_V4_SRC` or `CTA_IP_V6_SRC`.
    public var source: IPAddress?
    /// `CTA_IP_V4_DST` or `CTA_IP_V6_DST`.
    public var destination: IPAddress?
    /// `CTA_PROTO_NUM`.
    public var protocolNumber: UInt8?
    /// `CTA_PROTO_SRC_PORT`.
    public var sourcePort: UInt16?
    /// `CTA_PROTO_DST_PORT`.
    public var destinationPort: UInt16?
    /// Type, code and number of a message of ICMP, as they came: `CTA_PROTO_ICMP_*` or `CTA_PROTO_ICMPV6_*`.
    public var message: [UInt16] = []

    /// Makes an empty one.
    public init() {}

    /// - Parameter tuple: The attribute whose list holds addresses and protocol.
    init(_ tuple: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) {
        if var list = try tuple.nested.first(wire(CTA_TUPLE_IP), in: bytes)?.nested {
            while let each = try list.next(in: bytes) {
                let address = IPAddress(bytes: each.bytes(in: bytes))
                switch UInt32(each.type) {
                case CTA_IP_V4_SRC.rawValue, CTA_IP_V6_SRC.rawValue: source = address
                case CTA_IP_V4_DST.rawValue, CTA_IP_V6_DST.rawValue: destination = address
                default: break
                }
            }
        }
        guard var list = try tuple.nested.first(wire(CTA_TUPLE_PROTO), in: bytes)?.nested else { return }
        while let each = try list.next(in: bytes) {
            switch UInt32(each.type) {
            case CTA_PROTO_NUM.rawValue: protocolNumber = try each.u8(in: bytes)
            case CTA_PROTO_SRC_PORT.rawValue: sourcePort = UInt16(bigEndian: try each.u16(in: bytes))
            case CTA_PROTO_DST_PORT.rawValue: destinationPort = UInt16(bigEndian: try each.u16(in: bytes))
            case CTA_PROTO_ICMP_ID.rawValue, CTA_PROTO_ICMPV6_ID.rawValue:
                message.append(UInt16(bigEndian: try each.u16(in: bytes)))
            default: message.append(UInt16(try each.u8(in: bytes)))
            }
        }
    }

    /// What an answer to it looks like, where nobody translates addresses.
    public var reversed: ConnectionTuple {
        var other = self
        (other.source, other.destination) = (destination, source)
        (other.sourcePort, other.destinationPort) = (destinationPort, sourcePort)
        return other
    }
}

/// A tracked connection, from `IPCTNL_MSG_CT_NEW`.
public struct ConnectionRecord: DumpRecord {
    /// `CTA_TUPLE_ORIG`.
    public var original = ConnectionTuple()
    /// `CTA_TUPLE_REPLY`.
    public var reply = ConnectionTuple()
    /// `CTA_MARK`.
    public var mark: UInt32 = 0
    /// `CTA_ZONE`; 0 for the usual one.
    public var zone: UInt16 = 0
    /// `CTA_STATUS`, a set of `IPS_*`.
    public var status: UInt32 = 0
    /// `CTA_PROTOINFO_TCP_STATE`; nil for another protocol.
    public var state: UInt8?
    /// `CTA_HELP_NAME`.
    public var helper: String?
    /// `CTA_LABELS`, empty where none is set.
    public var labels: [UInt8] = []

    /// Whether answers go another way than backwards: somebody translates its addresses.
    public var isTranslated: Bool {
        let expected = original.reversed
        return reply.source != expected.source || reply.destination != expected.destination
            || reply.sourcePort != expected.sourcePort || reply.destinationPort != expected.destinationPort
    }

    /// Reads `IPCTNL_MSG_CT_NEW`; timeouts, counters and ids are left out.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> ConnectionRecord? {
        guard message.type == wire(NFNL_SUBSYS_CTNETLINK) << 8 | wire(IPCTNL_MSG_CT_NEW) else { return nil }
        var (_, attributes) = try message.nfnetlinkHeader(in: bytes)
        var record = ConnectionRecord()
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case CTA_TUPLE_ORIG.rawValue: record.original = try ConnectionTuple(attribute, in: bytes)
            case CTA_TUPLE_REPLY.rawValue: record.reply = try ConnectionTuple(attribute, in: bytes)
            case CTA_MARK.rawValue: record.mark = try attribute.be32(in: bytes)
            case CTA_ZONE.rawValue: record.zone = UInt16(bigEndian: try attribute.u16(in: bytes))
            case CTA_STATUS.rawValue: record.status = try attribute.be32(in: bytes)
            case CTA_PROTOINFO.rawValue:
                record.state = try attribute.nested.first(wire(CTA_PROTOINFO_TCP), in: bytes)?.nested
                    .first(wire(CTA_PROTOINFO_TCP_STATE), in: bytes)?.u8(in: bytes)
            case CTA_HELP.rawValue:
                record.helper = try attribute.nested.first(wire(CTA_HELP_NAME), in: bytes)?.string(in: bytes)
            case CTA_LABELS.rawValue:
                let labels = attribute.bytes(in: bytes)
                record.labels = labels.contains { $0 != 0 } ? labels : []
            default: break
            }
        }
        return record
    }
}

extension KernelNames {
    /// `TCP_CONNTRACK_*`, as conntrack(8) prints it.
    public static func connectionState(_ state: UInt8) -> String {
        let names = [
            "NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",
            "SYN_SENT2",
        ]
        return Int(state) < names.count ? names[Int(state)] : String(state)
    }

    /// `IPS_*`, as conntrack(8) prints what of it somebody sets: `assured`, `unreplied`, `fixed-timeout`; empty for a usual one.
    ///
    /// The numbers are those of linux/netfilter/nf_conntrack_common.h.
    public static func connectionStatus(_ status: UInt32) -> String {
        [
            (status & 1 << 2 != 0, "assured"), (status & 1 << 1 == 0, "unreplied"),
            (status & 1 << 10 != 0, "fixed-timeout"),
        ].filter(\.0).map(\.1).joined(separator: ", ")
    }
}

extension NetlinkRequest {
    /// Asks for all tracked connections (`IPCTNL_MSG_CT_GET`), on a `NETLINK_NETFILTER` socket.
    public static func dumpConnections() -> NetlinkRequest {
        NetlinkRequest(
            type: UInt16(wire(NFNL_SUBSYS_CTNETLINK) << 8 | wire(IPCTNL_MSG_CT_GET) as UInt16), flags: NLM_F_DUMP
        ) { builder in
            var header = nfgenmsg()
            header.version = wire(NFNETLINK_V0)
            builder.append(header)
        }
    }
}
