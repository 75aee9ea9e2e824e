import CKernelHeaders

/// A policy rule to be added or deleted: what stands in its `RTM_NEWRULE` or `RTM_DELRULE`.
public struct RuleMessage: Hashable, Sendable {
    /// `AF_INET` or `AF_INET6`.
    public var family: Family
    /// The source; nil is all.
    public var from: IPPrefix?
    /// The destination; nil is all.
    public var to: IPPrefix?
    /// `FRA_IIFNAME`.
    public var iif: String?
    /// `FRA_OIFNAME`.
    public var oif: String?
    /// `FRA_FWMARK`.
    public var fwmark: UInt32?
    /// `FRA_FWMASK`; the kernel takes all bits where nil.
    public var fwmask: UInt32?
    /// `FRA_TABLE`.
    public var table: UInt32
    /// `FRA_PRIORITY`; the kernel chooses where nil.
    public var priority: UInt32?
    /// `FRA_SUPPRESS_PREFIXLEN`: results with at most that prefix length do not count.
    public var suppressPrefixLength: UInt32?

    /// Takes all of it; everything but family and table has a default.
    public init(
        family: Family, from: IPPrefix? = nil, to: IPPrefix? = nil, iif: String? = nil, oif: String? = nil,
        fwmark: UInt32? = nil, fwmask: UInt32? = nil, table: UInt32, priority: UInt32? = nil,
        suppressPrefixLength: UInt32? = nil
    ) {
        self.family = family
        self.from = from
        self.to = to
        self.iif = iif
        self.oif = oif
        self.fwmark = fwmark
        self.fwmask = fwmask
        self.table = table
        self.priority = priority
        self.suppressPrefixLength = suppressPrefixLength
    }

    fileprivate func write(to message: inout NetlinkBuilder) {
        var header = fib_rule_hdr()
        header.family = family.rawValue
        header.src_len = UInt8(from?.length ?? 0)
        header.dst_len = UInt8(to?.length ?? 0)
        header.table = table < 256 ? UInt8(table) : wire(RT_TABLE_UNSPEC)
        header.action = wire(FR_ACT_TO_TBL)
        message.append(header)
        if let from { message.attribute(wire(FRA_SRC), bytes: from.address.bytes) }
        if let to { message.attribute(wire(FRA_DST), bytes: to.address.bytes) }
        if let iif { message.attribute(wire(FRA_IIFNAME), string: iif) }
        if let oif { message.attribute(wire(FRA_OIFNAME), string: oif) }
        if let fwmark { message.attribute(wire(FRA_FWMARK), fwmark) }
        if let fwmask { message.attribute(wire(FRA_FWMASK), fwmask) }
        if let suppressPrefixLength { message.attribute(wire(FRA_SUPPRESS_PREFIXLEN), suppressPrefixLength) }
        if let priority { message.attribute(wire(FRA_PRIORITY), priority) }
        if table > 255 { message.attribute(wire(FRA_TABLE), table) }
    }
}

extension NetlinkRequest {
    /// Adds a policy rule (`RTM_NEWRULE`).
    public static func addRule(_ rule: RuleMessage) -> NetlinkRequest {
        NetlinkRequest(type: RTM_NEWRULE, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL) { rule.write(to: &$0) }
    }

    /// Deletes the first policy rule that has all that is given (`RTM_DELRULE`).
    public static func deleteRule(_ rule: RuleMessage) -> NetlinkRequest {
        NetlinkRequest(type: RTM_DELRULE, flags: NLM_F_ACK) { rule.write(to: &$0) }
    }
}
