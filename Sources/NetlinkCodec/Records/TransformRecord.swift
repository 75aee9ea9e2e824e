import CKernelHeaders

/// What stands in the structure of a message of NETLINK_XFRM.
private struct TransformFields {
    let bytes: [UInt8]

    init(_ message: NetlinkMessage, _ span: RawSpan, size: Int) throws(NetlinkDecodingError) {
        guard message.payload.count >= size else {
            throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count)
        }
        bytes = span.copy(message.payload.lowerBound..<message.payload.lowerBound + size)
    }

    func u16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16 }

    /// `xfrm_address_t` of a family.
    func address(_ offset: Int, _ family: Family) -> IPAddress? {
        IPAddress(bytes: bytes[offset..<offset + (family == .ipv6 ? 16 : 4)])
    }
}

/// What follows the structure of a state or a policy.
private struct TransformRest {
    var mark: FirewallMarkText?
    var settings: [UInt8] = []

    /// Values of a mark and its mask, in hexadecimal.
    struct FirewallMarkText {
        var text: String
    }

    /// XFRMA_LTIME_VAL, _REPLAY_VAL, _REPLAY_THRESH, _ETIMER_THRESH, _LASTUSED and _REPLAY_ESN_VAL of linux/xfrm.h: what is counted.
    private static let counted: Set<UInt16> = [9, 10, 11, 12, 15, 23]

    init(_ message: NetlinkMessage, after size: Int, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = message.attributes(after: size)
        while let attribute = try attributes.next(in: bytes) {
            if TransformRest.counted.contains(attribute.type) { continue }
            if attribute.type == ckh_xfrma_mark {
                let value = try attribute.u32(in: bytes)
                let mask = bytes.load(UInt32.self, at: attribute.payload.lowerBound + 4) ?? UInt32.max
                if value != 0 || mask != 0 {
                    mark = FirewallMarkText(
                        text: "0x" + String(value, radix: 16)
                            + (mask == UInt32.max ? "" : "/0x" + String(mask, radix: 16)))
                }
                continue
            }
            settings += bytes.copy(attribute.offset..<attribute.payload.upperBound)
        }
    }
}

/// A security association, from `XFRM_MSG_NEWSA`.
public struct TransformStateRecord: DumpRecord {
    /// `xfrm_id.daddr` and `saddr`.
    public var destination: IPAddress?
    /// `saddr`.
    public var source: IPAddress?
    /// `esp`, `ah` or another word of ip-xfrm(8).
    public var protocolName = ""
    /// `xfrm_id.spi`; 0 for one that the kernel made because a packet asked for it.
    public var spi: UInt32 = 0
    /// `tunnel`, `transport`, or the number.
    public var mode = ""
    /// `reqid`.
    public var requestID: UInt32 = 0
    /// `XFRMA_MARK`: `0x5/0xff`.
    public var mark: String?
    /// All other attributes but counters and lifetimes, among them the keys.
    public var settings: [UInt8] = []

    /// Reads `XFRM_MSG_NEWSA`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> TransformStateRecord? {
        guard message.type == ckh_xfrm_newsa else { return nil }
        let fields = try TransformFields(message, bytes, size: ckh_xfrm_sa_size)
        let family = Family(rawValue: UInt8(truncatingIfNeeded: fields.u16(ckh_xfrm_sa_family)))
        var record = TransformStateRecord()
        record.destination = fields.address(ckh_xfrm_sa_dst, family)
        record.source = fields.address(ckh_xfrm_sa_src, family)
        record.protocolName = RequestDecoder.transformName(fields.bytes[ckh_xfrm_sa_proto])
        record.spi = fields.u32(ckh_xfrm_sa_spi).byteSwapped
        record.mode = KernelNames.transformMode(fields.bytes[ckh_xfrm_sa_mode])
        record.requestID = fields.u32(ckh_xfrm_sa_reqid)
        let rest = try TransformRest(message, after: ckh_xfrm_sa_size, in: bytes)
        record.mark = rest.mark?.text
        record.settings = rest.settings
        return record
    }
}

/// A policy of IPsec, from `XFRM_MSG_NEWPOLICY`.
public struct TransformPolicyRecord: DumpRecord {
    /// `xfrm_selector.daddr`; nil for all.
    public var destination: IPPrefix?
    /// `xfrm_selector.saddr`; nil for all.
    public var source: IPPrefix?
    /// Its family.
    public var family = Family.unspecified
    /// Ports, protocol, device and user of the selector; empty where all are zero.
    public var selector: [UInt8] = []
    /// `in`, `out`, `fwd`, or the number of one of a socket.
    public var direction = ""
    /// `priority`.
    public var priority: UInt32 = 0
    /// Whether packets are dropped (`XFRM_POLICY_BLOCK`).
    public var blocks = false
    /// `XFRMA_MARK`: `0x5/0xff`.
    public var mark: String?
    /// All other attributes, among them the templates.
    public var settings: [UInt8] = []

    /// Reads `XFRM_MSG_NEWPOLICY`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> TransformPolicyRecord? {
        guard message.type == ckh_xfrm_newpolicy else { return nil }
        let fields = try TransformFields(message, bytes, size: ckh_xfrm_policy_size)
        var record = TransformPolicyRecord()
        let family = Family(rawValue: UInt8(truncatingIfNeeded: fields.u16(ckh_xfrm_selector_family)))
        record.family = family
        func prefix(_ offset: Int, _ length: Int) -> IPPrefix? {
            let length = Int(fields.bytes[length])
            guard length > 0, let address = fields.address(offset, family) else { return nil }
            return IPPrefix(address: address, length: length)
        }
        record.destination = prefix(ckh_xfrm_selector_dst, ckh_xfrm_selector_dstlen)
        record.source = prefix(ckh_xfrm_selector_src, ckh_xfrm_selector_srclen)
        let rest =
            fields.bytes[(ckh_xfrm_selector_src + 16)..<ckh_xfrm_selector_family]
            + fields.bytes[ckh_xfrm_selector_proto..<ckh_xfrm_selector_size]
        if rest.contains(where: { $0 != 0 }) { record.selector = Array(rest) }
        record.direction = KernelNames.transformDirection(fields.bytes[ckh_xfrm_policy_dir])
        record.priority = fields.u32(ckh_xfrm_policy_priority)
        record.blocks = fields.bytes[ckh_xfrm_policy_action] == ckh_xfrm_policy_block
        let attributes = try TransformRest(message, after: ckh_xfrm_policy_size, in: bytes)
        record.mark = attributes.mark?.text
        record.settings = attributes.settings
        return record
    }
}

extension KernelNames {
    /// `XFRM_MODE_*`, as ip-xfrm(8) has it.
    static func transformMode(_ mode: UInt8) -> String {
        let names = ["transport", "tunnel", "ro", "in_trigger", "beet", "iptfs"]
        return Int(mode) < names.count ? names[Int(mode)] : String(mode)
    }

    /// `XFRM_POLICY_*`, as ip-xfrm(8) has it.
    static func transformDirection(_ direction: UInt8) -> String {
        let names = ["in", "out", "fwd"]
        return Int(direction) < names.count ? names[Int(direction)] : "socket \(direction)"
    }
}

extension NetlinkRequest {
    /// Asks for all security associations (`XFRM_MSG_GETSA`), on a `NETLINK_XFRM` socket.
    public static func dumpTransformStates() -> NetlinkRequest {
        NetlinkRequest(type: ckh_xfrm_getsa, flags: NLM_F_DUMP) { (_: inout NetlinkBuilder) in }
    }

    /// Asks for all policies of IPsec (`XFRM_MSG_GETPOLICY`), on a `NETLINK_XFRM` socket.
    public static func dumpTransformPolicies() -> NetlinkRequest {
        NetlinkRequest(type: ckh_xfrm_getpolicy, flags: NLM_F_DUMP) { (_: inout NetlinkBuilder) in }
    }
}
