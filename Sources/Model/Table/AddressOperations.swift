private let device = OperationRow.Qualifier("dev", .device)
private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let notThere = ("EADDRNOTAVAIL", "it is not there")
private let adding = [privilege, ("EEXIST", "it is there"), noDevice, noBuffer]
private let ipvlan = OperationRow.Answer(
    "EADDRINUSE", "another device of the same parent has it", "drivers/net/ipvlan/ipvlan_main.c: ipvlan_addr_busy()")
private let ofAddress: [OperationRow.Qualifier] = [
    device, .init("peer", .prefix(or: [])), .init("broadcast", .prefix(or: [])), .init("label", .text),
    .init("scope", .text), .init("flags", .text), .init("metric", .number(0...4_294_967_295)),
    .init("other", .text, isList: true),
]
/// The kernel reads these where it makes or changes an address alone.
private let ofNewAddress = ofAddress + [.init("valid", .text), .init("preferred", .text), .init("proto", .text)]
private let core = "net/core/neighbour.c"

extension OperationRow {
    /// `address.add`: RTM_NEWADDR.
    public static let addressAdd = OperationRow(
        "address.add", .prefix(or: ["all"]), ofNewAddress, from: .rtnetlink(["RTM_NEWADDR"]), also: ["ioctl"],
        [.init(.makes, "address")],
        .families(
            ipv4: Answers.list("net/ipv4/devinet.c: inet_rtm_newaddr()", adding) + [ipvlan],
            ipv6: Answers.list(
                "net/ipv6/addrconf.c: inet6_rtm_newaddr()",
                adding + [("EACCES", "IPv6 is disabled on the device"), ("EINVAL", "MTU below 1280")]) + [ipvlan]),
        "gives a device an address")

    /// `address.replace`: RTM_NEWADDR with NLM_F_REPLACE.
    public static let addressReplace = OperationRow(
        "address.replace", .prefix(or: ["all"]), ofNewAddress, from: .rtnetlink(["RTM_NEWADDR"]),
        [.init(.makes, "address")],
        .families(
            ipv4: Answers.list("net/ipv4/devinet.c: inet_rtm_newaddr()", [privilege, noDevice, noBuffer]),
            ipv6: Answers.list(
                "net/ipv6/addrconf.c: inet6_rtm_newaddr()",
                [
                    privilege, noDevice, noBuffer, ("EACCES", "IPv6 is disabled on the device"),
                    ("EINVAL", "MTU below 1280"),
                ])),
        "gives a device an address, or changes its lifetimes, metric or flags")

    /// `address.delete`: RTM_DELADDR.
    public static let addressDelete = OperationRow(
        "address.delete", .prefix(or: ["all"]), ofAddress, from: .rtnetlink(["RTM_DELADDR"]), also: ["ioctl"],
        [.init(.removes, "address")],
        .families(
            ipv4: Answers.list("net/ipv4/devinet.c: inet_rtm_deladdr()", [privilege, notThere, noDevice]),
            ipv6: Answers.list(
                "net/ipv6/addrconf.c: inet6_rtm_deladdr()",
                [privilege, notThere, noDevice, ("ENXIO", "MTU below 1280: the device has no IPv6")])),
        "takes an address from a device")

    /// `address.list`: RTM_GETADDR.
    public static let addressList = OperationRow(
        "address.list", .text, from: .rtnetlink(["RTM_GETADDR"]), [.init(.observes, "address")],
        .at("net/ipv4/devinet.c: inet_dump_ifaddr()", [noDevice, noBuffer]), "asks for addresses")

    static let addresses: [OperationRow] = [addressAdd, addressReplace, addressDelete, addressList]
}

extension OperationRow {
    private static let entry: [Qualifier] = [
        device, .init("lladdr", .hardwareAddress), .init("proxy", .truth), .init("flags", .text),
        .init("proto", .text), .init("other", .text, isList: true),
    ]
    /// The kernel reads a state where it makes or changes an entry alone.
    private static let newEntry = entry + [.init("state", .text)]

    /// `neighbour.add`: RTM_NEWNEIGH.
    public static let neighbourAdd = OperationRow(
        "neighbour.add", .prefix(or: ["all"]), newEntry, from: .rtnetlink(["RTM_NEWNEIGH"]),
        [.init(.makes, "neighbour")],
        .at("\(core): neigh_add()", [privilege, ("EEXIST", "it is there"), noDevice, noBuffer]),
        "adds a neighbour, or a proxy")

    /// `neighbour.replace`: RTM_NEWNEIGH with NLM_F_REPLACE.
    public static let neighbourReplace = OperationRow(
        "neighbour.replace", .prefix(or: ["all"]), newEntry, from: .rtnetlink(["RTM_NEWNEIGH"]), also: ["ioctl"],
        [.init(.makes, "neighbour")], .at("\(core): neigh_add()", [privilege, noDevice, noBuffer]),
        "adds a neighbour, or changes the one that is there")

    /// `neighbour.delete`: RTM_DELNEIGH.
    public static let neighbourDelete = OperationRow(
        "neighbour.delete", .prefix(or: ["all"]), entry, from: .rtnetlink(["RTM_DELNEIGH"]), also: ["ioctl"],
        [.init(.removes, "neighbour")],
        .at("\(core): neigh_delete()", [privilege, ("ENOENT", "it is not there"), noDevice]),
        "deletes a neighbour, or a proxy")

    /// `neighbour.list`: RTM_GETNEIGH, of one or of all.
    public static let neighbourList = OperationRow(
        "neighbour.list", .text, entry, from: .rtnetlink(["RTM_GETNEIGH"]), [.init(.observes, "neighbour")],
        .at("\(core): neigh_dump_info()", [("ENOENT", "the one that is asked for is not there"), noDevice, noBuffer]),
        "asks for neighbours")

    static let neighbours: [OperationRow] = [
        neighbourAdd, neighbourReplace, neighbourDelete, neighbourList, fdbAdd, fdbReplace, fdbDelete, fdbFlush,
        fdbList,
    ]
}

extension OperationRow {
    private static let forwarding: [Qualifier] = [
        device, .init("dst", .prefix(or: [])), .init("vlan", .number(0...4095)), .init("master", .truth),
        .init("self", .truth), .init("flags", .text), .init("port", .number(0...65_535)),
        .init("vni", .number(0...16_777_215)), .init("src-vni", .number(0...16_777_215)), .init("via", .device),
        .init("nhid", .number(0...4_294_967_295), shown: .attributes(["nexthop"])), .init("other", .text, isList: true),
    ]
    private static let newForwarding = forwarding + [.init("state", .text)]
    private static let ofBridge = ("EOPNOTSUPP", "the device, or its master, has no such entries")
    private static let refused = ("EINVAL", "the port does not forward, or an address that it does not take")

    /// `fdb.add`: RTM_NEWNEIGH of AF_BRIDGE.
    public static let fdbAdd = OperationRow(
        "fdb.add", .text, newForwarding + [.init("append", .truth, shown: .nowhere)],
        from: .rtnetlink(["RTM_NEWNEIGH"]),
        [.init(.makes, "fdb"), .init(.changes, "link", key: "dev")],
        .at(
            "net/core/rtnetlink.c: rtnl_fdb_add()",
            [privilege, ("EEXIST", "it is there"), noDevice, ofBridge, refused, ("ENOMEM", "memory")]),
        "adds an entry to the forwarding table of a bridge or a device, by its hardware address")

    /// `fdb.replace`: RTM_NEWNEIGH of AF_BRIDGE with NLM_F_REPLACE.
    public static let fdbReplace = OperationRow(
        "fdb.replace", .text, newForwarding, from: .rtnetlink(["RTM_NEWNEIGH"]),
        [.init(.makes, "fdb"), .init(.changes, "link", key: "dev")],
        .at(
            "net/core/rtnetlink.c: rtnl_fdb_add()", [privilege, noDevice, ofBridge, refused, ("ENOMEM", "memory")]),
        "adds an entry to a forwarding table, or changes the one that is there")

    /// `fdb.delete`: RTM_DELNEIGH of AF_BRIDGE.
    public static let fdbDelete = OperationRow(
        "fdb.delete", .text, forwarding, from: .rtnetlink(["RTM_DELNEIGH"]),
        [.init(.removes, "fdb"), .init(.changes, "link", key: "dev")],
        .at(
            "net/core/rtnetlink.c: rtnl_fdb_del()", [privilege, ("ENOENT", "it is not there"), noDevice, ofBridge]),
        "deletes an entry of a forwarding table")

    /// `fdb.flush`: RTM_DELNEIGH of AF_BRIDGE with NLM_F_BULK.
    public static let fdbFlush = OperationRow(
        "fdb.flush", .text, forwarding + [.init("state", .text)], from: .rtnetlink(["RTM_DELNEIGH"]),
        [.init(.removes, "fdb"), .init(.changes, "link", key: "dev")],
        .at("net/core/rtnetlink.c: rtnl_fdb_del()", [privilege, noDevice, ofBridge]),
        "deletes the entries of a forwarding table that are of a kind")

    /// `fdb.list`: RTM_GETNEIGH of AF_BRIDGE, of one or of all.
    public static let fdbList = OperationRow(
        "fdb.list", .text, forwarding, from: .rtnetlink(["RTM_GETNEIGH"]),
        [.init(.observes, "fdb"), .init(.observes, "link", key: "dev")],
        .at(
            "net/core/rtnetlink.c: rtnl_fdb_dump()",
            [("ENOENT", "the one that is asked for is not there"), noDevice, noBuffer]),
        "asks for entries of forwarding tables")
}
