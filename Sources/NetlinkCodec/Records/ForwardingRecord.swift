import CKernelHeaders

/// An entry of the forwarding table of a bridge or of a VXLAN device, from `RTM_NEWNEIGH` of the family of bridges.
public struct ForwardingRecord: DumpRecord {
    /// The entry, as a neighbour's message has it.
    public var entry: NeighbourRecord

    /// Whether it stays until somebody deletes it, or somebody told it: not what was learned from packets.
    public var isSet: Bool {
        entry.isPermanent || entry.isNoARP || entry.flags & UInt8(truncatingIfNeeded: NTF_EXT_LEARNED) != 0
    }

    /// `permanent` or `static`; nil for one that somebody told as learned.
    public var stateName: String? { entry.isPermanent ? "permanent" : entry.isNoARP ? "static" : nil }

    /// `NDA_PORT`, the port of the other end of a VXLAN; nil for the device's own.
    public var port: UInt16? {
        entry.other.first { $0.type == wire(NDA_PORT) }?.number(bytes: 2, isBigEndian: true).flatMap { UInt16($0) }
    }

    /// `NDA_VNI`; nil for the device's own.
    public var vni: String? { entry.other.first { $0.type == wire(NDA_VNI) }?.number() }

    /// `NDA_NH_ID`.
    public var nexthop: String? { entry.other.first { $0.type == wire(NDA_NH_ID) }?.number() }

    /// Reads `RTM_NEWNEIGH` and `RTM_DELNEIGH` of bridges; an entry of another family is none.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> ForwardingRecord? {
        guard let entry = try NeighbourRecord.decode(message, in: bytes), entry.family == .bridge else { return nil }
        return ForwardingRecord(entry: entry)
    }
}

/// The multicast groups of one bridge, from an answer to `RTM_GETMDB`.
public struct MulticastGroupsRecord: DumpRecord {
    /// A port in a group.
    public struct Entry: Equatable, Sendable {
        /// `br_mdb_entry.ifindex`.
        public var port: UInt32
        /// The group, an IP address or a MAC.
        public var group: String
        /// `br_mdb_entry.vid`; 0 for none.
        public var vlan: UInt16
        /// Whether it stays until somebody deletes it (`MDB_PERMANENT`).
        public var isPermanent: Bool
        /// `MDBA_MDB_EATTR_SOURCE`; nil for all.
        public var source: IPAddress?
    }

    /// `br_port_msg.ifindex`.
    public var bridge: UInt32 = 0
    /// All, in the kernel's order.
    public var entries: [Entry] = []

    /// MDBA_MDB, MDBA_MDB_ENTRY and MDBA_MDB_ENTRY_INFO of linux/if_bridge.h, each the first of its list.
    private static let list: UInt16 = 1
    /// MDBA_MDB_EATTR_SOURCE of linux/if_bridge.h.
    private static let sourceType: UInt16 = 4

    /// Reads the messages of a dump, which have the type of its request.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> MulticastGroupsRecord? {
        guard message.type == wire(RTM_GETMDB) || message.type == wire(RTM_NEWMDB) else { return nil }
        guard message.payload.count >= ckh_port_message_size,
            let index = bytes.load(UInt32.self, at: message.payload.lowerBound + ckh_port_message_device)
        else { throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count) }
        var record = MulticastGroupsRecord()
        record.bridge = index
        guard var groups = try message.attributes(after: ckh_port_message_size).first(list, in: bytes)?.nested else {
            return record
        }
        while let group = try groups.next(in: bytes) {
            guard group.type == list else { continue }
            var entries = group.nested
            while let entry = try entries.next(in: bytes) {
                guard entry.type == list else { continue }
                record.entries.append(try read(entry, in: bytes))
            }
        }
        return record
    }

    private static func read(_ entry: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) -> Entry {
        let start = entry.payload.lowerBound
        guard entry.payload.count >= ckh_mdb_entry_size, let port = bytes.load(UInt32.self, at: start + ckh_mdb_port),
            let state = bytes.load(UInt8.self, at: start + ckh_mdb_state),
            let vlan = bytes.load(UInt16.self, at: start + ckh_mdb_vlan),
            let order = bytes.load(UInt16.self, at: start + ckh_mdb_protocol)
        else { throw NetlinkDecodingError(.attributeSize, offset: entry.offset, found: entry.payload.count) }
        let place = start + ckh_mdb_address
        let group: String? =
            switch UInt16(bigEndian: order) {
            case ckh_eth_p_ip: IPAddress(bytes: bytes.copy(place..<place + 4))?.description
            case ckh_eth_p_ipv6: IPAddress(bytes: bytes.copy(place..<place + 16))?.description
            default: MACAddress(bytes: bytes.copy(place..<place + 6))?.description
            }
        let rest = NetlinkAttributes(
            range: min(start + aligned(ckh_mdb_entry_size), entry.payload.upperBound)..<entry.payload.upperBound)
        let source = try rest.first(sourceType, in: bytes).flatMap { IPAddress(bytes: $0.bytes(in: bytes)) }
        return Entry(
            port: port, group: group ?? "none", vlan: vlan, isPermanent: state == ckh_mdb_permanent, source: source)
    }
}
