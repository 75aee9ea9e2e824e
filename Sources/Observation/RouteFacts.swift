import CKernelHeaders
import Model
import NetlinkCodec

extension NamespaceFacts {
    /// `route DST[ inet6][ table T][ metric M][ tos N]`: those that somebody set or that an address brought.
    ///
    /// `inet6` stands only behind `default`, where the destination does not show the family.
    func routes() -> [Fact] {
        dump.routes.filter { isWorthAFact($0) }.map { route in
            let destination = route.destinationText
            let table = Words.table(route.table)
            var which = destination
            if route.destination == nil, route.family == .ipv6 { which += " inet6" }
            if table != "main" { which += " table \(table)" }
            if let metric = route.metric { which += " metric \(metric)" }
            if route.tos != 0 { which += " tos \(route.tos)" }
            let hops = route.nextHops
            let flags = Words.routeFlags(route.flags, linkDown: isLinkDown(route))
            return fact(
                "route", which,
                [
                    "via": route.gateway?.description ?? joined(hops.map { $0.gateway?.description ?? "-" }),
                    "dev": route.device.map(dump.device) ?? joined(hops.map { dump.device($0.device) }),
                    "weights": joined(hops.map { String($0.weight) }), "table": table,
                    "metric": route.metric.map { String($0) }, "proto": Words.routeProtocol(route.protocol),
                    "scope": Words.scope(route.scope), "src": route.preferredSource?.description,
                    "from": route.source?.description, "type": route.typeName,
                    "nexthop": route.nextHopID.map { String($0) }, "flags": flags.isEmpty ? nil : flags,
                ])
        }
    }

    private func joined(_ parts: [String]) -> String? { parts.isEmpty ? nil : parts.joined(separator: ",") }

    /// Local, broadcast and multicast routes follow from addresses, as do those that IPv6 gives every device.
    private func isWorthAFact(_ route: RouteRecord) -> Bool {
        if route.table == RT_TABLE_LOCAL.rawValue { return false }
        switch Int(route.type) {
        case Int(RTN_LOCAL), Int(RTN_BROADCAST), Int(RTN_MULTICAST), Int(RTN_ANYCAST): return false
        default: break
        }
        guard let destination = route.destination, route.family == .ipv6 else { return true }
        if Words.isMulticast(destination.address) { return false }
        let isLinkLocal = destination.length == 64 && Words.linkLocal?.contains(destination.address) == true
        return !(isLinkLocal && Int32(route.protocol) == RTPROT_KERNEL)
    }

    /// Whether the device of a route is up and has no carrier.
    ///
    /// The kernel's own flag of an IPv4 route follows the carrier up to a second later (linkwatch), so which of both a dump
    /// shows is luck; the carrier itself is where the flag will be.
    private func isLinkDown(_ route: RouteRecord) -> Bool {
        let devices = route.device.map { [$0] } ?? route.nextHops.map(\.device)
        return devices.contains { index in dump.link(index).map { $0.isUp && !$0.isLowerUp } ?? false }
    }

    /// `rule FROM priority P[ inet6][ not][ to X][ iif X][ oif X][ fwmark X]`: what it is for, and what it does.
    func rules() -> [Fact] {
        dump.rules.map { rule in
            let from = rule.from.map(\.description) ?? "all"
            let mark = rule.fwmark.map { mark in
                "0x" + String(mark, radix: 16)
                    + (rule.fwmask.map { $0 == .max ? "" : "/0x" + String($0, radix: 16) } ?? "")
            }
            let selectors: [(String, String?)] = [
                ("to", rule.to?.description), ("iif", rule.iif), ("oif", rule.oif), ("fwmark", mark),
                ("tos", rule.tos == 0 ? nil : String(rule.tos)), ("ipproto", rule.ipProtocol.map { String($0) }),
                ("sport", rule.sourcePorts.map { "\($0.lowerBound)-\($0.upperBound)" }),
                ("dport", rule.destinationPorts.map { "\($0.lowerBound)-\($0.upperBound)" }),
            ]
            var which = "\(from) priority \(rule.priority)"
            if rule.family != .ipv4 { which += " \(Words.ruleFamily(rule.family))" }
            if rule.isInverted { which += " not" }
            for (name, value) in selectors { if let value { which += " \(name) \(value)" } }
            var attributes: [String: String?] = Dictionary(uniqueKeysWithValues: selectors)
            attributes["from"] = from
            attributes["not"] = rule.isInverted ? "true" : nil
            attributes["priority"] = String(rule.priority)
            attributes["table"] = rule.table == 0 ? nil : Words.table(rule.table)
            attributes["action"] = rule.actionName
            attributes["goto"] = rule.target.map { String($0) }
            attributes["suppress"] = rule.suppressPrefixLength.map { String($0) }
            attributes["proto"] = rule.protocol.map { Words.routeProtocol($0) }
            return fact("rule", which, attributes)
        }
    }
}
