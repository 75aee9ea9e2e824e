import CKernelHeaders
import Model

/// The settings of a kind of device (`IFLA_INFO_DATA`), in the words of ip-link(8).
///
/// One table for what agents ask and for what states show, so that the two can be compared.
public enum KindSettings {
    /// How a value is written.
    enum Form {
        /// A number of one to eight bytes, in the machine's byte order.
        case number
        /// A number of two or four bytes, in network byte order.
        case bigEndian
        /// An address of IPv4 or IPv6.
        case address
        /// A hardware address.
        case hardwareAddress
        /// A flag without a value: it is there or not.
        case presence
        /// A number that has words.
        case word([Int: String])
        /// Bytes that have no words here: their digest.
        case digest
    }

    /// One attribute of a kind.
    struct Setting {
        let type: Int
        let word: String
        let form: Form
        /// What the kernel gives it; more than one where it depends on its version.
        let usual: Set<String>

        init(_ type: Int, _ word: String, _ form: Form = .number, _ usual: String...) {
            self.type = type
            self.word = word
            self.form = form
            self.usual = Set(usual)
        }
    }

    /// Whether a kind is in the table.
    public static func knows(_ kind: String) -> Bool { table[kind] != nil }

    /// `id 42 remote 10.0.0.1 dstport 4789`: what of the settings differs from the kernel's own; nil for a kind that is not in the table.
    public static func changed(_ kind: String, _ payload: [UInt8]) -> String? {
        table[kind].map { text($0, payload, links: links[kind], withUsual: false) }
    }

    /// All that is asked, also what is as usual; nil for a kind that is not in the table.
    static func all(_ kind: String, _ payload: [UInt8]) -> String? {
        table[kind].map { text($0, payload, links: links[kind], withUsual: true) }
    }

    /// The settings with which a device of that kind is made again: those that differ from the kernel's own, as they came, and the
    /// device below; nil for a kind that is not in the table.
    public static func forAnother(_ kind: String, _ payload: [UInt8]) -> [RawAttribute]? {
        guard let settings = table[kind] else { return nil }
        return RawAttribute.all(in: payload).filter { attribute in
            // The device below stands in the same namespace.
            if Int(attribute.type) == links[kind] { return attribute.bytes.contains { $0 != 0 } }
            guard let setting = settings.first(where: { $0.type == Int(attribute.type) }),
                let text = text(attribute.bytes, setting.form)
            else { return false }
            // Whether there is a key is said by a flag, so that one is no flaw of a tunnel without any.
            let isFlagOfKeys = setting.word == "iflags" || setting.word == "oflags"
            return !setting.usual.contains(text) || isFlagOfKeys && text != "0"
        }
    }

    private static func text(_ settings: [Setting], _ payload: [UInt8], links: Int?, withUsual: Bool) -> String {
        var values: [Int: [UInt8]] = [:]
        for attribute in RawAttribute.all(in: payload) { values[Int(attribute.type)] = attribute.bytes }
        let words = settings.compactMap { setting -> String? in
            guard let value = values.removeValue(forKey: setting.type),
                let text = text(value, setting.form), withUsual || !setting.usual.contains(text)
            else { return nil }
            if case .presence = setting.form { return setting.word }
            return "\(setting.word) \(text)"
        }
        let rest =
            withUsual
            ? values.filter { $0.key != links }.sorted { $0.key < $1.key }.map { type, value in
                "other \(type)" + (value.isEmpty ? "" : " \(Digest.of(value))")
            } : []
        return (words + rest).joined(separator: " ")
    }

    private static func text(_ value: [UInt8], _ form: Form) -> String? {
        let attribute = RawAttribute(type: 0, bytes: value)
        switch form {
        case .number: return attribute.number(bytes: min(8, value.count))
        case .bigEndian: return attribute.number(bytes: min(4, value.count), isBigEndian: true)
        // What is not told is an address of zeros in an answer.
        case .address: return value.allSatisfy { $0 == 0 } ? nil : IPAddress(bytes: value)?.description
        case .hardwareAddress: return MACAddress(bytes: value)?.description
        case .presence: return ""
        case .word(let names):
            return attribute.number(bytes: min(8, value.count)).map { number in
                Int(number).flatMap { names[$0] } ?? number
            }
        case .digest: return value.allSatisfy { $0 == 0 } ? nil : Digest.of(value)
        }
    }

    private static let macvlan: [Setting] = [
        Setting(1, "mode", .word([1: "private", 2: "vepa", 4: "bridge", 8: "passthru", 16: "source"])),
        Setting(2, "flags", .word([1: "nopromisc", 2: "nodst"]), "0"),
        Setting(3, "macaddr", .word([0: "add", 1: "del", 2: "flush", 3: "set"])),
        Setting(4, "of", .hardwareAddress), Setting(5, "macaddrs", .digest),
        Setting(7, "bcqueuelen", .number, "1000"),
    ]
    private static let ipvlan: [Setting] = [
        Setting(1, "mode", .word([0: "l2", 1: "l3", 2: "l3s"])),
        Setting(2, "flags", .word([1: "private", 2: "vepa"]), "0"),
    ]
    private static let vxlan: [Setting] = [
        Setting(1, "id"), Setting(2, "remote", .address), Setting(16, "remote", .address),
        Setting(4, "local", .address), Setting(17, "local", .address), Setting(15, "dstport", .bigEndian),
        Setting(5, "ttl", .number, "0"), Setting(6, "tos", .number, "0"), Setting(7, "learning", .number, "1"),
        Setting(8, "ageing", .number, "300"), Setting(9, "maxaddress", .number, "0"),
        Setting(10, "srcport", .digest), Setting(11, "proxy", .number, "0"), Setting(12, "rsc", .number, "0"),
        Setting(13, "l2miss", .number, "0"), Setting(14, "l3miss", .number, "0"),
        Setting(18, "udpcsum", .number, "1", "0"), Setting(19, "udp6zerocsumtx", .number, "0"),
        Setting(20, "udp6zerocsumrx", .number, "0"), Setting(21, "remcsumtx", .number, "0"),
        Setting(22, "remcsumrx", .number, "0"), Setting(23, "gbp", .presence), Setting(27, "gpe", .presence),
        Setting(25, "external", .number, "0"), Setting(26, "flowlabel", .bigEndian, "0"),
        Setting(28, "ttl_inherit", .number, "0"), Setting(29, "df", .number, "0"),
        Setting(30, "vnifilter", .number, "0"), Setting(31, "localbypass", .number, "1"),
    ]
    private static let geneve: [Setting] = [
        Setting(1, "id"), Setting(2, "remote", .address), Setting(7, "remote", .address),
        Setting(5, "dstport", .bigEndian, "6081"), Setting(3, "ttl", .number, "0"), Setting(4, "tos", .number, "0"),
        Setting(6, "external", .presence), Setting(8, "udpcsum", .number, "0", "1"),
        Setting(9, "udp6zerocsumtx", .number, "0", "1"), Setting(10, "udp6zerocsumrx", .number, "0", "1"),
        Setting(11, "flowlabel", .bigEndian, "0"), Setting(12, "ttl_inherit", .number, "0"),
        Setting(13, "df", .number, "0"), Setting(14, "innerprotoinherit", .presence),
    ]
    private static let gre: [Setting] = [
        Setting(6, "local", .address), Setting(7, "remote", .address), Setting(4, "ikey", .bigEndian, "0"),
        Setting(5, "okey", .bigEndian, "0"), Setting(2, "iflags", .bigEndian, "0", "8192"),
        Setting(3, "oflags", .bigEndian, "0", "8192"), Setting(8, "ttl", .number, "0", "64"),
        Setting(9, "tos", .number, "0"), Setting(10, "pmtudisc", .number, "1"),
        Setting(11, "encaplimit", .number, "0", "4"), Setting(12, "flowinfo", .bigEndian, "0"),
        Setting(14, "encap", .word([0: "none", 1: "fou", 2: "gue"]), "none"),
        Setting(15, "encap-flags", .number, "0", "2"), Setting(16, "encap-sport", .bigEndian, "0"),
        Setting(17, "encap-dport", .bigEndian, "0"),
        Setting(18, "external", .presence), Setting(19, "ignore-df", .number, "0"),
        Setting(20, "fwmark", .number, "0"), Setting(21, "erspan", .number, "0"),
        Setting(22, "erspan_ver", .number, "1"), Setting(23, "erspan_dir", .number, "0"),
        Setting(24, "erspan_hwid", .number, "0"),
    ]
    private static let tunnel: [Setting] = [
        Setting(2, "local", .address), Setting(3, "remote", .address), Setting(4, "ttl", .number, "0", "64"),
        Setting(5, "tos", .number, "0"), Setting(6, "encaplimit", .number, "0", "4"),
        Setting(7, "flowinfo", .bigEndian, "0"),
        Setting(
            9, "mode", .word([0: "any", 4: "ipip", 41: "ip6ip", 137: "mplsip"]), "ipip", "ip6ip"),
        Setting(10, "pmtudisc", .number, "1"), Setting(8, "flags", .bigEndian, "0"),
        Setting(11, "6rd-prefix", .address, "2002::"),
        Setting(13, "6rd-prefixlen", .number, "0", "16"),
        Setting(15, "encap", .word([0: "none", 1: "fou", 2: "gue"]), "none"),
        Setting(16, "encap-flags", .number, "0", "2"), Setting(17, "encap-sport", .bigEndian, "0"),
        Setting(18, "encap-dport", .bigEndian, "0"),
        Setting(19, "external", .presence), Setting(20, "fwmark", .number, "0"),
    ]
    private static let vti: [Setting] = [
        Setting(4, "local", .address), Setting(5, "remote", .address), Setting(2, "ikey", .bigEndian, "0"),
        Setting(3, "okey", .bigEndian, "0"), Setting(6, "fwmark", .number, "0"),
    ]
    private static let bond: [Setting] = [
        Setting(
            1, "mode",
            .word([
                0: "balance-rr", 1: "active-backup", 2: "balance-xor", 3: "broadcast", 4: "802.3ad", 5: "balance-tlb",
                6: "balance-alb",
            ])), Setting(3, "miimon", .number, "0", "100"), Setting(4, "updelay", .number, "0"),
        Setting(5, "downdelay", .number, "0"), Setting(6, "use_carrier", .number, "1"),
        Setting(7, "arp_interval", .number, "0"), Setting(8, "arp_ip_target", .digest),
        Setting(9, "arp_validate", .number, "0"), Setting(10, "arp_all_targets", .number, "0"),
        Setting(12, "primary_reselect", .number, "0"), Setting(13, "fail_over_mac", .number, "0"),
        Setting(14, "xmit_hash_policy", .number, "0"), Setting(15, "resend_igmp", .number, "1"),
        Setting(16, "num_peer_notif", .number, "1"), Setting(17, "all_slaves_active", .number, "0"),
        Setting(18, "min_links", .number, "0"), Setting(19, "lp_interval", .number, "1"),
        Setting(20, "packets_per_slave", .number, "1"), Setting(21, "lacp_rate", .number, "0"),
        Setting(22, "ad_select", .number, "0"), Setting(24, "ad_actor_sys_prio", .number, "65535"),
        Setting(25, "ad_user_port_key", .number, "0"), Setting(27, "tlb_dynamic_lb", .number, "1"),
        Setting(28, "peer_notify_delay", .number, "0"), Setting(29, "lacp_active", .number, "1"),
        Setting(30, "missed_max", .number, "2"), Setting(31, "ns_ip6_target", .digest),
        Setting(32, "coupled_control", .number, "1"),
    ]

    /// By the kernel's names of the kinds; the numbers are `IFLA_VLAN_*`, `IFLA_MACVLAN_*` and so on of linux/if_link.h, if_tunnel.h and if_tun.h.
    ///
    /// A device below is told as `link`, and what changes by itself, such as the active port of a bond, is left out.
    static let table: [String: [Setting]] = [
        "vlan": [
            Setting(1, "id"), Setting(5, "protocol", .word([0x0081: "802.1Q", 0xa888: "802.1ad"]), "802.1Q"),
            // struct ifla_vlan_flags: REORDER_HDR alone, and which of them are meant.
            Setting(2, "flags", .digest, Digest.of([1, 0, 0, 0, 255, 255, 255, 255])),
            Setting(3, "egress-qos-map", .digest), Setting(4, "ingress-qos-map", .digest),
        ],
        "macvlan": macvlan, "macvtap": macvlan, "ipvlan": ipvlan, "ipvtap": ipvlan, "vrf": [Setting(1, "table")],
        "vxlan": vxlan, "geneve": geneve, "gre": gre, "gretap": gre, "ip6gre": gre, "ip6gretap": gre, "erspan": gre,
        "ip6erspan": gre, "ipip": tunnel, "sit": tunnel, "ip6tnl": tunnel, "vti": vti, "vti6": vti, "bond": bond,
        "xfrm": [Setting(2, "if_id"), Setting(3, "external", .presence)],
        "tun": [
            Setting(3, "mode", .word([1: "tun", 2: "tap"])), Setting(1, "user"), Setting(2, "group"),
            Setting(4, "pi", .number, "0"), Setting(5, "vnet_hdr", .number, "0"), Setting(6, "persist", .number, "0"),
            Setting(7, "multi_queue", .number, "0"),
        ],
    ]

    /// What is told as the device below, and never as a setting.
    static let links: [String: Int] = [
        "vxlan": Int(IFLA_VXLAN_LINK), "gre": 1, "gretap": 1, "ip6gre": 1, "ip6gretap": 1, "erspan": 1, "ip6erspan": 1,
        "ipip": 1, "sit": 1, "ip6tnl": 1, "vti": 1, "vti6": 1, "xfrm": 1,
    ]
}
