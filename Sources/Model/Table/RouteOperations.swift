private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let noMemory = ("ENOMEM", "memory")
private let isThere = ("EEXIST", "it is there")
private let policy = "net/core/fib_rules.c"

extension OperationRow {
    private static let hops: [Qualifier] = [
        .init("via", .prefix(or: []), isList: true), .init("dev", .device, isList: true),
        .init("nhid", .number(0...4_294_967_295), shown: .attributes(["nexthop"])), .init("table", .text),
        .init("metric", .number(0...4_294_967_295)),
        .init("type", .text), .init("src", .prefix(or: [])), .init("from", .prefix(or: [])),
        .init("tos", .number(0...255)), .init("proto", .text), .init("scope", .text), .init("flags", .text),
        .init("weights", .text, isList: true), .init("metrics", .text, isList: true), .init("encap", .text),
        .init("pref", .text), .init("expires", .number(0...4_294_967_295)), .init("other", .text, isList: true),
    ]
    private static let newHops = hops + [.init("append", .truth, shown: .nowhere)]
    private static let packet =
        hops + [
            .init("iif", .device), .init("mark", .mark), .init("uid", .number(0...4_294_967_295)),
        ]
    private static let errors4 = [
        noDevice, ("ENETUNREACH", "the gateway is in no connected network"), ("ENETDOWN", "the device is down"),
        noBuffer, ("EINVAL", "the preferred source is gone"),
    ]
    private static let errors6 = [
        noDevice, ("EHOSTUNREACH", "no route to the gateway"), ("ENETDOWN", "the device is down"),
        ("EACCES", "IPv6 is disabled on the device"), noMemory, ("EINVAL", "the gateway is an address of its own"),
    ]
    private static func making(_ first: [(String, String)]) -> Answers {
        .families(
            ipv4: Answers.list("net/ipv4/fib_semantics.c: fib_create_info()", first + errors4),
            ipv6: Answers.list("net/ipv6/route.c: ip6_route_info_create()", first + errors6))
    }

    /// `route.add`: RTM_NEWROUTE.
    public static let routeAdd = OperationRow(
        "route.add", .prefix(or: ["default"]), newHops, from: .rtnetlink(["RTM_NEWROUTE"]), also: ["ioctl"],
        [.init(.makes, "route")],
        making([privilege, isThere]), "adds a route")

    /// `route.replace`: RTM_NEWROUTE with NLM_F_REPLACE.
    public static let routeReplace = OperationRow(
        "route.replace", .prefix(or: ["default"]), hops, from: .rtnetlink(["RTM_NEWROUTE"]),
        [.init(.makes, "route")], making([privilege]), "adds a route, or changes the one that is there")

    /// `route.change`: RTM_NEWROUTE with NLM_F_REPLACE and without NLM_F_CREATE.
    public static let routeChange = OperationRow(
        "route.change", .prefix(or: ["default"]), hops, from: .rtnetlink(["RTM_NEWROUTE"]),
        [.init(.changes, "route")], making([privilege, ("ENOENT", "it is not there")]), "changes a route")

    /// `route.delete`: RTM_DELROUTE.
    public static let routeDelete = OperationRow(
        "route.delete", .prefix(or: ["default"]), hops, from: .rtnetlink(["RTM_DELROUTE"]), also: ["ioctl"],
        [.init(.removes, "route")],
        .families(
            ipv4: Answers.list("net/ipv4/fib_trie.c: fib_table_delete()", [privilege, ("ESRCH", "it is not there")]),
            ipv6: Answers.list("net/ipv6/route.c: ip6_route_del()", [privilege, ("ESRCH", "it is not there")])),
        "deletes a route")

    /// `route.get`: RTM_GETROUTE of one destination.
    public static let routeGet = OperationRow(
        "route.get", .prefix(or: ["default"]), packet, from: .rtnetlink(["RTM_GETROUTE"]), [.init(.observes, "route")],
        .families(
            ipv4: Answers.list("net/ipv4/route.c: inet_rtm_getroute()", asking),
            ipv6: Answers.list("net/ipv6/route.c: inet6_rtm_getroute()", asking)),
        "asks by which route a packet would go")

    private static let asking = [
        ("ENETUNREACH", "no route"), ("EHOSTUNREACH", "an unreachable route"), ("EACCES", "a prohibit route"),
        ("EINVAL", "a blackhole route"), noDevice, noBuffer,
    ]

    /// `route.list`: RTM_GETROUTE with NLM_F_DUMP.
    public static let routeList = OperationRow(
        "route.list", .text, [.init("dev", .device), .init("table", .text)], from: .rtnetlink(["RTM_GETROUTE"]),
        [.init(.observes, "route")], .at("net/ipv4/fib_frontend.c: inet_dump_fib()", [noDevice, noBuffer]),
        "asks for routes")

    static let routes: [OperationRow] = [routeAdd, routeReplace, routeChange, routeDelete, routeGet, routeList]
}

extension OperationRow {
    private static let selectors: [Qualifier] = [
        .init("to", .prefix(or: [])), .init("iif", .device), .init("oif", .device), .init("fwmark", .mark),
        .init("table", .text), .init("priority", .number(0...4_294_967_295)), .init("action", .text),
        .init("not", .truth), .init("tos", .number(0...255)), .init("ipproto", .text), .init("sport", .text),
        .init("dport", .text), .init("goto", .text), .init("suppress", .text),
        .init("suppress-group", .text), .init("uids", .text), .init("l3mdev", .truth), .init("tunnel", .text),
        .init("proto", .text), .init("other", .text, isList: true),
    ]

    /// `rule.add`: RTM_NEWRULE.
    public static let ruleAdd = OperationRow(
        "rule.add", .prefix(or: ["all"]), selectors, from: .rtnetlink(["RTM_NEWRULE"]), [.init(.makes, "rule")],
        .at("\(policy): fib_nl_newrule()", [privilege, isThere, noMemory]), "adds a policy rule")

    /// `rule.delete`: RTM_DELRULE.
    public static let ruleDelete = OperationRow(
        "rule.delete", .prefix(or: ["all"]), selectors, from: .rtnetlink(["RTM_DELRULE"]), [.init(.removes, "rule")],
        .at("\(policy): fib_nl_delrule()", [privilege, ("ENOENT", "it is not there")]), "deletes a policy rule")

    /// `rule.list`: RTM_GETRULE.
    public static let ruleList = OperationRow(
        "rule.list", .text, from: .rtnetlink(["RTM_GETRULE"]), [.init(.observes, "rule")],
        .at("\(policy): fib_nl_dumprule()", [noBuffer]), "asks for policy rules")

    static let rules: [OperationRow] = [ruleAdd, ruleDelete, ruleList]
}
