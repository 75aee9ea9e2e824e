import NetlinkCodec

/// The tunnels that the kernel itself puts into every namespace once their module is loaded.
///
/// Anybody on the machine may load one, also an agent that makes a tunnel: its first run would differ from the next by devices that nobody
/// made. So such a device is in a state only where somebody has done something with it. (`ip_tunnel_init_net()` of the kernel's
/// net/ipv4/ip_tunnel.c, `sit_init_net()` of net/ipv6/sit.c, and their like.)
enum FallbackTunnels {
    /// Their kinds, by the names that they have in every namespace.
    private static let kinds = [
        "tunl0": "ipip", "gre0": "gre", "gretap0": "gretap", "erspan0": "erspan", "ip_vti0": "vti", "sit0": "sit",
        "ip6tnl0": "ip6tnl", "ip6gre0": "ip6gre", "ip6_vti0": "vti6",
    ]

    /// Whether the device is one of them and as the kernel made it: down, without a master, and nothing said of it.
    static func isUntouched(_ link: LinkRecord) -> Bool {
        kinds[link.name] == link.kind && link.kind != nil && !link.isUp && link.master == nil && link.alias == nil
            && link.alternativeNames.isEmpty && link.group == 0 && !link.hasXDP
    }
}
