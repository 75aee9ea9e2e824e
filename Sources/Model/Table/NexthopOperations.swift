private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let noMemory = ("ENOMEM", "memory")
private let objects = "net/ipv4/nexthop.c"

extension OperationRow {
    private static let ofNexthop: [Qualifier] = [
        .init("via", .prefix(or: [])), .init("dev", .device), .init("group", .text, isList: true),
        .init("type", .text), .init("proto", .text), .init("flags", .text), .init("fdb", .truth),
        .init("settings", .text),
    ]
    private static let refusals = [
        noDevice, ("ENETDOWN", "the device is down"), ("EINVAL", "the gateway is in no connected network"),
        ("ENOENT", "a member of the group is gone"), noMemory,
    ]

    /// `nexthop.add`: RTM_NEWNEXTHOP.
    public static let nexthopAdd = OperationRow(
        "nexthop.add", .text, ofNexthop, from: .rtnetlink(["RTM_NEWNEXTHOP"]), [.init(.makes, "nexthop")],
        .at("\(objects): rtm_new_nexthop()", [privilege, ("EEXIST", "it is there")] + refusals),
        "adds a nexthop, or a group of these, by its number; `auto` where the kernel is to choose one")

    /// `nexthop.replace`: RTM_NEWNEXTHOP with NLM_F_REPLACE.
    public static let nexthopReplace = OperationRow(
        "nexthop.replace", .text, ofNexthop, from: .rtnetlink(["RTM_NEWNEXTHOP"]), [.init(.makes, "nexthop")],
        .at("\(objects): rtm_new_nexthop()", [privilege] + refusals), "adds a nexthop, or changes the one that is there"
    )

    /// `nexthop.delete`: RTM_DELNEXTHOP.
    public static let nexthopDelete = OperationRow(
        "nexthop.delete", .text, from: .rtnetlink(["RTM_DELNEXTHOP"]), [.init(.removes, "nexthop")],
        .at("\(objects): rtm_del_nexthop()", [privilege, ("ENOENT", "it is not there")]),
        "deletes a nexthop, and the routes by it")

    /// `nexthop.list`: RTM_GETNEXTHOP, of one or of all, and RTM_GETNEXTHOPBUCKET.
    public static let nexthopList = OperationRow(
        "nexthop.list", .text, [.init("dev", .device), .init("type", .text)],
        from: .rtnetlink(["RTM_GETNEXTHOP", "RTM_GETNEXTHOPBUCKET"]), [.init(.observes, "nexthop")],
        .at("\(objects): rtm_dump_nexthop()", [("ENOENT", "the one that is asked for is not there"), noBuffer]),
        "asks for nexthops")

    static let nexthops: [OperationRow] = [nexthopAdd, nexthopReplace, nexthopDelete, nexthopList]
}

extension OperationRow {
    private static let labels = "net/ipv6/addrlabel.c"
    private static let ofLabel: [Qualifier] = [
        .init("dev", .device), .init("label", .number(0...4_294_967_295)),
    ]

    /// `address-label.add`: RTM_NEWADDRLABEL.
    public static let labelAdd = OperationRow(
        "address-label.add", .prefix(or: ["default"]), ofLabel, from: .rtnetlink(["RTM_NEWADDRLABEL"]),
        [.init(.makes, "address-label")],
        .at(
            "\(labels): ip6addrlbl_newdel()",
            [privilege, ("EEXIST", "it is there"), ("EINVAL", "the device is gone, or a label of 2^32-1"), noMemory]),
        "gives the addresses of a prefix a label, by which sources are chosen (RFC 6724)")

    /// `address-label.replace`: RTM_NEWADDRLABEL with NLM_F_REPLACE.
    public static let labelReplace = OperationRow(
        "address-label.replace", .prefix(or: ["default"]), ofLabel, from: .rtnetlink(["RTM_NEWADDRLABEL"]),
        [.init(.makes, "address-label")],
        .at(
            "\(labels): ip6addrlbl_newdel()",
            [privilege, ("EINVAL", "the device is gone, or a label of 2^32-1"), noMemory]),
        "gives the addresses of a prefix a label, or another one")

    /// `address-label.delete`: RTM_DELADDRLABEL.
    public static let labelDelete = OperationRow(
        "address-label.delete", .prefix(or: ["default"]), ofLabel, from: .rtnetlink(["RTM_DELADDRLABEL"]),
        [.init(.removes, "address-label")],
        .at("\(labels): ip6addrlbl_newdel()", [privilege, ("ESRCH", "it is not there")]),
        "takes the label from the addresses of a prefix")

    /// `address-label.list`: RTM_GETADDRLABEL.
    public static let labelList = OperationRow(
        "address-label.list", .text, from: .rtnetlink(["RTM_GETADDRLABEL"]), [.init(.observes, "address-label")],
        .at("\(labels): ip6addrlbl_dump()", [("ESRCH", "the address has no label"), noBuffer]),
        "asks for the labels of addresses")

    static let addressLabels: [OperationRow] = [labelAdd, labelReplace, labelDelete, labelList]
}

extension OperationRow {
    /// `neighbour-table.set`: RTM_SETNEIGHTBL.
    public static let neighbourTableSet = OperationRow(
        "neighbour-table.set", .text, [.init("dev", .device), .init("settings", .text)],
        from: .rtnetlink(["RTM_SETNEIGHTBL"]), [.init(.changes, "neighbour-table")],
        .at(
            "net/core/neighbour.c: neightbl_set()",
            [
                privilege, ("ENOENT", "no such table, or the device is gone"),
                ("EINVAL", "a value that it does not take"),
            ]),
        "changes how a table of neighbours is kept: its limits and times")

    /// `neighbour-table.list`: RTM_GETNEIGHTBL.
    public static let neighbourTableList = OperationRow(
        "neighbour-table.list", .text, from: .rtnetlink(["RTM_GETNEIGHTBL"]), [.init(.observes, "neighbour-table")],
        .at("net/core/neighbour.c: neightbl_dump_info()", [noBuffer]), "asks how tables of neighbours are kept")

    /// `netconf.list`: RTM_GETNETCONF.
    public static let netconfList = OperationRow(
        "netconf.list", .text, [.init("dev", .device)], from: .rtnetlink(["RTM_GETNETCONF"]),
        [.init(.observes, "sysctl")],
        .at("net/ipv4/devinet.c: inet_netconf_get_devconf()", [noDevice, noBuffer]),
        "asks for the settings of the addresses of a device, or of all")

    static let tablesOfNeighbours: [OperationRow] = [neighbourTableSet, neighbourTableList, netconfList]
}
