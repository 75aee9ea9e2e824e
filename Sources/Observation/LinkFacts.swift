import Kernel
import Model
import NetlinkCodec

/// What turns the dump of one namespace into facts.
struct NamespaceFacts {
    /// The namespace as facts name it: its name, `ROLE (deleted)` or `ns#1`.
    let label: String
    let dump: NamespaceDump
    /// `NAME in NAMESPACE` for the devices that have their other end or lower device elsewhere, by index.
    let ends: [UInt32: String]
    /// The MACs that agents or the topology set; every other one was chosen by the kernel and differs between runs.
    let setMACs: Set<String>

    /// All of them, in no order.
    func all() -> [Fact] {
        links() + addresses() + routes() + rules() + neighbours() + nft()
    }

    func fact(_ noun: String, _ which: String, _ attributes: [String: String?]) -> Fact {
        Fact(noun, which, in: label, attributes.compactMapValues { $0 })
    }

    /// `link NAME`: type, mtu, mac, up, master, peer or link, and what else was set.
    private func links() -> [Fact] {
        dump.links.map { link in
            fact(
                "link", link.name,
                [
                    "type": link.kind ?? (link.isLoopback ? "loopback" : "physical"), "mtu": String(link.mtu),
                    "mac": mac(link), "up": String(link.isUp), "master": link.master.map(dump.device),
                    // A pair's other end is a peer, a device below (vlan, macvlan) is what ip(8) calls the link.
                    LinkEnds.isPair(link) ? "peer" : "link": ends[link.index], "alias": link.alias,
                    "altnames": link.alternativeNames.isEmpty
                        ? nil : link.alternativeNames.sorted().joined(separator: " "),
                    "group": link.group == 0 ? nil : String(link.group), "xdp": link.hasXDP ? "true" : nil,
                    "settings": settings(link),
                ])
        }
    }

    private func mac(_ link: LinkRecord) -> String? {
        guard let mac = link.mac, mac.bytes.contains(where: { $0 != 0 }) else { return nil }
        if setMACs.contains(mac.description) { return mac.description }
        // A device keeps the MAC it has when it joins a bridge, and the bridge takes over one of its ports'.
        return "mac(\(link.name))"
    }

    /// A digest of the settings of the kinds whose settings hold neither timers nor indices.
    private func settings(_ link: LinkRecord) -> String? {
        guard let kind = link.kind, !link.kindData.isEmpty, ["vlan", "ipvlan", "macvlan", "vrf"].contains(kind) else {
            return nil
        }
        return Digest.of(link.kindData)
    }

    /// `address PREFIX dev DEV`: dev, scope, flags, peer, broadcast, and a label that is not the device's name.
    private func addresses() -> [Fact] {
        dump.addresses.compactMap { address in
            guard let prefix = address.prefix else { return nil }
            let device = dump.device(address.index)
            let text = Words.isKernelLinkLocal(address) ? "LL(\(device))" : prefix.description
            let flags = Words.addressFlags(address)
            return fact(
                "address", "\(text) dev \(device)",
                [
                    "dev": device, "scope": Words.scope(address.scope), "flags": flags.isEmpty ? nil : flags,
                    "peer": address.peer?.description, "broadcast": address.broadcast?.description,
                    "label": address.label == device ? nil : address.label,
                ])
        }
    }

    /// `neighbour ADDRESS dev DEV`: those that somebody set, and proxies.
    private func neighbours() -> [Fact] {
        let entries = dump.neighbours.filter { isSet($0) } + dump.proxies
        return entries.compactMap { entry in
            guard let address = entry.address else { return nil }
            let device = dump.device(entry.index)
            return fact(
                "neighbour", "\(address) dev \(device)",
                [
                    "dev": device, "lladdr": entry.linkLayerAddress.map { lladdr($0) },
                    "proxy": entry.isProxy ? "true" : nil, "state": entry.isNoARP ? "noarp" : nil,
                ])
        }
    }

    /// Whether an entry is there until it is deleted, and not because of traffic.
    ///
    /// The kernel itself makes NOARP entries for multicast and broadcast, and for every address on a device that has no
    /// ARP.
    private func isSet(_ entry: NeighbourRecord) -> Bool {
        guard let address = entry.address, !Words.isMulticast(address) else { return false }
        if entry.isPermanent { return true }
        guard entry.isNoARP, entry.linkLayerAddress?.bytes.allSatisfy({ $0 == 0xff }) != true else { return false }
        return dump.link(entry.index).map { !$0.isLoopback && !Words.hasNoARP($0) } ?? true
    }

    /// A link-layer address that belongs to a device here, and that the kernel chose, is that device's.
    private func lladdr(_ address: MACAddress) -> String {
        if setMACs.contains(address.description) { return address.description }
        let owner = dump.links.first { $0.mac == address }
        return owner.map { "mac(\($0.name))" } ?? address.description
    }
}
