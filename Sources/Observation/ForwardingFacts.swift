import Model
import NetlinkCodec

extension NexthopRecord: ObservedRecord {
    /// `nexthop NUMBER`: via, dev, group, type, proto, scope, flags, fdb, settings.
    public func fact(by builder: FactBuilder) -> Fact? {
        let flags = KernelNames.routeFlags(flags, linkDown: false)
        return builder.fact(
            "nexthop", String(id),
            [
                "via": gateway?.description, "dev": device.map(builder.device),
                "group": members.isEmpty ? nil : members.joined(separator: ", "),
                "type": isBlackhole ? "blackhole" : isResilient ? "resilient" : nil,
                "proto": routeProtocol == 0 ? nil : KernelNames.routeProtocol(routeProtocol),
                "scope": scope == 0 ? nil : KernelNames.scope(scope),
                "flags": flags.isEmpty ? nil : flags, "fdb": isForForwarding ? "true" : nil,
                "settings": encapsulation.isEmpty ? nil : Digest.of(encapsulation),
            ])
    }
}

extension FactBuilder {
    /// `address-label PREFIX` of each that the kernel does not have by itself, and of each of its own that is not there.
    ///
    /// Where there is none at all, the kernel has no IPv6.
    func labels(_ records: [AddressLabelRecord]) -> [Fact] {
        guard !records.isEmpty else { return [] }
        var missing = Dictionary(
            AddressLabelRecord.usual.map { ($0.prefix, $0.label) }, uniquingKeysWith: { first, _ in first })
        var facts: [Fact] = []
        for record in records {
            guard let prefix = record.prefix?.description else { continue }
            if record.index == 0, let label = missing.removeValue(forKey: prefix), label == record.label { continue }
            let device = record.index == 0 ? nil : self.device(record.index)
            facts.append(
                fact(
                    "address-label", prefix + (device.map { " dev \($0)" } ?? ""),
                    ["label": String(record.label), "dev": device]))
        }
        return facts + missing.keys.map { fact("address-label", $0, ["label": "none"]) }
    }

    /// `mdb GROUP dev BRIDGE port PORT` of each that is there until somebody deletes it.
    func facts(of groups: MulticastGroupsRecord) -> [Fact] {
        let bridge = device(groups.bridge)
        return groups.entries.filter(\.isPermanent).map { entry in
            let port = device(entry.port)
            let vlan = entry.vlan == 0 ? nil : String(entry.vlan)
            let source = entry.source.map { " src \($0)" } ?? ""
            return fact(
                "mdb", "\(entry.group) dev \(bridge) port \(port)\(vlan.map { " vlan \($0)" } ?? "")\(source)",
                [
                    "dev": bridge, "port": port, "vlan": vlan, "state": "permanent",
                    "src": entry.source?.description,
                ])
        }
    }
}

extension ForwardingRecord: ObservedRecord {
    /// `fdb MAC dev DEV`, with `vlan N`, `dst ADDRESS` and `self` where there are such.
    public func fact(by builder: FactBuilder) -> Fact? {
        guard let mac = entry.linkLayerAddress else { return nil }
        let device = builder.device(entry.index)
        let vlan = entry.vlan.map { String($0) }
        let destination = entry.address?.description
        let further = [vlan.map { "vlan \($0)" }, destination.map { "dst \($0)" }, entry.master == nil ? "self" : nil]
        let flags = KernelNames.neighbourFlags(entry)
        return builder.fact(
            "fdb", (["\(mac) dev \(device)"] + further.compactMap(\.self)).joined(separator: " "),
            [
                "dev": device, "master": entry.master.map(builder.device), "self": entry.master == nil ? "true" : nil,
                "vlan": vlan, "dst": destination, "state": stateName, "flags": flags.isEmpty ? nil : flags,
                "port": port.map { String($0) }, "vni": vni, "nexthop": nexthop,
            ])
    }

    /// Whether somebody set it: not what was learned, not the addresses of the bridge and its ports, and of a device itself only
    /// where it is a VXLAN, since others list the addresses they receive.
    public func isShown(by builder: FactBuilder) -> Bool {
        guard isSet, let mac = entry.linkLayerAddress else { return false }
        if entry.master == nil { return builder.link(entry.index)?.kind == "vxlan" }
        return !entry.isPermanent || !builder.links.contains { $0.mac == mac }
    }
}
