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

/// The options of a socket by which programs route multicast (linux/mroute.h and linux/mroute6.h, whose numbers are the same).
enum MulticastRouting {
    /// `MRT_INIT` to `MRT_DEL_MFC`, `MRT_ASSERT` to `MRT_FLUSH`.
    static let options: [UInt32] = Array(200...205) + Array(207...212)
}

extension CallDecoder {
    /// setsockopt(2) that changes how multicast is routed, for which there is no word.
    func decodeMulticastRouting() -> Decoded? {
        guard MulticastRouting.options.contains(UInt32(bitPattern: int(2))) else { return nil }
        switch int(1) {
        case Int32(IPPROTO_IP): return Decoded(.rawRequest, String(int(2)), ["protocol": "mroute"], in: role)
        case Int32(IPPROTO_IPV6): return Decoded(.rawRequest, String(int(2)), ["protocol": "mroute6"], in: role)
        default: return nil
        }
    }
}

/// The commands of bpf(2) by which a program comes to run where packets pass (linux/bpf.h).
enum ProgramRequest {
    /// BPF_PROG_ATTACH, BPF_PROG_DETACH and BPF_LINK_CREATE.
    static let all: [UInt32] = [8, 9, 28]

    /// `enum bpf_attach_type`, as bpftool(8) writes it; of others the number.
    private static let places: [UInt32: String] = [
        0: "cgroup_inet_ingress", 1: "cgroup_inet_egress", 2: "cgroup_inet_sock_create", 3: "cgroup_sock_ops",
        6: "cgroup_device", 8: "cgroup_inet4_bind", 9: "cgroup_inet6_bind", 10: "cgroup_inet4_connect",
        11: "cgroup_inet6_connect", 17: "flow_dissector", 18: "cgroup_sysctl", 36: "sk_lookup", 37: "xdp",
        45: "netfilter", 46: "tcx_ingress", 47: "tcx_egress", 54: "netkit_primary", 55: "netkit_peer",
    ]
    /// Those whose target is the index of a device.
    private static let ofDevices: Set<UInt32> = [37, 46, 47, 54, 55]

    /// What `union bpf_attr` says: where the program comes to run, and the index of the device.
    static func place(_ command: UInt32, _ bytes: [UInt8]) -> (name: String, device: UInt32?) {
        let fields = Fields(bytes: bytes)
        let type = fields.u32(8)
        // A link has its target second, the others first.
        let target = fields.u32(command == 28 ? 4 : 0)
        return (places[type] ?? String(type), ofDevices.contains(type) ? target : nil)
    }
}

extension CallDecoder {
    /// bpf(2) that attaches or detaches a program.
    func decodeProgram() -> Decoded? {
        let command = UInt32(truncatingIfNeeded: argument(0))
        guard let bytes = memory.bytes(at: argument(1), count: 12) else { return nil }
        let place = ProgramRequest.place(command, bytes)
        return Decoded(
            command == 9 ? .bpfDetach : .bpfAttach, place.name, place.device.map { ["dev": "#\($0)"] } ?? [:],
            in: role)
    }
}
