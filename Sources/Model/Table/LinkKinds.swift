/// One setting of a kind of device (`IFLA_INFO_DATA`), in the word of ip-link(8).
public struct LinkSetting: Hashable, Sendable {
    /// How a value is written.
    public enum Form: Hashable, Sendable {
        /// A number of so many bytes, in the machine's byte order.
        case number(Int)
        /// A number of so many bytes, in network byte order.
        case bigEndian(Int)
        /// An address of IPv4 or IPv6.
        case address
        /// A hardware address.
        case hardwareAddress
        /// A flag without a value: it is there or not.
        case presence
        /// A number of so many bytes that has words.
        case word([Int: String], Int)
        /// Bytes that have no words here: their digest.
        case digest
    }

    /// The number of the attribute.
    public let type: Int
    /// The word.
    public let word: String
    /// How its value is written.
    public let form: Form
    /// What the kernel gives it; more than one where it depends on its version.
    public let usual: Set<String>
    /// Whether a scenario can ask for it in a new device.
    public let isAskedFor: Bool

    init(_ type: Int, _ word: String, _ form: Form, usual: Set<String> = [], isAskedFor: Bool = true) {
        self.type = type
        self.word = word
        self.form = form
        self.usual = usual
        self.isAskedFor = isAskedFor
    }
}

/// The settings of the kinds of devices: one table for what agents ask, for what states show, and for what a scenario has made.
public enum LinkKinds {
    private static let macvlan: [LinkSetting] = [
        LinkSetting(1, "mode", .word([1: "private", 2: "vepa", 4: "bridge", 8: "passthru", 16: "source"], 4)),
        LinkSetting(2, "flags", .word([1: "nopromisc", 2: "nodst"], 2), usual: ["0"]),
        LinkSetting(3, "macaddr", .word([0: "add", 1: "del", 2: "flush", 3: "set"], 4), isAskedFor: false),
        LinkSetting(4, "of", .hardwareAddress, isAskedFor: false),
        LinkSetting(5, "macaddrs", .digest, isAskedFor: false),
        LinkSetting(7, "bcqueuelen", .number(4), usual: ["1000"]),
    ]
    private static let ipvlan: [LinkSetting] = [
        LinkSetting(1, "mode", .word([0: "l2", 1: "l3", 2: "l3s"], 2)),
        LinkSetting(2, "flags", .word([1: "private", 2: "vepa"], 2), usual: ["0"]),
    ]
    private static let vxlan: [LinkSetting] = [
        LinkSetting(1, "id", .number(4)), LinkSetting(2, "remote", .address), LinkSetting(16, "remote", .address),
        LinkSetting(4, "local", .address), LinkSetting(17, "local", .address),
        LinkSetting(15, "dstport", .bigEndian(2)),
        LinkSetting(5, "ttl", .number(1), usual: ["0"]), LinkSetting(6, "tos", .number(1), usual: ["0"]),
        LinkSetting(7, "learning", .number(1), usual: ["1"]),
        LinkSetting(8, "ageing", .number(4), usual: ["300"]), LinkSetting(9, "maxaddress", .number(4), usual: ["0"]),
        LinkSetting(10, "srcport", .digest, isAskedFor: false), LinkSetting(11, "proxy", .number(1), usual: ["0"]),
        LinkSetting(12, "rsc", .number(1), usual: ["0"]),
        LinkSetting(13, "l2miss", .number(1), usual: ["0"]), LinkSetting(14, "l3miss", .number(1), usual: ["0"]),
        LinkSetting(18, "udpcsum", .number(1), usual: ["1", "0"]),
        LinkSetting(19, "udp6zerocsumtx", .number(1), usual: ["0"]),
        LinkSetting(20, "udp6zerocsumrx", .number(1), usual: ["0"]),
        LinkSetting(21, "remcsumtx", .number(1), usual: ["0"]),
        LinkSetting(22, "remcsumrx", .number(1), usual: ["0"]), LinkSetting(23, "gbp", .presence),
        LinkSetting(27, "gpe", .presence),
        LinkSetting(25, "external", .number(1), usual: ["0"]),
        LinkSetting(26, "flowlabel", .bigEndian(4), usual: ["0"]),
        LinkSetting(28, "ttl_inherit", .number(4), usual: ["0"], isAskedFor: false),
        LinkSetting(29, "df", .number(1), usual: ["0"]),
        LinkSetting(30, "vnifilter", .number(1), usual: ["0"]),
        LinkSetting(31, "localbypass", .number(1), usual: ["1"]),
    ]
    private static let geneve: [LinkSetting] = [
        LinkSetting(1, "id", .number(4)), LinkSetting(2, "remote", .address), LinkSetting(7, "remote", .address),
        LinkSetting(5, "dstport", .bigEndian(2), usual: ["6081"]), LinkSetting(3, "ttl", .number(1), usual: ["0"]),
        LinkSetting(4, "tos", .number(1), usual: ["0"]),
        LinkSetting(6, "external", .presence), LinkSetting(8, "udpcsum", .number(1), usual: ["0", "1"]),
        LinkSetting(9, "udp6zerocsumtx", .number(1), usual: ["0", "1"]),
        LinkSetting(10, "udp6zerocsumrx", .number(1), usual: ["0", "1"]),
        LinkSetting(11, "flowlabel", .bigEndian(4), usual: ["0"]),
        LinkSetting(12, "ttl_inherit", .number(1), usual: ["0"]),
        LinkSetting(13, "df", .number(1), usual: ["0"]), LinkSetting(14, "innerprotoinherit", .presence),
    ]
    private static let gre: [LinkSetting] = [
        LinkSetting(6, "local", .address), LinkSetting(7, "remote", .address),
        LinkSetting(4, "ikey", .bigEndian(4), usual: ["0"]),
        LinkSetting(5, "okey", .bigEndian(4), usual: ["0"]),
        LinkSetting(2, "iflags", .bigEndian(2), usual: ["0", "8192"]),
        LinkSetting(3, "oflags", .bigEndian(2), usual: ["0", "8192"]),
        LinkSetting(8, "ttl", .number(1), usual: ["0", "64"]),
        LinkSetting(9, "tos", .number(1), usual: ["0"]), LinkSetting(10, "pmtudisc", .number(1), usual: ["1"]),
        LinkSetting(11, "encaplimit", .number(1), usual: ["0", "4"]),
        LinkSetting(12, "flowinfo", .bigEndian(4), usual: ["0"]),
        LinkSetting(14, "encap", .word([0: "none", 1: "fou", 2: "gue"], 2), usual: ["none"]),
        LinkSetting(15, "encap-flags", .number(2), usual: ["0", "2"]),
        LinkSetting(16, "encap-sport", .bigEndian(2), usual: ["0"]),
        LinkSetting(17, "encap-dport", .bigEndian(2), usual: ["0"]),
        LinkSetting(18, "external", .presence), LinkSetting(19, "ignore-df", .number(1), usual: ["0"]),
        LinkSetting(20, "fwmark", .number(4), usual: ["0"]), LinkSetting(21, "erspan", .number(4), usual: ["0"]),
        LinkSetting(22, "erspan_ver", .number(1), usual: ["1"]),
        LinkSetting(23, "erspan_dir", .number(1), usual: ["0"]),
        LinkSetting(24, "erspan_hwid", .number(2), usual: ["0"]),
    ]
    private static let tunnel: [LinkSetting] = [
        LinkSetting(2, "local", .address), LinkSetting(3, "remote", .address),
        LinkSetting(4, "ttl", .number(1), usual: ["0", "64"]),
        LinkSetting(5, "tos", .number(1), usual: ["0"]), LinkSetting(6, "encaplimit", .number(1), usual: ["0", "4"]),
        LinkSetting(7, "flowinfo", .bigEndian(4), usual: ["0"]),
        LinkSetting(9, "mode", .word([0: "any", 4: "ipip", 41: "ip6ip", 137: "mplsip"], 1), usual: ["ipip", "ip6ip"]),
        LinkSetting(10, "pmtudisc", .number(1), usual: ["1"]),
        LinkSetting(8, "flags", .bigEndian(2), usual: ["0"], isAskedFor: false),
        LinkSetting(11, "6rd-prefix", .address, usual: ["2002::"], isAskedFor: false),
        LinkSetting(13, "6rd-prefixlen", .number(2), usual: ["0", "16"], isAskedFor: false),
        LinkSetting(15, "encap", .word([0: "none", 1: "fou", 2: "gue"], 2), usual: ["none"]),
        LinkSetting(16, "encap-flags", .number(2), usual: ["0", "2"]),
        LinkSetting(17, "encap-sport", .bigEndian(2), usual: ["0"]),
        LinkSetting(18, "encap-dport", .bigEndian(2), usual: ["0"]),
        LinkSetting(19, "external", .presence), LinkSetting(20, "fwmark", .number(4), usual: ["0"]),
    ]
    private static let vti: [LinkSetting] = [
        LinkSetting(4, "local", .address), LinkSetting(5, "remote", .address),
        LinkSetting(2, "ikey", .bigEndian(4), usual: ["0"]),
        LinkSetting(3, "okey", .bigEndian(4), usual: ["0"]), LinkSetting(6, "fwmark", .number(4), usual: ["0"]),
    ]
    private static let bond: [LinkSetting] = [
        LinkSetting(
            1, "mode",
            .word(
                [
                    0: "balance-rr", 1: "active-backup", 2: "balance-xor", 3: "broadcast", 4: "802.3ad",
                    5: "balance-tlb",
                    6: "balance-alb",
                ], 1)), LinkSetting(3, "miimon", .number(4), usual: ["0", "100"]),
        LinkSetting(4, "updelay", .number(4), usual: ["0"]),
        LinkSetting(5, "downdelay", .number(4), usual: ["0"]), LinkSetting(6, "use_carrier", .number(1), usual: ["1"]),
        LinkSetting(7, "arp_interval", .number(4), usual: ["0"]),
        LinkSetting(8, "arp_ip_target", .digest, isAskedFor: false),
        LinkSetting(9, "arp_validate", .number(4), usual: ["0"]),
        LinkSetting(10, "arp_all_targets", .number(4), usual: ["0"]),
        LinkSetting(12, "primary_reselect", .number(1), usual: ["0"]),
        LinkSetting(13, "fail_over_mac", .number(1), usual: ["0"]),
        LinkSetting(14, "xmit_hash_policy", .number(1), usual: ["0"]),
        LinkSetting(15, "resend_igmp", .number(4), usual: ["1"]),
        LinkSetting(16, "num_peer_notif", .number(1), usual: ["1"]),
        LinkSetting(17, "all_slaves_active", .number(1), usual: ["0"]),
        LinkSetting(18, "min_links", .number(4), usual: ["0"]),
        LinkSetting(19, "lp_interval", .number(4), usual: ["1"]),
        LinkSetting(20, "packets_per_slave", .number(4), usual: ["1"]),
        LinkSetting(21, "lacp_rate", .number(1), usual: ["0"]),
        LinkSetting(22, "ad_select", .number(1), usual: ["0"]),
        LinkSetting(24, "ad_actor_sys_prio", .number(2), usual: ["65535"]),
        LinkSetting(25, "ad_user_port_key", .number(2), usual: ["0"]),
        LinkSetting(27, "tlb_dynamic_lb", .number(1), usual: ["1"]),
        LinkSetting(28, "peer_notify_delay", .number(4), usual: ["0"]),
        LinkSetting(29, "lacp_active", .number(1), usual: ["1"]),
        LinkSetting(30, "missed_max", .number(1), usual: ["2"]),
        LinkSetting(31, "ns_ip6_target", .digest, isAskedFor: false),
        LinkSetting(32, "coupled_control", .number(1), usual: ["1"]),
    ]

    /// By the kernel's names of the kinds; the numbers are `IFLA_VLAN_*`, `IFLA_MACVLAN_*` and so on of linux/if_link.h, if_tunnel.h and if_tun.h.
    ///
    /// A device below is told as `link`, and what changes by itself, such as the active port of a bond, is left out.
    public static let table: [String: [LinkSetting]] = [
        "vlan": [
            LinkSetting(1, "id", .number(2)),
            LinkSetting(5, "protocol", .word([0x0081: "802.1Q", 0xa888: "802.1ad"], 2), usual: ["802.1Q"]),
            // struct ifla_vlan_flags: REORDER_HDR alone, and which of them are meant.
            LinkSetting(2, "flags", .digest, usual: [Digest.of([1, 0, 0, 0, 255, 255, 255, 255])], isAskedFor: false),
            LinkSetting(3, "egress-qos-map", .digest, isAskedFor: false),
            LinkSetting(4, "ingress-qos-map", .digest, isAskedFor: false),
        ],
        "macvlan": macvlan, "macvtap": macvlan, "ipvlan": ipvlan, "ipvtap": ipvlan,
        "vrf": [LinkSetting(1, "table", .number(4))],
        "vxlan": vxlan, "geneve": geneve, "gre": gre, "gretap": gre, "ip6gre": gre, "ip6gretap": gre, "erspan": gre,
        "ip6erspan": gre, "ipip": tunnel, "sit": tunnel, "ip6tnl": tunnel, "vti": vti, "vti6": vti, "bond": bond,
        "xfrm": [LinkSetting(2, "if_id", .number(4)), LinkSetting(3, "external", .presence)],
        "tun": [
            LinkSetting(3, "mode", .word([1: "tun", 2: "tap"], 1)), LinkSetting(1, "user", .number(4)),
            LinkSetting(2, "group", .number(4)),
            LinkSetting(4, "pi", .number(1), usual: ["0"]), LinkSetting(5, "vnet_hdr", .number(1), usual: ["0"]),
            LinkSetting(6, "persist", .number(1), usual: ["0"]),
            LinkSetting(7, "multi_queue", .number(1), usual: ["0"]),
        ],
    ]

    /// The attribute that is the index of the device below, which is told as `link` and never as a setting; of other kinds it is `IFLA_LINK`.
    public static let lowerDevices: [String: Int] = [
        "vxlan": 3, "gre": 1, "gretap": 1, "ip6gre": 1, "ip6gretap": 1, "erspan": 1, "ip6erspan": 1,
        "ipip": 1, "sit": 1, "ip6tnl": 1, "vti": 1, "vti6": 1, "xfrm": 1,
    ]

    /// What a new device is asked to have: `id 42 remote 10.0.0.1 external`.
    ///
    /// - Throws: ``LinkSettingProblem`` for a word that the kind has not, and for a value that the word cannot have.
    public static func settings(
        _ text: String, of kind: String
    ) throws(LinkSettingProblem) -> [(setting: LinkSetting, value: String)] {
        var rest = text.split(separator: " ").map(String.init)[...]
        var settings: [(setting: LinkSetting, value: String)] = []
        let known = (table[kind] ?? []).filter(\.isAskedFor)
        while let word = rest.popFirst() {
            let alike = known.filter { $0.word == word }
            guard let first = alike.first else {
                let words = known.map(\.word).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
                throw LinkSettingProblem(
                    message: words.isEmpty
                        ? "a \(kind) has no settings"
                        : "a \(kind) has no setting `\(word)`; it has \(words.joined(separator: ", "))", word: word)
            }
            guard !settings.contains(where: { $0.setting.word == word }) else {
                throw LinkSettingProblem(message: "`\(word)` is said twice", word: word)
            }
            if first.form == .presence {
                settings.append((first, ""))
                continue
            }
            guard let value = rest.popFirst() else {
                throw LinkSettingProblem(message: "`\(word)` has no value", word: word)
            }
            if let problem = first.problem(of: value, kind) {
                throw LinkSettingProblem(message: problem, word: value)
            }
            // Of two the first is of IPv4.
            settings.append((value.contains(":") ? alike.last ?? first : first, value))
        }
        return settings
    }
}

/// Why a text says no settings of a kind of device.
public struct LinkSettingProblem: Error, Hashable, Sendable {
    /// What is wrong, without a place.
    public var message: String
    /// The word in the text.
    public var word: String
}

extension LinkSetting {
    /// The number that a text means; nil for what is none.
    public func number(_ text: String) -> UInt64? {
        if case .word(let words, _) = form, let number = words.first(where: { $0.value == text })?.key {
            return UInt64(number)
        }
        return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }

    /// Why a value is none of this setting; nil where it is.
    fileprivate func problem(of value: String, _ kind: String) -> String? {
        switch form {
        case .number(let bytes), .bigEndian(let bytes):
            let most = (UInt64(1) << (8 * UInt64(bytes))) - 1
            return number(value).map { $0 > most } ?? true
                ? "`\(word)` is a number from 0 to \(most), not `\(value)`" : nil
        case .word(let words, _):
            let all = words.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ")
            return words.values.contains(value) ? nil : "`\(word)` is one of \(all), not `\(value)`"
        case .address:
            guard let prefix = Prefix(value), prefix.isAddress else { return "`\(value)` is no address" }
            // A tunnel is of one family, which its kind says.
            let isOfBoth = ["vxlan", "geneve"].contains(kind)
            guard !isOfBoth, value.contains(":") != kind.contains("6") else { return nil }
            return "a \(kind) has addresses of \(kind.contains("6") ? "IPv6" : "IPv4"), not `\(value)`"
        case .hardwareAddress:
            return ValueText.isHardwareAddress(value) ? nil : "`\(value)` is no hardware address: 52:54:00:12:34:56"
        case .presence, .digest: return nil
        }
    }
}
