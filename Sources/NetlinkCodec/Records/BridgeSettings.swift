import CKernelHeaders
import Model

/// What of the settings of a bridge, or of a port of one, is another than the kernel gives it, in the words of ip-link(8).
///
/// Only what somebody sets is looked at: not timers, ids, the state of a port and what the bridge has learned, which move by themselves.
public enum BridgeSettings {
    /// A setting, with the value that the kernel gives it (net/bridge/br_device.c, br_if.c and br_multicast.c).
    private struct Setting {
        let type: Int
        let word: String
        let usual: [String]

        /// - Parameter usual: The value; where it is a quotient of clock ticks, each that it may be.
        init(_ type: some BinaryInteger, _ word: String, _ usual: Int...) {
            self.type = Int(type)
            self.word = word
            self.usual = usual.isEmpty ? ["0"] : usual.map { String($0) }
        }
    }

    /// `ageing_time 700 stp_state 1` of a bridge (`IFLA_BR_*`), times in hundredths of a second; empty where all are as usual.
    public static func ofBridge(_ link: LinkRecord) -> String {
        guard link.kind == "bridge" else { return "" }
        var words = changed(bridge, link.kindData)
        for attribute in RawAttribute.all(in: link.kindData) {
            switch Int(attribute.type) {
            case Int(IFLA_BR_GROUP_ADDR) where attribute.bytes != [0x01, 0x80, 0xc2, 0, 0, 0]:
                words.append("group_address \(MACAddress(bytes: attribute.bytes)?.description ?? "")")
            case Int(IFLA_BR_VLAN_PROTOCOL) where attribute.bytes != [0x81, 0x00]:
                words.append("vlan_protocol 0x\(attribute.bytes.map(hexadecimal).joined())")
            case Int(IFLA_BR_MULTI_BOOLOPT):
                // struct br_boolopt_multi: the values, and which of them there are.
                if let values = attribute.number(), values != "0" { words.append("boolopt \(values)") }
            default: break
            }
        }
        return words.joined(separator: " ")
    }

    /// `cost 7 isolated 1` of a port of a bridge (`IFLA_BRPORT_*`); empty where all are as usual, and for what is no such port.
    ///
    /// The cost follows from the speed of the device where nobody set it, so one that a speed has is left out.
    public static func ofPort(_ link: LinkRecord) -> String {
        guard link.portKind == "bridge" else { return "" }
        var words = changed(port, link.portData)
        let costs = link.kind == "veth" ? ["2"] : ["2", "4", "19", "100"]
        let cost = RawAttribute.all(in: link.portData).first { $0.type == wire(IFLA_BRPORT_COST) }?.number()
        if let cost, !costs.contains(cost) { words.insert("cost \(cost)", at: 0) }
        return words.joined(separator: " ")
    }

    /// `IFLA_BR_VLAN_DEFAULT_PVID`: the VLAN that each port of a bridge is given; 0 for none.
    public static func defaultPVID(_ bridge: LinkRecord) -> UInt16 {
        RawAttribute.all(in: bridge.kindData).first { Int($0.type) == Int(IFLA_BR_VLAN_DEFAULT_PVID) }?.number(bytes: 2)
            .flatMap { UInt16($0) } ?? 0
    }

    /// All that is asked of a bridge, also what is as usual: `stp_state 1 ageing_time 700`.
    static func allOfBridge(_ payload: [UInt8]) -> String { all(bridge, payload) }

    /// All that is asked of a port of one: `cost 7 isolated 1`.
    static func allOfPort(_ payload: [UInt8]) -> String { all([Setting(IFLA_BRPORT_COST, "cost")] + port, payload) }

    private static func all(_ settings: [Setting], _ payload: [UInt8]) -> String {
        RawAttribute.all(in: payload).map { attribute in
            guard let setting = settings.first(where: { $0.type == Int(attribute.type) }),
                let value = attribute.number(bytes: min(8, attribute.bytes.count))
            else {
                return "other \(attribute.type)" + (attribute.bytes.isEmpty ? "" : " \(Digest.of(attribute.bytes))")
            }
            return "\(setting.word) \(value)"
        }.joined(separator: " ")
    }

    /// The settings with which a bridge like this one is made again, as they came.
    public static func forAnother(_ link: LinkRecord) -> [RawAttribute] {
        let more = [Int(IFLA_BR_GROUP_ADDR), Int(IFLA_BR_VLAN_PROTOCOL)]
        return RawAttribute.all(in: link.kindData).filter { attribute in
            if more.contains(Int(attribute.type)) {
                return ![[0x01, 0x80, 0xc2, 0, 0, 0], [0x81, 0x00]].contains(attribute.bytes)
            }
            guard let setting = bridge.first(where: { $0.type == Int(attribute.type) }),
                let value = attribute.number(bytes: attribute.bytes.count)
            else { return false }
            return !setting.usual.contains(value)
        }
    }

    /// A list of attributes without those of a type, as it came.
    static func without(_ type: Int, _ payload: [UInt8]) -> [UInt8] {
        var builder = NetlinkBuilder()
        for attribute in RawAttribute.all(in: payload) where Int(attribute.type) != type {
            builder.attribute(attribute.type, bytes: attribute.bytes)
        }
        return builder.bytes
    }

    private static func changed(_ settings: [Setting], _ payload: [UInt8]) -> [String] {
        let values = Dictionary(
            RawAttribute.all(in: payload).map { (Int($0.type), $0.number(bytes: $0.bytes.count)) },
            uniquingKeysWith: { first, _ in first })
        return settings.compactMap { setting in
            guard let value = values[setting.type] ?? nil, !setting.usual.contains(value) else { return nil }
            return "\(setting.word) \(value)"
        }
    }

    private static let bridge: [Setting] = [
        Setting(IFLA_BR_FORWARD_DELAY, "forward_delay", 1500), Setting(IFLA_BR_HELLO_TIME, "hello_time", 200),
        Setting(IFLA_BR_MAX_AGE, "max_age", 2000), Setting(IFLA_BR_AGEING_TIME, "ageing_time", 30_000),
        Setting(IFLA_BR_STP_STATE, "stp_state"), Setting(IFLA_BR_PRIORITY, "priority", 32_768),
        Setting(IFLA_BR_VLAN_FILTERING, "vlan_filtering"), Setting(IFLA_BR_GROUP_FWD_MASK, "group_fwd_mask"),
        Setting(IFLA_BR_MCAST_ROUTER, "mcast_router", 1), Setting(IFLA_BR_MCAST_SNOOPING, "mcast_snooping", 1),
        Setting(IFLA_BR_MCAST_QUERY_USE_IFADDR, "mcast_query_use_ifaddr"),
        Setting(IFLA_BR_MCAST_QUERIER, "mcast_querier"), Setting(IFLA_BR_MCAST_HASH_MAX, "mcast_hash_max", 4096),
        Setting(IFLA_BR_MCAST_LAST_MEMBER_CNT, "mcast_last_member_count", 2),
        Setting(IFLA_BR_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_count", 2),
        Setting(IFLA_BR_MCAST_LAST_MEMBER_INTVL, "mcast_last_member_interval", 100),
        Setting(IFLA_BR_MCAST_MEMBERSHIP_INTVL, "mcast_membership_interval", 26_000),
        Setting(IFLA_BR_MCAST_QUERIER_INTVL, "mcast_querier_interval", 25_500),
        Setting(IFLA_BR_MCAST_QUERY_INTVL, "mcast_query_interval", 12_500),
        Setting(IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, "mcast_query_response_interval", 1000),
        Setting(IFLA_BR_MCAST_STARTUP_QUERY_INTVL, "mcast_startup_query_interval", 3124, 3125),
        Setting(IFLA_BR_MCAST_IGMP_VERSION, "mcast_igmp_version", 2),
        Setting(IFLA_BR_MCAST_MLD_VERSION, "mcast_mld_version", 1),
        Setting(IFLA_BR_NF_CALL_IPTABLES, "nf_call_iptables"), Setting(IFLA_BR_NF_CALL_IP6TABLES, "nf_call_ip6tables"),
        Setting(IFLA_BR_NF_CALL_ARPTABLES, "nf_call_arptables"),
        Setting(IFLA_BR_VLAN_DEFAULT_PVID, "vlan_default_pvid", 1),
        Setting(IFLA_BR_VLAN_STATS_ENABLED, "vlan_stats_enabled"),
        Setting(IFLA_BR_VLAN_STATS_PER_PORT, "vlan_stats_per_port"),
        Setting(IFLA_BR_MCAST_STATS_ENABLED, "mcast_stats_enabled"),
    ]

    // 40, 42 and 43 are IFLA_BRPORT_MAB, _MCAST_MAX_GROUPS and _NEIGH_VLAN_SUPPRESS, which linux/if_link.h has since 6.3.
    private static let port: [Setting] = [
        Setting(IFLA_BRPORT_PRIORITY, "priority", 32), Setting(IFLA_BRPORT_MODE, "hairpin"),
        Setting(IFLA_BRPORT_GUARD, "guard"), Setting(IFLA_BRPORT_PROTECT, "root_block"),
        Setting(IFLA_BRPORT_FAST_LEAVE, "fastleave"), Setting(IFLA_BRPORT_LEARNING, "learning", 1),
        Setting(IFLA_BRPORT_UNICAST_FLOOD, "flood", 1), Setting(IFLA_BRPORT_MCAST_FLOOD, "mcast_flood", 1),
        Setting(IFLA_BRPORT_BCAST_FLOOD, "bcast_flood", 1), Setting(IFLA_BRPORT_MCAST_TO_UCAST, "mcast_to_unicast"),
        Setting(IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress"), Setting(IFLA_BRPORT_ISOLATED, "isolated"),
        Setting(IFLA_BRPORT_PROXYARP, "proxy_arp"), Setting(IFLA_BRPORT_PROXYARP_WIFI, "proxy_arp_wifi"),
        Setting(IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel"), Setting(IFLA_BRPORT_GROUP_FWD_MASK, "group_fwd_mask"),
        Setting(IFLA_BRPORT_MULTICAST_ROUTER, "mcast_router", 1), Setting(IFLA_BRPORT_LOCKED, "locked"),
        Setting(40, "mab"), Setting(42, "mcast_max_groups"),
        Setting(43, "neigh_vlan_suppress"),
    ]
}
