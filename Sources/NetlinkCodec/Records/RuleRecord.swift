import CKernelHeaders
import Model

/// A policy rule, from `RTM_NEWRULE` or `RTM_DELRULE`.
public struct RuleRecord: DumpRecord {
    /// `family`.
    public var family = Family.unspecified
    /// `FRA_PRIORITY`; the kernel leaves it out for 0.
    public var priority: UInt32 = 0
    /// `FRA_SRC` with `src_len`; nil is all.
    public var from: IPPrefix?
    /// `FRA_DST` with `dst_len`; nil is all.
    public var to: IPPrefix?
    /// `FRA_IIFNAME`.
    public var iif: String?
    /// `FRA_OIFNAME`.
    public var oif: String?
    /// `FRA_FWMARK`.
    public var fwmark: UInt32?
    /// `FRA_FWMASK`.
    public var fwmask: UInt32?
    /// `FRA_TABLE`, or `table`.
    public var table: UInt32 = 0
    /// `action`, an `FR_ACT_*`.
    public var action: UInt8 = 0
    /// `FRA_GOTO`: the priority of the rule to go on with.
    public var target: UInt32?
    /// `tos`.
    public var tos: UInt8 = 0
    /// `flags`, a set of `FIB_RULE_*`.
    public var flags: UInt32 = 0
    /// `FRA_IP_PROTO`.
    public var ipProtocol: UInt8?
    /// `FRA_SPORT_RANGE`.
    public var sourcePorts: ClosedRange<UInt16>?
    /// `FRA_DPORT_RANGE`.
    public var destinationPorts: ClosedRange<UInt16>?
    /// `FRA_SUPPRESS_PREFIXLEN`; nil where nothing is suppressed.
    public var suppressPrefixLength: UInt32?
    /// `FRA_SUPPRESS_IFGROUP`; nil where nothing is suppressed.
    public var suppressGroup: UInt32?
    /// `FRA_PROTOCOL`, an `RTPROT_*`.
    public var `protocol`: UInt8?
    /// The attributes that nothing above interprets.
    public var other: [RawAttribute] = []

    /// Whether the rule's selector is turned around (`FIB_RULE_INVERT`).
    public var isInverted: Bool { flags & wire(FIB_RULE_INVERT) != 0 }

    /// The word of ip-rule(8) for the action: `lookup`, `goto`, `nop`, `blackhole`, `unreachable`, `prohibit`.
    public var actionName: String {
        switch Int(action) {
        case Int(FR_ACT_UNSPEC): "none"
        case Int(FR_ACT_TO_TBL): "lookup"
        case Int(FR_ACT_GOTO): "goto"
        case Int(FR_ACT_NOP): "nop"
        case Int(FR_ACT_BLACKHOLE): "blackhole"
        case Int(FR_ACT_UNREACHABLE): "unreachable"
        case Int(FR_ACT_PROHIBIT): "prohibit"
        default: String(action)
        }
    }

    /// The word of ip-route(8) for the table, or its number; nil for a rule that looks in none.
    public var tableName: String? { table == wire(RT_TABLE_UNSPEC) ? nil : RoutingTable.name(table) }

    /// `0xMARK`, with `/0xMASK` where not all bits count; nil where marks do not matter.
    ///
    /// Of the mark 0 the kernel tells the mask alone (`fib_nl_fill_rule` in net/core/fib_rules.c).
    public var markText: String? {
        guard fwmark != nil || fwmask != nil else { return nil }
        return FirewallMark(value: fwmark ?? 0, mask: fwmask ?? .max).description
    }

    /// Reads `RTM_NEWRULE` and `RTM_DELRULE`.
    public static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> RuleRecord?
    {
        guard message.type == wire(RTM_NEWRULE) || message.type == wire(RTM_DELRULE) else { return nil }
        let header = try message.fixed(fib_rule_hdr.self, in: bytes)
        var record = RuleRecord()
        record.family = Family(rawValue: header.family)
        record.table = UInt32(header.table)
        record.action = header.action
        record.tos = header.tos
        record.flags = header.flags
        var attributes = message.attributes(after: MemoryLayout<fib_rule_hdr>.size)
        while let attribute = try attributes.next(in: bytes) {
            try record.take(attribute, header: header, in: bytes)
        }
        return record
    }

    private mutating func take(
        _ attribute: NetlinkAttribute, header: fib_rule_hdr, in bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        switch Int(attribute.type) {
        case Int(FRA_SRC): from = prefix(attribute, header.src_len, in: bytes)
        case Int(FRA_DST): to = prefix(attribute, header.dst_len, in: bytes)
        case Int(FRA_IIFNAME): iif = attribute.string(in: bytes)
        case Int(FRA_OIFNAME): oif = attribute.string(in: bytes)
        case Int(FRA_FWMARK): fwmark = try attribute.u32(in: bytes)
        case Int(FRA_FWMASK): fwmask = try attribute.u32(in: bytes)
        case Int(FRA_PRIORITY): priority = try attribute.u32(in: bytes)
        case Int(FRA_TABLE): table = try attribute.u32(in: bytes)
        case Int(FRA_GOTO): target = try attribute.u32(in: bytes)
        case Int(FRA_IP_PROTO): ipProtocol = try attribute.u8(in: bytes)
        case Int(FRA_PROTOCOL): `protocol` = try attribute.u8(in: bytes)
        case Int(FRA_SPORT_RANGE): sourcePorts = ports(attribute, in: bytes)
        case Int(FRA_DPORT_RANGE): destinationPorts = ports(attribute, in: bytes)
        // The kernel says "no suppression" with all bits set.
        case Int(FRA_SUPPRESS_PREFIXLEN):
            let value = try attribute.u32(in: bytes)
            suppressPrefixLength = value == .max ? nil : value
        case Int(FRA_SUPPRESS_IFGROUP):
            let value = try attribute.u32(in: bytes)
            suppressGroup = value == .max ? nil : value
        default: other.append(RawAttribute(type: attribute.type, bytes: attribute.bytes(in: bytes)))
        }
    }

    /// nil where no bit counts, which is all addresses.
    private func prefix(_ attribute: NetlinkAttribute, _ length: UInt8, in bytes: RawSpan) -> IPPrefix? {
        length == 0
            ? nil
            : IPAddress(bytes: attribute.bytes(in: bytes)).flatMap { IPPrefix(address: $0, length: Int(length)) }
    }

    private func ports(_ attribute: NetlinkAttribute, in bytes: RawSpan) -> ClosedRange<UInt16>? {
        guard attribute.payload.count >= MemoryLayout<fib_rule_port_range>.size,
            let range = bytes.load(fib_rule_port_range.self, at: attribute.payload.lowerBound),
            range.start <= range.end
        else { return nil }
        return range.start...range.end
    }
}
