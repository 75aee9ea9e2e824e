import NetlinkCodec

/// What the kernel itself is about to change in a namespace.
enum Unsettled {
    /// One text for each: addresses under duplicate detection, and devices whose carrier was not acted upon yet.
    static func reasons(in dump: NamespaceDump, label: String) -> [String] {
        let addresses = dump.addresses.filter(\.isTentative).map { address in
            "address \(address.prefix?.description ?? "?") dev \(dump.device(address.index)) in \(label) is tentative"
        }
        let links = dump.links.filter(isPending).map {
            "the carrier of link \($0.name) in \(label) is being acted upon"
        }
        return addresses + links
    }

    /// Whether the operational state contradicts the carrier, so that the kernel's linkwatch is still to run.
    ///
    /// It runs at once when a carrier comes, and for pairs and ports of a bridge. When any other carrier goes it may take a
    /// second, and changes nothing that facts show (see the flag `linkdown` of routes), so that is not waited for.
    private static func isPending(_ link: LinkRecord) -> Bool {
        guard link.isUp else { return false }
        let state = link.operationalStateName
        if link.isLowerUp { return state == "DOWN" || state == "LOWERLAYERDOWN" }
        return state == "UP" && (link.link != nil || link.master != nil)
    }
}
