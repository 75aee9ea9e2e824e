import CLinux
import Glibc
import Kernel
import Model

/// The options of a socket by which iptables-legacy(8), arptables and ebtables read and replace their tables.
enum XTables {
    /// IPT_SO_SET_REPLACE and IPT_SO_SET_ADD_COUNTERS (64, 65), those of arptables (96, 97) and of ebtables (128, 129).
    static let setting: [UInt32] = [64, 65, 96, 97, 128, 129]
    /// IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES, those of arptables and of ebtables.
    static let asking: [UInt32] = [64, 65, 96, 97, 128, 129]

    /// The family whose tables an option means; nil where it is an option of something else.
    static func family(level: Int32, option: Int32) -> String? {
        switch (level, option & ~31) {
        case (Int32(IPPROTO_IP), 64): "ip"
        case (Int32(IPPROTO_IPV6), 64): "ip6"
        case (Int32(IPPROTO_IP), 96): "arp"
        case (Int32(IPPROTO_IP), 128): "bridge"
        default: nil
        }
    }

    /// Where the counters of an entry stand, and how long what stands before its matches is (`struct ipt_entry`, `ip6t_entry`).
    private static let places: [String: (comeFrom: Int, next: Int, counters: Int)] = [
        "ip": (92, 90, 96), "ip6": (148, 142, 152),
    ]

    /// The entries of a table with what the kernel or the traffic changes in them zeroed.
    static func steady(_ entries: [UInt8], family: String) -> [UInt8] {
        guard let places = places[family] else { return entries }
        var bytes = entries
        var start = 0
        while start + places.counters + 16 <= bytes.count {
            for offset in [places.comeFrom..<places.comeFrom + 4, places.counters..<places.counters + 16] {
                for place in offset { bytes[start + place] = 0 }
            }
            let next = Int(Fields(bytes: Array(bytes[start + places.next..<start + places.next + 2])).u16(0))
            guard next > 0 else { break }
            start += next
        }
        return bytes
    }
}

extension CallDecoder {
    /// setsockopt(2) that replaces a table or adds to its counters.
    func decodeTableChange() -> Decoded? {
        let option = int(2)
        // struct ipt_replace and its like begin with the name of the table, 32 bytes.
        guard let family = XTables.family(level: int(1), option: option),
            let head = memory.bytes(at: argument(3), count: 48), let role = tableRole
        else { return nil }
        let table = "\(family) \(Fields.text(head[0..<32]))"
        let fields = Fields(bytes: head)
        guard option & 31 == 0 else {
            // struct xt_counters_info: the name, and how many.
            return Decoded(
                .iptablesCounters, table, family == "bridge" ? [:] : ["entries": String(fields.u32(32))], in: role)
        }
        var keys: [String: String] = [:]
        let size = Int(clamping: argument(4))
        if family != "bridge" { keys["entries"] = String(fields.u32(36)) }
        // What stands before the entries holds numbers of hooks, and where the old counters go.
        let start = family == "bridge" ? 0 : 96
        if size > start, let entries = memory.bytes(at: argument(3) &+ UInt64(start), count: min(size - start, 4 << 20))
        {
            keys["settings"] = Digest.of(XTables.steady(entries, family: family))
        }
        return Decoded(.iptablesReplace, table, keys, in: role)
    }

    /// getsockopt(2) that reads a table.
    func decodeTableRead() -> Decoded? {
        guard let family = XTables.family(level: int(1), option: int(2)),
            let head = memory.bytes(at: argument(3), count: 32), let role = tableRole
        else { return nil }
        let object = int(2) & 31 == 0 ? "header" : "entries"
        return Decoded(.iptablesList, "\(family) \(Fields.text(head[...]))", ["object": object], in: role)
    }

    /// The role of the namespace of the socket: its tables are meant, wherever the caller is.
    private var tableRole: String? {
        guard let socket = tracee.take(int(0)) else { return nil }
        let number = cl_socket_namespace(socket.raw)
        // No socket: the kernel refuses it.
        guard number >= 0, let handle = try? NamespaceHandle.of(Descriptor(owning: number)) else { return nil }
        return directory.role(of: handle.id)
    }
}
