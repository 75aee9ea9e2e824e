import CKernelHeaders
import Glibc
import Model
import NetlinkCodec

extension LinkRecord: ObservedRecord {
    /// `link NAME`: type, mtu, mac, up, master, peer or link, and what else was set.
    public func fact(by builder: FactBuilder) -> Fact? {
        builder.fact(
            "link", name,
            [
                "type": kind ?? (isLoopback ? "loopback" : "physical"), "mtu": String(mtu),
                "mac": shownMAC(by: builder), "up": String(isUp), "master": master.map(builder.device),
                // A pair's other end is a peer, a device below (vlan, macvlan) is what ip(8) calls the link.
                LinkEnds.isPair(self) ? "peer" : "link": builder.ends[index], "alias": alias,
                "altnames": alternativeNames.isEmpty ? nil : alternativeNames.sorted().joined(separator: " "),
                "group": group == 0 ? nil : String(group), "xdp": hasXDP ? "true" : nil,
                "flags": unlessEmpty(KernelNames.linkFlags(self)),
                "txqueuelen": queueLength == LinkRecord.usualQueue ? nil : String(queueLength),
                // `eui64` is what a device has of which nobody said anything.
                "addrgenmode": addressMode.flatMap { $0 == 0 ? nil : KernelNames.addressMode($0) },
                "token": token?.description, "protodown": isProtocolDown ? "true" : nil,
                "settings": settings, "port": unlessEmpty(BridgeSettings.ofPort(self)),
            ])
    }

    /// All but the tunnels that the kernel itself makes, as long as nobody has touched them.
    public func isShown(by builder: FactBuilder) -> Bool { !FallbackTunnels.isUntouched(self) }

    private func shownMAC(by builder: FactBuilder) -> String? {
        // What a tunnel of IP has there is its own address of IPv4 or IPv6, which its settings tell.
        guard let mac, ![4, 16].contains(mac.bytes.count), mac.bytes.contains(where: { $0 != 0 }) else { return nil }
        if builder.setMACs.contains(mac.description) { return mac.description }
        // A device keeps the MAC it has when it joins a bridge, and the bridge takes over one of its ports'.
        return "mac(\(name))"
    }

    /// `DEFAULT_TX_QUEUE_LEN` of net/core: the packets that wait in a queue of most kinds.
    private static let usualQueue: UInt32 = 1000

    /// The settings of the kind in words, where it has any: no timers, and not the device below, which is told as `link`.
    private var settings: String? {
        guard let kind, !kindData.isEmpty else { return nil }
        switch kind {
        case "bridge": return unlessEmpty(BridgeSettings.ofBridge(self))
        default: return KindSettings.changed(kind, kindData).flatMap(unlessEmpty)
        }
    }

    private func unlessEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    /// Whether the end of another namespace may change the device: its other end or the one below stands there, or its sockets,
    /// which WireGuard opens where the device was made and tells nobody (`wg_netns_pre_exit` in drivers/net/wireguard/device.c).
    var reachesElsewhere: Bool { linkNamespaceID != nil || kind == "wireguard" }

    /// Whether the device resolves no addresses (`IFF_NOARP`).
    var hasNoARP: Bool { flags & UInt32(truncatingIfNeeded: IFF_NOARP) != 0 }
}

extension AddressRecord: ObservedRecord {
    /// `address PREFIX dev DEV`: dev, scope, flags, peer, broadcast, and a label that is not the device's name.
    ///
    /// A link-local address that the kernel gave is `LL(DEV)`, for it follows from the MAC.
    public func fact(by builder: FactBuilder) -> Fact? {
        guard let prefix else { return nil }
        let device = builder.device(index)
        let text = KernelNames.isKernelLinkLocal(self) ? "LL(\(device))" : prefix.description
        let flags = KernelNames.addressFlags(self)
        return builder.fact(
            "address", "\(text) dev \(device)",
            [
                "dev": device, "scope": KernelNames.scope(scope), "flags": flags.isEmpty ? nil : flags,
                "peer": peer?.description, "broadcast": broadcast?.description,
                "label": label == device ? nil : label,
            ])
    }
}

extension NeighbourRecord: ObservedRecord {
    /// `neighbour ADDRESS dev DEV`: dev, lladdr, proxy, state.
    public func fact(by builder: FactBuilder) -> Fact? {
        guard let address else { return nil }
        let device = builder.device(index)
        return builder.fact(
            "neighbour", "\(address) dev \(device)",
            [
                "dev": device, "lladdr": linkLayerAddress.map { shown($0, by: builder) },
                "proxy": isProxy ? "true" : nil, "state": isNoARP ? "noarp" : nil,
            ])
    }

    /// Whether an entry is there until it is deleted, and not because of traffic.
    public func isShown(by builder: FactBuilder) -> Bool {
        isProxy || isPermanent && !isOfGroup || isNoARP && !isOfKernel(builder)
    }

    /// Whether somebody could mean the entry: all but those that the kernel makes for itself.
    public func isLearned(by builder: FactBuilder) -> Bool { !isNoARP && !isOfGroup && address != nil }

    private var isOfGroup: Bool { address.map(KernelNames.isMulticast) ?? true }

    /// The kernel itself makes NOARP entries for multicast and broadcast, and for every address on a device that has no
    /// ARP.
    private func isOfKernel(_ builder: FactBuilder) -> Bool {
        if isOfGroup || linkLayerAddress?.bytes.allSatisfy({ $0 == 0xff }) == true { return true }
        return builder.link(index).map { $0.isLoopback || $0.hasNoARP } ?? false
    }

    /// A link-layer address that belongs to a device here, and that the kernel chose, is that device's.
    private func shown(_ address: MACAddress, by builder: FactBuilder) -> String {
        if builder.setMACs.contains(address.description) { return address.description }
        let owner = builder.links.first { $0.mac == address }
        return owner.map { "mac(\($0.name))" } ?? address.description
    }
}
