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
