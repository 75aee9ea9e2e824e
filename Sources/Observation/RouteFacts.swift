import CKernelHeaders
import Model
import NetlinkCodec

extension RouteRecord: ObservedRecord {
    /// `route DST[ inet6][ table T][ metric M][ tos N]`: via, dev and what else was said.
    ///
    /// `inet6` stands only behind `default`, where the destination does not show the family.
    public func fact(by builder: FactBuilder) -> Fact? {
        var text = destinationText
        if destination == nil, family == .ipv6 { text += " inet6" }
        if tableName != "main" { text += " table \(tableName)" }
        if let metric { text += " metric \(metric)" }
        if tos != 0 { text += " tos \(tos)" }
        let flags = KernelNames.routeFlags(flags, linkDown: isWithoutCarrier(builder))
        return builder.fact(
            "route", text,
            [
                "via": gateway?.description ?? joined(nextHops.map { $0.gateway?.description ?? "-" }),
                "dev": device.map(builder.device) ?? joined(nextHops.map { builder.device($0.device) }),
                "weights": joined(nextHops.map { String($0.weight) }), "table": tableName,
                "metric": metric.map { String($0) }, "proto": KernelNames.routeProtocol(`protocol`),
                "scope": KernelNames.scope(scope), "src": preferredSource?.description, "from": source?.description,
                "type": typeName, "nexthop": nextHopID.map { String($0) }, "flags": flags.isEmpty ? nil : flags,
                "tos": tos == 0 ? nil : String(tos),
            ])
    }

    /// Local, broadcast and multicast routes follow from addresses, as do those that IPv6 gives every device.
    public func isShown(by builder: FactBuilder) -> Bool {
        if table == RT_TABLE_LOCAL.rawValue { return false }
        switch Int(type) {
        case Int(RTN_LOCAL), Int(RTN_BROADCAST), Int(RTN_MULTICAST), Int(RTN_ANYCAST): return false
        default: break
        }
        guard let destination, family == .ipv6 else { return true }
        if KernelNames.isMulticast(destination.address) { return false }
        let isLinkLocal = destination.length == 64 && KernelNames.linkLocal?.contains(destination.address) == true
        return !(isLinkLocal && Int32(`protocol`) == RTPROT_KERNEL)
    }

    private func joined(_ parts: [String]) -> String? { parts.isEmpty ? nil : parts.joined(separator: ",") }

    /// Whether the device of a route is up and has no carrier.
    ///
    /// The kernel's own flag of an IPv4 route follows the carrier up to a second later (linkwatch), so which of both a dump
    /// shows is luck; the carrier itself is where the flag will be.
    private func isWithoutCarrier(_ builder: FactBuilder) -> Bool {
        let devices = device.map { [$0] } ?? nextHops.map(\.device)
        return devices.contains { index in builder.link(index).map { $0.isUp && !$0.isLowerUp } ?? false }
    }
}

extension RuleRecord: ObservedRecord {
    /// `rule FROM priority P[ inet6][ not][ to X][ iif X][ oif X][ fwmark X]`: what it is for, and what it does.
    public func fact(by builder: FactBuilder) -> Fact? {
        let from = from.map(\.description) ?? "all"
        let selectors: [(String, String?)] = [
            ("to", to?.description), ("iif", iif), ("oif", oif), ("fwmark", markText),
            ("tos", tos == 0 ? nil : String(tos)), ("ipproto", ipProtocol.map { String($0) }),
            ("sport", sourcePorts.map { "\(PortRange($0))" }),
            ("dport", destinationPorts.map { "\(PortRange($0))" }),
        ]
        var text = "\(from) priority \(priority)"
        if family != .ipv4 { text += " \(KernelNames.ruleFamily(family))" }
        if isInverted { text += " not" }
        for (name, value) in selectors { if let value { text += " \(name) \(value)" } }
        var attributes: [String: String?] = Dictionary(uniqueKeysWithValues: selectors)
        attributes["from"] = from
        attributes["not"] = isInverted ? "true" : nil
        attributes["priority"] = String(priority)
        attributes["table"] = tableName
        attributes["action"] = actionName
        attributes["goto"] = target.map { String($0) }
        attributes["suppress"] = suppressPrefixLength.map { String($0) }
        attributes["proto"] = `protocol`.map { KernelNames.routeProtocol($0) }
        return builder.fact("rule", text, attributes)
    }
}
