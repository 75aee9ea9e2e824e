/// One kind of object of a state: which attributes a report prints of it, and a pattern can ask for.
public struct ObjectRow: Hashable, Sendable {
    /// `link`.
    public let noun: String
    /// What names it.
    public let name: ValueType
    /// Its attributes.
    public let attributes: [OperationRow.Qualifier]
    /// What it is, in one sentence.
    public let meaning: String
    /// Whether one stands in a network namespace: a file, a mount and a process do not, nor does a namespace itself.
    public internal(set) var isInNamespace = true
    /// The kinds of it that a state has, where an operation counts them: `rule`, in the singular.
    public internal(set) var kinds: [String] = []

    /// Whether a state has objects of that kind, in the singular or the plural.
    public func hasKind(_ kind: String) -> Bool { kinds.contains { kind == $0 || kind == "\($0)s" } }

    /// Whether it has an attribute of that name.
    public func has(_ attribute: String) -> Bool { attributes.contains { $0.name == attribute } }
}

/// Every kind of object that a state has, in the order of the documentation.
public enum ObjectTable {
    /// All rows.
    public static let rows: [ObjectRow] = [
        ObjectRow(
            noun: "netns", name: .namespace,
            attributes: [.init("state", .word(["mounted", "dead", "unnamed"])), .init("holder", .text, isList: true)],
            meaning: "a namespace, by its name or as who made it", isInNamespace: false),
        ObjectRow(
            noun: "link", name: .device,
            attributes: [
                .init("type", .text), .init("mtu", .number(0...4_294_967_295)), .init("mac", .hardwareAddress),
                .init("up", .truth), .init("master", .device), .init("peer", .text), .init("link", .text),
                .init("alias", .text), .init("altnames", .text), .init("group", .number(0...4_294_967_295)),
                .init("xdp", .truth), .init("flags", .text), .init("txqueuelen", .number(0...4_294_967_295)),
                .init("addrgenmode", .text), .init("token", .text), .init("protodown", .truth),
                .init("settings", .text), .init("port", .text),
            ], meaning: "a device"),
        ObjectRow(
            noun: "address", name: .prefix(or: []),
            attributes: [
                .init("dev", .device), .init("scope", .text), .init("flags", .text), .init("peer", .prefix(or: [])),
                .init("broadcast", .prefix(or: [])), .init("label", .text),
            ], meaning: "an address of a device"),
        ObjectRow(
            noun: "route", name: .prefix(or: ["default", "all"]),
            attributes: [
                .init("via", .text, isList: true), .init("dev", .device, isList: true),
                .init("weights", .text, isList: true), .init("table", .text),
                .init("metric", .number(0...4_294_967_295)), .init("proto", .text), .init("scope", .text),
                .init("src", .prefix(or: [])), .init("from", .prefix(or: [])), .init("type", .text),
                .init("nexthop", .number(0...4_294_967_295)), .init("flags", .text), .init("tos", .number(0...255)),
            ], meaning: "a route"),
        ObjectRow(noun: "rule", name: .prefix(or: ["all"]), attributes: ruleAttributes, meaning: "a policy rule"),
        ObjectRow(
            noun: "neighbour", name: .prefix(or: []),
            attributes: [
                .init("dev", .device), .init("lladdr", .hardwareAddress), .init("proxy", .truth), .init("state", .text),
            ], meaning: "a permanent neighbour, or a proxy"),
        ObjectRow(
            noun: "fdb", name: .text,
            attributes: [
                .init("dev", .device), .init("master", .device), .init("self", .truth), .init("vlan", .text),
                .init("dst", .text), .init("state", .text), .init("flags", .text), .init("port", .text),
                .init("vni", .text), .init("nexthop", .text),
            ], meaning: "an entry of the forwarding table of a bridge or a VXLAN that somebody set"),
        ObjectRow(
            noun: "mdb", name: .text,
            attributes: [
                .init("dev", .device), .init("port", .device), .init("vlan", .text), .init("state", .text),
                .init("src", .text),
            ], meaning: "a port in a multicast group of a bridge, to stay"),
        ObjectRow(
            noun: "nexthop", name: .text,
            attributes: [
                .init("via", .text), .init("dev", .device), .init("group", .text, isList: true), .init("type", .text),
                .init("proto", .text), .init("scope", .text), .init("flags", .text), .init("fdb", .truth),
                .init("settings", .text),
            ], meaning: "a nexthop or a group of these, by its number"),
        ObjectRow(
            noun: "address-label", name: .prefix(or: []),
            attributes: [.init("label", .text), .init("dev", .device)],
            meaning: "the label of a prefix where it is not the kernel's own; `none` where one of these is gone"),
        ObjectRow(
            noun: "qdisc", name: .text,
            attributes: [
                .init("dev", .device), .init("type", .text), .init("handle", .text),
                .init("block", .text, isList: true),
                .init("settings", .text),
            ], meaning: "a queueing discipline that somebody gave a device, by where it stands"),
        ObjectRow(
            noun: "class", name: .text,
            attributes: [
                .init("dev", .device), .init("type", .text), .init("parent", .text), .init("settings", .text),
            ],
            meaning: "a class of a queueing discipline"),
        ObjectRow(
            noun: "filter", name: .text,
            attributes: [
                .init("dev", .device), .init("type", .text), .init("protocol", .text), .init("priority", .text),
                .init("chain", .text), .init("flowid", .text), .init("action", .text, isList: true),
                .init("settings", .text),
            ], meaning: "a filter of traffic control, by where it stands"),
        ObjectRow(
            noun: "nft", name: .text, attributes: nftAttributes,
            meaning: "a table, chain, rule, set, element or flowtable of nftables",
            kinds: ["table", "chain", "rule", "set", "element", "flowtable"]),
        ObjectRow(
            noun: "iptables", name: .text,
            attributes: [
                .init("family", .word(["ip", "ip6", "arp"])), .init("table", .text), .init("chain", .text),
                .init("policy", .text), .init("text", .text), .init("digest", .text),
            ], meaning: "a rule of iptables-legacy, a chain that somebody made, or a policy other than ACCEPT"),
        ObjectRow(
            noun: "ipset", name: .text,
            attributes: [
                .init("type", .text), .init("family", .text), .init("settings", .text),
                .init("elements", .number(0...4_294_967_295)), .init("digest", .text), .init("element", .text),
                .init("data", .text),
            ], meaning: "a set of ipset, or an element of one"),
        ObjectRow(
            noun: "xfrm-state", name: .text,
            attributes: [
                .init("src", .prefix(or: [])), .init("proto", .text), .init("spi", .text), .init("mode", .text),
                .init("reqid", .number(0...4_294_967_295)), .init("mark", .text), .init("settings", .text),
            ], meaning: "a security association of IPsec, by its destination"),
        ObjectRow(
            noun: "xfrm-policy", name: .text,
            attributes: [
                .init("src", .prefix(or: [])), .init("dir", .text), .init("priority", .number(0...4_294_967_295)),
                .init("action", .text), .init("mark", .text), .init("selector", .text), .init("settings", .text),
            ], meaning: "a policy of IPsec, by the destinations for which it is"),
        ObjectRow(
            noun: "conntrack", name: .text,
            attributes: [
                .init("dst", .prefix(or: [])), .init("proto", .number(0...255)), .init("sport", .number(0...65_535)),
                .init("dport", .number(0...65_535)), .init("zone", .number(0...65_535)), .init("mark", .text),
                .init("state", .text), .init("status", .text, isList: true), .init("reply", .text),
                .init("helper", .text), .init("labels", .text),
            ], meaning: "a tracked connection, by its source"),
        ObjectRow(
            noun: "vlan", name: .text,
            attributes: [
                .init("dev", .device), .init("flags", .text, isList: true), .init("state", .text),
                .init("tunnel", .text),
            ],
            meaning:
                "a VLAN of a bridge or a port of one; with the state `none`, that which every port has and this has not"
        ),
        ObjectRow(
            noun: "neighbour-table", name: .text, attributes: [.init("dev", .device), .init("settings", .text)],
            meaning: "how a table of neighbours is kept for a device, where it is otherwise than for a new one"),
        ObjectRow(
            noun: "wireguard", name: .text,
            attributes: [
                .init("dev", .device), .init("listen-port", .number(0...65_535)), .init("fwmark", .text),
                .init("public-key", .text), .init("peer", .text), .init("preshared-key", .text),
                .init("endpoint", .text), .init("persistent-keepalive", .text),
                .init("allowed-ips", .text, isList: true),
            ], meaning: "what a device of WireGuard was told, or a peer of one by its public key"),
        ObjectRow(
            noun: "sysctl", name: .text, attributes: [.init("value", .text), .init("former", .text)],
            meaning: "a setting below net that an agent wrote, and that holds something else than before"),
        ObjectRow(
            noun: "file", name: .path,
            attributes: [
                .init("type", .text), .init("size", .number(0...Int.max)), .init("digest", .text),
                .init("digested", .number(0...Int.max)), .init("mode", .text), .init("replaced", .truth),
                .init("target", .text), .init("owner", .text), .init("xattrs", .text), .init("pid", .text),
            ], meaning: "a file, folder or link that is another than at the beginning", isInNamespace: false),
        ObjectRow(
            noun: "mount", name: .path, attributes: [.init("type", .text), .init("netns", .namespace)],
            meaning: "a mount", isInNamespace: false),
        ObjectRow(
            noun: "process", name: .text,
            attributes: [.init("count", .number(0...Int.max)), .init("zombies", .number(0...Int.max))],
            meaning: "the processes of one program", isInNamespace: false),
        ObjectRow(
            noun: "lock", name: .path,
            attributes: [
                .init("type", .text), .init("mode", .text), .init("range", .text),
                .init("holder", .text, isList: true),
            ], meaning: "a lock of a file that a process holds", isInNamespace: false),
        ObjectRow(
            noun: "socket", name: .text,
            attributes: [.init("type", .text), .init("state", .text), .init("holder", .text, isList: true)],
            meaning: "a unix socket that waits for others, by its path or as `@NAME`"),
    ]

    private static let ruleAttributes: [OperationRow.Qualifier] = [
        .init("from", .prefix(or: ["all"])), .init("to", .prefix(or: [])), .init("iif", .device), .init("oif", .device),
        .init("fwmark", .mark), .init("tos", .number(0...255)), .init("ipproto", .text), .init("sport", .text),
        .init("dport", .text), .init("not", .truth), .init("table", .text),
        .init("priority", .number(0...4_294_967_295)), .init("action", .text), .init("goto", .text),
        .init("suppress", .text), .init("proto", .text),
    ]

    private static let nftAttributes: [OperationRow.Qualifier] = [
        .init("family", .text), .init("table", .text), .init("chain", .text), .init("type", .text),
        .init("hook", .text),
        .init("priority", .text), .init("policy", .text), .init("dev", .text, isList: true), .init("text", .text),
        .init("digest", .text), .init("flags", .text), .init("key", .text), .init("length", .text),
        .init("set", .text), .init("elements", .number(0...4_294_967_295)), .init("data", .text),
    ]

    /// The nouns that the format has and this version does not show in a state.
    public static let notBuilt: [String] = [
        "tc-action", "generic", "hostname", "bpf",
    ]

    /// Every noun of the format.
    public static let nouns: [String] = rows.map(\.noun) + notBuilt

    /// The row of that noun; nil where this version has none.
    public static func row(_ noun: String) -> ObjectRow? { byNoun[noun] }

    /// The keys that an object of that noun can be asked for.
    public static func keys(_ noun: String) -> [String] {
        (row(noun)?.attributes.map(\.name) ?? []) + (row(noun)?.isInNamespace == false ? [] : ["in"])
    }

    private static let byNoun = Dictionary(rows.map { ($0.noun, $0) }, uniquingKeysWith: { first, _ in first })
}
