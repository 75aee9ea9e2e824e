import CKernelHeaders

/// How a table keeps the neighbours of one device, or of those to come, from `RTM_NEWNEIGHTBL`.
public struct NeighbourTableRecord: DumpRecord {
    /// `NDTA_NAME`: `arp_cache` or `ndisc_cache`.
    public var name = ""
    /// `NDTPA_IFINDEX`; 0 where it is about devices to come.
    public var device: UInt32 = 0
    /// What can be set, in the words of ip-ntable(8), with its value.
    public var parameters: [Parameter] = []

    /// One of `NDTPA_*`.
    public struct Parameter: Equatable, Sendable {
        /// `base_reachable`.
        public var word: String
        /// Its value, times in milliseconds.
        public var value: UInt64
    }

    /// In the order of ip-ntable(8).
    ///
    /// The time in which a neighbour counts as reachable is left out, for the kernel draws it.
    private static let words: [(type: Int, word: String)] = [
        (Int(NDTPA_BASE_REACHABLE_TIME), "base_reachable"), (Int(NDTPA_RETRANS_TIME), "retrans"),
        (Int(NDTPA_GC_STALETIME), "gc_stale"), (Int(NDTPA_DELAY_PROBE_TIME), "delay_probe"),
        (Int(NDTPA_QUEUE_LEN), "queue"), (Int(NDTPA_QUEUE_LENBYTES), "queue_bytes"),
        (Int(NDTPA_APP_PROBES), "app_probes"), (Int(NDTPA_UCAST_PROBES), "ucast_probes"),
        (Int(NDTPA_MCAST_PROBES), "mcast_probes"), (Int(NDTPA_MCAST_REPROBES), "mcast_reprobes"),
        (Int(NDTPA_ANYCAST_DELAY), "anycast_delay"), (Int(NDTPA_PROXY_DELAY), "proxy_delay"),
        (Int(NDTPA_PROXY_QLEN), "proxy_queue"), (Int(NDTPA_LOCKTIME), "locktime"),
        // NDTPA_INTERVAL_PROBE_TIME_MS, which linux/neighbour.h has since 6.0.
        (19, "interval_probe_time"),
    ]

    /// What a list of `NDTPA_*` sets.
    static func parameters(
        _ list: NetlinkAttributes, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> [Parameter] {
        var found: [Parameter] = []
        for (type, word) in words {
            guard let attribute = try list.first(UInt16(type), in: bytes) else { continue }
            let value =
                attribute.payload.count >= 8
                ? try attribute.u64(in: bytes) : UInt64(try attribute.u32(in: bytes))
            found.append(Parameter(word: word, value: value))
        }
        return found
    }

    /// Reads `RTM_NEWNEIGHTBL`; one without parameters is none.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NeighbourTableRecord? {
        guard message.type == wire(RTM_NEWNEIGHTBL) else { return nil }
        let attributes = message.attributes(after: MemoryLayout<ndtmsg>.size)
        var record = NeighbourTableRecord()
        record.name = try attributes.first(wire(NDTA_NAME), in: bytes)?.string(in: bytes) ?? ""
        guard let list = try attributes.first(wire(NDTA_PARMS), in: bytes)?.nested else { return record }
        record.device = try list.first(wire(NDTPA_IFINDEX), in: bytes)?.u32(in: bytes) ?? 0
        record.parameters = try parameters(list, in: bytes)
        return record
    }

    /// `base_reachable 12345 queue 7`: what is another than in a record of the same table; empty where nothing is.
    public func changes(from usual: NeighbourTableRecord) -> String {
        parameters.filter { !usual.parameters.contains($0) }.map { "\($0.word) \($0.value)" }.joined(separator: " ")
    }
}

extension NetlinkRequest {
    /// Asks how tables of neighbours are kept, of each device (`RTM_GETNEIGHTBL`).
    public static func dumpNeighbourTables() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETNEIGHTBL, flags: NLM_F_DUMP) { $0.append(ndtmsg()) }
    }
}
