import CKernelHeaders

/// The VLANs of a port of a bridge, or of the bridge itself, from `RTM_NEWVLAN`.
public struct BridgeVLANRecord: DumpRecord {
    /// VLANs one behind the other that are alike (`BRIDGE_VLANDB_ENTRY`).
    public struct Entry: Equatable, Sendable {
        /// The first and the last of them.
        public var numbers: ClosedRange<UInt16>
        /// `BRIDGE_VLAN_INFO_PVID`: what comes without a tag belongs to it.
        public var isPVID = false
        /// `BRIDGE_VLAN_INFO_UNTAGGED`: what leaves has no tag.
        public var isUntagged = false
        /// `BRIDGE_VLANDB_ENTRY_STATE`, a `BR_STATE_*`.
        public var state = forwarding
        /// `BRIDGE_VLANDB_TINFO_ID`, the tunnel of the first of them.
        public var tunnel: UInt32?

        /// `BR_STATE_FORWARDING` of linux/if_bridge.h.
        static let forwarding: UInt8 = 3

        /// Whether it is what the kernel gives each port, and nothing else was set.
        public func isUsual(_ default: UInt16) -> Bool {
            numbers == `default`...`default` && isPVID && isUntagged && state == Entry.forwarding && tunnel == nil
        }

        /// `disabled`, `listening`, `learning` or `blocking`; nil for one that forwards.
        public var stateName: String? { state == Entry.forwarding ? nil : Entry.name(ofState: state) }

        /// `BR_STATE_*`, as bridge(8) has it.
        static func name(ofState state: UInt8) -> String {
            let names = ["disabled", "listening", "learning", "forwarding", "blocking"]
            return Int(state) < names.count ? names[Int(state)] : String(state)
        }
    }

    /// `br_vlan_msg.ifindex`.
    public var device: UInt32 = 0
    /// All, in the kernel's order, which is that of their numbers.
    public var entries: [Entry] = []

    /// Reads `RTM_NEWVLAN`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> BridgeVLANRecord? {
        guard message.type == wire(RTM_NEWVLAN) else { return nil }
        guard message.payload.count >= ckh_vlan_message_size,
            let index = bytes.load(UInt32.self, at: message.payload.lowerBound + ckh_vlan_message_device)
        else { throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count) }
        var record = BridgeVLANRecord()
        record.device = index
        var attributes = message.attributes(after: ckh_vlan_message_size)
        while let attribute = try attributes.next(in: bytes) {
            guard attribute.type == ckh_vlandb_entry else { continue }
            record.entries.append(try read(attribute, in: bytes))
        }
        return record
    }

    private static func read(_ entry: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) -> Entry {
        // struct bridge_vlan_info: flags, number.
        guard let info = try entry.nested.first(ckh_vlandb_entry_info, in: bytes), info.payload.count >= 4,
            let first = bytes.load(UInt16.self, at: info.payload.lowerBound + 2)
        else { throw NetlinkDecodingError(.attributeSize, offset: entry.offset, found: entry.payload.count) }
        let flags = try info.u16(in: bytes)
        let last = try entry.nested.first(ckh_vlandb_entry_range, in: bytes)?.u16(in: bytes) ?? first
        var result = Entry(numbers: first...max(first, last))
        result.isPVID = flags & ckh_vlan_pvid != 0
        result.isUntagged = flags & ckh_vlan_untagged != 0
        if let state = try entry.nested.first(ckh_vlandb_entry_state, in: bytes) {
            result.state = try state.u8(in: bytes)
        }
        // BRIDGE_VLANDB_TINFO_ID is the first of its list.
        result.tunnel = try entry.nested.first(ckh_vlandb_entry_tunnel, in: bytes)?.nested.first(1, in: bytes)?
            .u32(in: bytes)
        return result
    }
}

extension NetlinkRequest {
    /// Asks for the VLANs of all bridges and their ports (`RTM_GETVLAN`, `struct br_vlan_msg`).
    public static func dumpVLANs() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETVLAN, flags: NLM_F_DUMP) { message in
            message.append(
                contentsOf: [Family.bridge.rawValue] + [UInt8](repeating: 0, count: ckh_vlan_message_size - 1))
        }
    }
}
