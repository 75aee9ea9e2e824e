import CKernelHeaders
import Glibc

/// The names that ip(8) has for numbers of the kernel, and the number where it has none.
public enum KernelNames {
    /// `RT_SCOPE_*`.
    public static func scope(_ scope: UInt8) -> String {
        switch UInt32(scope) {
        case RT_SCOPE_UNIVERSE.rawValue: "global"
        case RT_SCOPE_SITE.rawValue: "site"
        case RT_SCOPE_LINK.rawValue: "link"
        case RT_SCOPE_HOST.rawValue: "host"
        case RT_SCOPE_NOWHERE.rawValue: "nowhere"
        default: String(scope)
        }
    }

    /// `RTPROT_*`.
    public static func routeProtocol(_ number: UInt8) -> String {
        switch Int32(number) {
        case RTPROT_REDIRECT: "redirect"
        case RTPROT_KERNEL: "kernel"
        case RTPROT_BOOT: "boot"
        case RTPROT_STATIC: "static"
        case RTPROT_RA: "ra"
        case RTPROT_DHCP: "dhcp"
        case RTPROT_BIRD: "bird"
        case RTPROT_ZEBRA: "zebra"
        case RTPROT_BGP: "bgp"
        case RTPROT_OSPF: "ospf"
        default: String(number)
        }
    }

    /// The family of a rule; multicast routing has two of its own (`RTNL_FAMILY_*`).
    public static func ruleFamily(_ family: Family) -> String {
        switch Int32(family.rawValue) {
        case RTNL_FAMILY_IPMR: "ipmr"
        case RTNL_FAMILY_IP6MR: "ip6mr"
        default: family.description
        }
    }

    /// The `IFA_F_*` of an address but `IFA_F_PERMANENT`, as ip-address(8) has them; one without a word as its number.
    ///
    /// - Parameter asked: Whether it is a request, in which no lifetime is said by `IFA_F_PERMANENT`.
    public static func addressFlags(_ address: AddressRecord, asked: Bool = false) -> String {
        let known: [(Int32, String)] = [
            (IFA_F_SECONDARY, "secondary"), (IFA_F_NODAD, "nodad"), (IFA_F_OPTIMISTIC, "optimistic"),
            (IFA_F_DADFAILED, "dadfailed"), (IFA_F_HOMEADDRESS, "home"), (IFA_F_DEPRECATED, "deprecated"),
            (IFA_F_TENTATIVE, "tentative"), (IFA_F_MANAGETEMPADDR, "mngtmpaddr"),
            (IFA_F_NOPREFIXROUTE, "noprefixroute"), (IFA_F_MCAUTOJOIN, "autojoin"),
            (IFA_F_STABLE_PRIVACY, "stable-privacy"),
        ]
        var words = address.isPermanent || asked ? [] : ["dynamic"]
        var rest = address.flags & ~UInt32(bitPattern: IFA_F_PERMANENT)
        for (flag, word) in known where rest & UInt32(bitPattern: flag) != 0 {
            // The same bit is called "temporary" of an IPv6 address.
            let isTemporary = flag == IFA_F_SECONDARY && address.family == .ipv6
            words.append(isTemporary ? "temporary" : word)
            rest &= ~UInt32(bitPattern: flag)
        }
        if rest != 0 { words.append("0x" + String(rest, radix: 16)) }
        return words.joined(separator: " ")
    }

    /// The `RTNH_F_*` of a route that say more than its attributes; `linkDown` is decided by the caller.
    public static func routeFlags(_ flags: UInt32, linkDown: Bool) -> String {
        let known: [(Int32, String)] = [
            (RTNH_F_DEAD, "dead"), (RTNH_F_PERVASIVE, "pervasive"), (RTNH_F_ONLINK, "onlink"),
            (RTNH_F_UNRESOLVED, "unresolved"),
        ]
        let words = known.filter { flags & UInt32(bitPattern: $0.0) != 0 }.map(\.1)
        return (words + (linkDown ? ["linkdown"] : [])).joined(separator: " ")
    }

    /// `NUD_*`, as ip-neighbour(8) has it.
    public static func neighbourState(_ state: UInt16) -> String {
        let known: [(Int32, String)] = [
            (NUD_INCOMPLETE, "incomplete"), (NUD_REACHABLE, "reachable"), (NUD_STALE, "stale"), (NUD_DELAY, "delay"),
            (NUD_PROBE, "probe"), (NUD_FAILED, "failed"), (NUD_NOARP, "noarp"), (NUD_PERMANENT, "permanent"),
        ]
        let words = known.filter { state & UInt16(truncatingIfNeeded: $0.0) != 0 }.map(\.1)
        return words.isEmpty ? "none" : words.joined(separator: " ")
    }

    /// The `NTF_*` of an entry that say more than its keys, as ip-neighbour(8) and bridge(8) have them.
    public static func neighbourFlags(_ record: NeighbourRecord) -> String {
        let known: [(Int32, String)] = [
            (NTF_ROUTER, "router"), (NTF_EXT_LEARNED, "extern_learn"), (NTF_OFFLOADED, "offload"),
            (NTF_STICKY, "sticky"), (NTF_USE, "use"),
        ]
        var words = known.filter { record.flags & UInt8(truncatingIfNeeded: $0.0) != 0 }.map(\.1)
        if let more = record.other.first(where: { Int($0.type) == Int(NDA_FLAGS_EXT) })?.number(), more != "0" {
            words.append(more == String(NTF_EXT_MANAGED) ? "managed" : "0x\(more)")
        }
        return words.joined(separator: " ")
    }

    /// The protocol of a packet on Ethernet, as tc(8) writes it.
    public static func etherType(_ type: UInt16) -> String {
        switch type {
        case ckh_eth_p_ip: "ip"
        case ckh_eth_p_ipv6: "ipv6"
        case ckh_eth_p_arp: "arp"
        case ckh_eth_p_all: "all"
        case ckh_eth_p_8021q: "802.1Q"
        case ckh_eth_p_8021ad: "802.1ad"
        case ckh_eth_p_mpls: "mpls_uc"
        default: "0x" + String(type, radix: 16)
        }
    }

    /// The `IFF_*` of a device that somebody sets besides `up`, as ip-link(8) names them: those that are set, and `-multicast` where an
    /// Ethernet device with ARP lacks it.
    public static func linkFlags(_ link: LinkRecord) -> String {
        let known: [(Int, String)] = [
            (Int(IFF_NOARP), "noarp"), (Int(IFF_PROMISC), "promisc"), (Int(IFF_ALLMULTI), "allmulticast"),
        ]
        func has(_ flag: Int) -> Bool { link.flags & UInt32(truncatingIfNeeded: flag) != 0 }
        var words = known.filter { has($0.0) }.map(\.1)
        // ARPHRD_ETHER of linux/if_arp.h.
        let isEthernet = link.hardwareType == 1
        if isEthernet, !has(Int(IFF_NOARP)), !has(Int(IFF_MULTICAST)) { words.append("-multicast") }
        return words.joined(separator: " ")
    }

    /// `IN6_ADDR_GEN_MODE_*`, as ip-link(8) has it.
    public static func addressMode(_ mode: UInt8) -> String {
        let names = ["eui64", "none", "stable_secret", "random"]
        return Int(mode) < names.count ? names[Int(mode)] : String(mode)
    }

    /// A lifetime of an address in seconds; `forever` of 2^32-1.
    static func lifetime(_ seconds: String?) -> String? { seconds == String(UInt32.max) ? "forever" : seconds }

    /// The `RTAX_*` of a route, as ip-route(8) has them: `mtu 1300`.
    static func routeMetrics(_ payload: [UInt8]) -> [String] {
        let names = [
            "lock", "mtu", "window", "rtt", "rttvar", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit",
            "initcwnd", "features", "rto_min", "initrwnd", "quickack", "congctl",
        ]
        let bytes = payload.span.bytes
        var list = NetlinkAttributes(range: 0..<payload.count)
        var words: [String] = []
        // Broken inside, the rest of it is left out.
        while let metric = try? list.next(in: bytes) {
            let type = Int(metric.type)
            let name = (1...names.count).contains(type) ? names[type - 1] : String(type)
            let isText = metric.type == wire(RTAX_CC_ALGO)
            // A number that is too short is none.
            let value = isText ? metric.string(in: bytes) : (try? metric.u32(in: bytes)).map { String($0) } ?? ""
            words.append("\(name) \(value)")
        }
        return words
    }

    /// `LWTUNNEL_ENCAP_*` of linux/lwtunnel.h, as ip-route(8) has it.
    static func encapsulation(_ type: UInt32) -> String {
        let names = ["none", "mpls", "ip", "ila", "ip6", "seg6", "bpf", "seg6local", "rpl", "ioam6", "xfrm"]
        return Int(type) < names.count ? names[Int(type)] : String(type)
    }

    /// `ICMPV6_ROUTER_PREF_*`, as ip-route(8) has it.
    static func routePreference(_ value: UInt8) -> String {
        switch value {
        case 0: "medium"
        case 1: "high"
        case 3: "low"
        default: String(value)
        }
    }

    /// Whether the kernel gave a link-local address by itself (`IFA_PROTO`, Linux 5.18).
    ///
    /// Older kernels do not tell; there such an address is shown as it is, and differs between runs.
    public static func isKernelLinkLocal(_ address: AddressRecord) -> Bool {
        guard let prefix = address.prefix, linkLocal?.contains(prefix.address) == true else { return false }
        return address.other.contains {
            Int($0.type) == Int(IFA_PROTO) && $0.bytes.first.map(Int32.init) == IFAPROT_KERNEL_LL
        }
    }

    /// Whether the prefix is of the multicast addresses of its family.
    public static func isMulticast(_ address: IPAddress) -> Bool {
        (address.family == .ipv4 ? multicast4 : multicast6)?.contains(address) == true
    }

    /// fe80::/10.
    public static let linkLocal = IPPrefix("fe80::/10")
    private static let multicast4 = IPPrefix("224.0.0.0/4")
    private static let multicast6 = IPPrefix("ff00::/8")
}
