import CKernelHeaders

/// A queueing discipline, from `RTM_NEWQDISC` or `RTM_DELQDISC`.
public struct QdiscRecord: DumpRecord {
    /// `tcm_ifindex`.
    public var index: UInt32 = 0
    /// `tcm_handle`; 0 for one that the kernel gave the device.
    public var handle: UInt32 = 0
    /// `tcm_parent`: `TC_H_ROOT`, `TC_H_INGRESS`, or a class.
    public var parent: UInt32 = 0
    /// `TCA_KIND`.
    public var kind = ""
    /// `TCA_OPTIONS` without what is counted in it.
    public var settings: [UInt8] = []
    /// `TCA_INGRESS_BLOCK` and `TCA_EGRESS_BLOCK`: the blocks of filters that it shares with others.
    public var blocks: [UInt32] = []

    /// Whether the kernel gave it to the device without being asked.
    public var isOfKernel: Bool { handle == 0 }

    /// Reads `RTM_NEWQDISC` and `RTM_DELQDISC`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> QdiscRecord? {
        guard message.type == wire(RTM_NEWQDISC) || message.type == wire(RTM_DELQDISC) else { return nil }
        let header = try message.fixed(tcmsg.self, in: bytes)
        var record = QdiscRecord()
        record.index = UInt32(bitPattern: header.tcm_ifindex)
        record.handle = header.tcm_handle
        record.parent = header.tcm_parent
        var attributes = message.attributes(after: MemoryLayout<tcmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(TCA_KIND): record.kind = attribute.string(in: bytes)
            case Int(TCA_OPTIONS): record.settings = attribute.bytes(in: bytes)
            case Int(TCA_INGRESS_BLOCK), Int(TCA_EGRESS_BLOCK): record.blocks.append(try attribute.u32(in: bytes))
            default: break
            }
        }
        if record.kind == "htb" { record.settings = withoutCount(record.settings) }
        return record
    }

    /// The packets that went past all classes stand behind the settings of `struct tc_htb_glob`.
    private static func withoutCount(_ settings: [UInt8]) -> [UInt8] {
        var settings = settings
        let counts = (MemoryLayout<nlattr>.size + 16)..<(MemoryLayout<nlattr>.size + 20)
        guard let first = settings.first, first == MemoryLayout<nlattr>.size + MemoryLayout<tc_htb_glob>.size,
            settings.count >= counts.upperBound
        else { return settings }
        for place in counts { settings[place] = 0 }
        return settings
    }
}

/// A class of a queueing discipline, from `RTM_NEWTCLASS` or `RTM_DELTCLASS`.
public struct ClassRecord: DumpRecord {
    /// `tcm_ifindex`.
    public var index: UInt32 = 0
    /// `tcm_handle`.
    public var handle: UInt32 = 0
    /// `tcm_parent`: `TC_H_ROOT`, or the class above.
    public var parent: UInt32 = 0
    /// `TCA_KIND`.
    public var kind = ""
    /// `TCA_OPTIONS`.
    public var settings: [UInt8] = []

    /// The disciplines whose classes somebody makes; others have one for each queue or flow by themselves.
    public static let kindsWithClasses: Set<String> = ["htb", "hfsc", "drr", "qfq", "cbq", "ets"]

    /// Reads `RTM_NEWTCLASS` and `RTM_DELTCLASS`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> ClassRecord? {
        guard message.type == wire(RTM_NEWTCLASS) || message.type == wire(RTM_DELTCLASS) else { return nil }
        let header = try message.fixed(tcmsg.self, in: bytes)
        var record = ClassRecord()
        record.index = UInt32(bitPattern: header.tcm_ifindex)
        record.handle = header.tcm_handle
        record.parent = header.tcm_parent
        var attributes = message.attributes(after: MemoryLayout<tcmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(TCA_KIND): record.kind = attribute.string(in: bytes)
            case Int(TCA_OPTIONS): record.settings = attribute.bytes(in: bytes)
            default: break
            }
        }
        return record
    }
}

/// A filter of packets, from `RTM_NEWTFILTER` or `RTM_DELTFILTER`.
public struct FilterRecord: DumpRecord {
    /// `tcm_ifindex`.
    public var index: UInt32 = 0
    /// `tcm_handle`: which of its priority.
    public var handle: UInt32 = 0
    /// `tcm_parent`: where it stands, a discipline, a class, or the way in or out.
    public var parent: UInt32 = 0
    /// The upper half of `tcm_info`.
    public var priority: UInt32 = 0
    /// The lower half of `tcm_info`, an `ETH_P_*`.
    public var etherType: UInt16 = 0
    /// `TCA_KIND`.
    public var kind = ""
    /// `TCA_CHAIN`.
    public var chain: UInt32 = 0
    /// The class to which it sends packets; nil for none.
    public var classID: UInt32?
    /// What it does with packets, in order.
    public var actions: [FilterAction] = []
    /// `TCA_OPTIONS` without actions, counters and numbers that the kernel gives.
    public var settings: [UInt8] = []
    /// Whether it is a filter, and not only the head of a list of these or the hash table that every u32 has.
    public var isWhole = false

    /// Where attributes of a kind stand that are no settings (linux/pkt_cls.h).
    private struct Places {
        var actions: UInt16
        var classID: UInt16
        var left: Set<UInt16>
    }

    private static let places: [String: Places] = [
        "u32": Places(actions: wire(TCA_U32_ACT), classID: wire(TCA_U32_CLASSID), left: [wire(TCA_U32_PCNT)]),
        "flower": Places(actions: wire(TCA_FLOWER_ACT), classID: wire(TCA_FLOWER_CLASSID), left: []),
        "matchall": Places(
            actions: wire(TCA_MATCHALL_ACT), classID: wire(TCA_MATCHALL_CLASSID), left: [wire(TCA_MATCHALL_PCNT)]),
        "bpf": Places(
            actions: wire(TCA_BPF_ACT), classID: wire(TCA_BPF_CLASSID), left: [wire(TCA_BPF_FD), wire(TCA_BPF_ID)]),
        "basic": Places(actions: wire(TCA_BASIC_ACT), classID: wire(TCA_BASIC_CLASSID), left: [wire(TCA_BASIC_PCNT)]),
        "fw": Places(actions: wire(TCA_FW_ACT), classID: wire(TCA_FW_CLASSID), left: []),
    ]

    /// Reads `RTM_NEWTFILTER` and `RTM_DELTFILTER`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> FilterRecord? {
        guard message.type == wire(RTM_NEWTFILTER) || message.type == wire(RTM_DELTFILTER) else { return nil }
        let header = try message.fixed(tcmsg.self, in: bytes)
        var record = FilterRecord()
        record.index = UInt32(bitPattern: header.tcm_ifindex)
        record.handle = header.tcm_handle
        record.parent = header.tcm_parent
        record.priority = header.tcm_info >> 16
        record.etherType = UInt16(bigEndian: UInt16(truncatingIfNeeded: header.tcm_info))
        var options: NetlinkAttribute?
        var attributes = message.attributes(after: MemoryLayout<tcmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(TCA_KIND): record.kind = attribute.string(in: bytes)
            case Int(TCA_CHAIN): record.chain = try attribute.u32(in: bytes)
            case Int(TCA_OPTIONS): options = attribute
            default: break
            }
        }
        guard let options else { return record }
        // The root of a u32's hash tables is 800:, and comes with the first of its filters.
        record.isWhole = record.kind != "u32" || record.handle & 0x000f_ffff != 0 || record.handle >> 20 < 0x800
        try record.take(options.nested, in: bytes)
        return record
    }

    private mutating func take(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        let places = FilterRecord.places[kind]
        var attributes = list
        while let attribute = try attributes.next(in: bytes) {
            if attribute.type == places?.classID {
                classID = try attribute.u32(in: bytes)
            } else if attribute.type == places?.actions {
                var all = attribute.nested
                while let action = try all.next(in: bytes) {
                    actions.append(try FilterAction(action.nested, in: bytes))
                }
            } else if places?.left.contains(attribute.type) != true {
                settings += bytes.copy(attribute.offset..<attribute.payload.upperBound)
            }
        }
    }
}

/// What a filter does with a packet.
public struct FilterAction: Equatable, Sendable {
    /// `TCA_ACT_KIND`.
    public var kind = ""
    /// What is done, as tc(8) says it, of kinds that are known: `egress mirror`, `drop`.
    public var words = ""
    /// The device that a `mirred` sends packets to.
    public var device: UInt32?
    /// `TCA_ACT_OPTIONS` of other kinds without times and numbers that the kernel gives.
    public var settings: [UInt8] = []

    /// The second attribute of every kind but `police` is its parameters (`tc_gen`): index, capabilities, what follows, two counts.
    private static let parameters: UInt16 = 2
    private static let general = 20
    private static let police: UInt16 = 1, policeTimes: UInt16 = 6

    init(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        kind = try list.first(wire(TCA_ACT_KIND), in: bytes)?.string(in: bytes) ?? ""
        guard var options = try list.first(wire(TCA_ACT_OPTIONS), in: bytes)?.nested else { return }
        while let attribute = try options.next(in: bytes) {
            // Times stand in the first attribute, those of police in another one.
            let times = kind == "police" ? FilterAction.policeTimes : 1
            if attribute.type == times { continue }
            var payload = attribute.bytes(in: bytes)
            let holds = kind == "police" ? FilterAction.police : FilterAction.parameters
            guard attribute.type == holds, payload.count >= FilterAction.general else {
                settings += bytes.copy(attribute.offset..<attribute.payload.upperBound)
                continue
            }
            take(&payload)
        }
    }

    private mutating func take(_ parameters: inout [UInt8]) {
        func number(_ start: Int) -> Int {
            Int(Int32(truncatingIfNeeded: (0..<4).reduce(0) { $0 | Int(parameters[start + $1]) << (8 * $1) }))
        }
        switch kind {
        case "gact": words = FilterAction.verdict(number(8))
        case "mirred" where parameters.count >= FilterAction.general + 8:
            let names = [1: "egress redirect", 2: "egress mirror", 3: "ingress redirect", 4: "ingress mirror"]
            words = names[number(FilterAction.general)] ?? String(number(FilterAction.general))
            device = UInt32(truncatingIfNeeded: number(FilterAction.general + 4))
        case "police":
            // Index; then what it does with its limits and rates; two counts and capabilities.
            settings += parameters[4..<min(44, parameters.count)]
        default: settings += parameters[8..<12] + parameters[FilterAction.general...]
        }
    }

    /// `TC_ACT_*`, as tc(8) writes them.
    private static func verdict(_ number: Int) -> String {
        let names = [
            -1: "continue", 0: "pass", 1: "reclassify", 2: "drop", 3: "pipe", 4: "stolen", 7: "redirect", 8: "trap",
        ]
        return names[number] ?? String(number)
    }
}
