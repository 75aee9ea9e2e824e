import NetlinkCodec

/// What the kernel itself is about to change in a namespace.
enum Unsettled {
    /// One text for each: addresses under duplicate detection, devices whose carrier was not acted upon yet, and those to
    /// which IPv6 has yet to give their link-local address.
    static func reasons(in dump: NamespaceDump, label: String) -> [String] {
        let addresses = dump.addresses.filter(\.isTentative).map { address in
            "address \(address.prefix?.description ?? "?") dev \(dump.device(address.index)) in \(label) is tentative"
        }
        let links = dump.links.filter(isPending).map {
            "the carrier of link \($0.name) in \(label) is being acted upon"
        }
        let young = dump.links.filter { isAwaitingIPv6($0) && !isPending($0) }.map {
            "link \($0.name) in \(label) has yet to get its link-local address"
        }
        return addresses + links + young
    }

    /// Whether the operational state contradicts the carrier, so that the kernel's linkwatch is still to run.
    ///
    /// It runs at once when a carrier comes, and for pairs and ports of a bridge. When any other carrier goes it may take a
    /// second, and changes nothing that facts show (see the flag `linkdown` of routes), so that is not waited for.
    static func isPending(_ link: LinkRecord) -> Bool {
        guard link.isUp else { return false }
        let state = link.operationalStateName
        if link.isLowerUp { return state == "DOWN" || state == "LOWERLAYERDOWN" }
        return state == "UP" && (link.link != nil || link.master != nil)
    }

    /// Whether a device has a carrier of which IPv6 has not taken note.
    ///
    /// It does so in the notification that follows the carrier (`addrconf_notify` in the kernel's net/ipv6/addrconf.c), and
    /// makes the link-local address in the same moment; on a busy machine that comes after the device is up. Of a port,
    /// IPv6 may be kept away for good.
    static func isAwaitingIPv6(_ link: LinkRecord) -> Bool {
        guard link.isUp, link.isLowerUp, link.master == nil, link.inet6Flags != nil, !link.isIPv6Disabled else {
            return false
        }
        return ["UP", "UNKNOWN"].contains(link.operationalStateName) && !link.isReadyForIPv6
    }
}
