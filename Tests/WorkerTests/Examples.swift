import Faults
import Model

/// Texts of routes, rules, addresses and neighbours in every form that the validator accepts, from a seed.
struct Examples {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A namespace with these devices is needed for all of them.
    static let devices = ["d0", "v0"]

    mutating func route() -> RouteSpecification {
        let isIPv6 = flip()
        var route = RouteSpecification(
            to: isIPv6
                ? pick(["default", "::/0", "2001:db8:6::/48", "2001:db8:7::7", "2001:db8:8:0:0::/64"])
                : pick(["default", "0.0.0.0/0", "10.6.0.0/16", "10.7.0.7", "192.0.2.0/24"]),
            dev: pick(Examples.devices), table: pick(["main", "254", "0x64", "7", "default", "300", "4294967295"]),
            metric: pick([nil, 5, 7, 4_294_967_295]))
        // Of `default` and no gateway nothing tells the family: it is IPv4's.
        if isIPv6 || flip() { route.via = isIPv6 ? "2001:db8:5::2" : "10.5.0.2" }
        if isIPv6 || route.via != nil { route.dev = "d0" }
        return route
    }

    mutating func rule() -> RuleSpecification {
        let isIPv6 = flip()
        return RuleSpecification(
            from: isIPv6 ? pick(["::/0", "2001:db8::/32"]) : pick(["all", "0.0.0.0/0", "10.1.0.0/24", "10.1.0.7"]),
            to: isIPv6 ? pick([nil, "2001:db8:1::/48"]) : pick([nil, "192.0.2.0/24", "192.0.2.7/32"]),
            iif: pick([nil, "d0", "later0"]),
            fwmark: pick([nil, "1", "0x10/0xff", "0/0xff", "0", "16/0xffffffff", "4294967295"]),
            table: pick(["main", "100", "0x64", "local", "70000"]), priority: pick([nil, 9, 1000, 40_000]))
    }

    mutating func address() -> AddressChange {
        AddressChange(
            prefix: pick([
                "10.9.0.1/24", "10.9.1.1", "127.0.9.1/8", "2001:db8:9::1/64", "2001:db8:9::2", "fe80::9/64",
                "fd00::1/8",
            ]), dev: pick(Examples.devices))
    }

    mutating func neighbour() -> NeighbourChange {
        NeighbourChange(
            address: pick(["10.5.0.9", "10.5.0.8/32", "2001:db8:5::9", "2001:db8:5:0::8"]), dev: "d0",
            lladdr: pick([nil, "02:00:00:00:00:09", "02:00:00:00:00:0A"]))
    }

    mutating func link(_ name: String) -> LinkSpecification {
        let type = pick(["bridge", "veth"])
        var link = LinkSpecification(
            type: type,
            end: .init(
                name: name, up: flip(), addresses: pick([[], ["10.8.0.1/24"], ["10.8.0.2", "2001:db8:88::1/64"]]),
                mtu: pick([nil, 1300, 1500]), mac: pick([nil, "02:00:00:00:00:0B", "52:54:00:12:34:56"]),
                master: type == "bridge" ? nil : pick([nil, "b0"])))
        if type == "veth" { link.peer = .init(name: "peer\(name)", up: flip(), mtu: pick([nil, 1400])) }
        return link
    }

    private mutating func flip() -> Bool { next() & 1 == 0 }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }

    /// SplitMix64, by its reference implementation.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// What a state must print of an object, by the documentation and not by the code that prints it.
enum Expected {
    static func attributes(of route: RouteSpecification) -> [String: String] {
        let isIPv6 = (route.to + (route.via ?? "")).contains(":")
        var attributes = ["table": tableName(route.table), "type": "unicast", "proto": "boot"]
        attributes["via"] = route.via
        attributes["dev"] = route.dev
        attributes["scope"] = isIPv6 || route.via != nil ? "global" : "link"
        // IPv6 has 1024 where none is said (`IP6_RT_PRIO_USER`).
        attributes["metric"] = route.metric.map { String($0) } ?? (isIPv6 ? "1024" : nil)
        return attributes
    }

    static func destination(of route: RouteSpecification) -> String {
        switch route.to {
        case "0.0.0.0/0": "default"
        case "::/0": "default inet6"
        case "default": route.via?.contains(":") == true ? "default inet6" : "default"
        default: prefix(route.to)
        }
    }

    static func attributes(of rule: RuleSpecification) -> [String: String] {
        var attributes = [
            "from": ["all", "0.0.0.0/0", "::/0"].contains(rule.from) ? "all" : prefix(rule.from),
            "table": tableName(rule.table), "action": "lookup",
        ]
        attributes["to"] = rule.to.map(prefix)
        attributes["iif"] = rule.iif
        attributes["fwmark"] = rule.fwmark.map { marks[$0] ?? $0 }
        attributes["priority"] = rule.priority.map { String($0) }
        return attributes
    }

    private static let marks = [
        "1": "0x1", "0": "0x0", "0/0xff": "0x0/0xff", "16/0xffffffff": "0x10", "4294967295": "0xffffffff",
    ]

    static func tableName(_ text: String) -> String { ["254": "main", "0x64": "100"][text] ?? text }

    /// With its length, and in the shortest form.
    static func prefix(_ text: String) -> String {
        let short =
            text == "2001:db8:8:0:0::/64" ? "2001:db8:8::/64" : text == "2001:db8:5:0::8" ? "2001:db8:5::8" : text
        return short.contains("/") ? short : short + (short.contains(":") ? "/128" : "/32")
    }
}
