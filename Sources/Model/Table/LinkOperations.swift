private let linkKeys: [OperationRow.Qualifier] = [
    .init("peer", .deviceName(or: [])), .init("master", .deviceName(or: ["none"])),
    .init("mtu", .number(0...4_294_967_295)), .init("up", .truth), .init("netns", .namespace),
    .init("peer-netns", .namespace), .init("mac", .hardwareAddress),
]
private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let noMemory = ("ENOMEM", "memory")
private let core = "net/core/rtnetlink.c"

extension OperationRow {
    /// `link.create`: RTM_NEWLINK with NLM_F_CREATE for a device that is not there.
    public static let linkCreate = OperationRow(
        "link.create", .device, [.init("type", .text)] + linkKeys, from: .rtnetlink(["RTM_NEWLINK"]),
        [.init(.makes, "link"), .init(.makes, "link", key: "peer")],
        .at(
            "\(core): rtnl_newlink()",
            [privilege, ("EEXIST", "the name is taken"), ("EOPNOTSUPP", "unknown type"), noDevice, noMemory]),
        "makes a device, and its peer where it is a veth")

    /// `link.set`: RTM_NEWLINK and RTM_SETLINK for a device that is there.
    public static let linkSet = OperationRow(
        "link.set", .device, linkKeys + [.init("name", .deviceName(or: []))],
        from: .rtnetlink(["RTM_NEWLINK", "RTM_SETLINK"]),
        [
            .init(.changes, "link"), .init(.makes, "link", key: "name"), .init(.removes, "link", given: "name"),
            .init(.removes, "link", given: "netns"),
        ],
        .at(
            "\(core): do_setlink()",
            [
                privilege, noDevice, ("EEXIST", "the name is taken there"), ("EBUSY", "it is a port of another kind"),
                ("EINVAL", "the device cannot do that"), ("EOPNOTSUPP", "the master takes no ports"), noMemory,
            ]),
        "changes a device: its state, name, master or namespace")

    /// `link.delete`: RTM_DELLINK.
    public static let linkDelete = OperationRow(
        "link.delete", .device, from: .rtnetlink(["RTM_DELLINK"]), [.init(.removes, "link")],
        .at("\(core): rtnl_dellink()", [privilege, noDevice, ("EOPNOTSUPP", "it cannot be deleted")]),
        "deletes a device, and its peer where it is a veth")

    /// `link.get`: RTM_GETLINK of one device.
    public static let linkGet = OperationRow(
        "link.get", .device, from: .rtnetlink(["RTM_GETLINK"]), [.init(.observes, "link")],
        .at("\(core): rtnl_getlink()", [noDevice, noBuffer]), "asks for one device")

    /// `link.list`: RTM_GETLINK with NLM_F_DUMP.
    public static let linkList = OperationRow(
        "link.list", .text, from: .rtnetlink(["RTM_GETLINK"]), [.init(.observes, "link")],
        .at("\(core): rtnl_dump_ifinfo()", [noBuffer]), "asks for all devices of the namespace")

    static let links: [OperationRow] = [linkCreate, linkSet, linkDelete, linkGet, linkList]
}

extension OperationRow {
    /// `nsid.get`: RTM_GETNSID of one namespace.
    public static let nsidGet = OperationRow(
        "nsid.get", .text, from: .rtnetlink(["RTM_GETNSID"]), [.init(.observes, "netns")],
        .at("net/core/net_namespace.c: rtnl_net_getid()", [("ESRCH", "the process is gone"), noMemory]),
        "asks for the number by which the namespace knows another one")

    /// `nsid.set`: RTM_NEWNSID.
    public static let nsidSet = OperationRow(
        "nsid.set", .text, [.init("netns", .namespace)], from: .rtnetlink(["RTM_NEWNSID"]),
        [.init(.changes, "netns", key: "netns")],
        .at(
            "net/core/net_namespace.c: rtnl_net_newid()",
            [
                privilege, ("EEXIST", "it has a number, or the number is taken"), ("ESRCH", "the process is gone"),
                noMemory,
            ]),
        "gives another namespace the number by which this one knows it")

    /// `nsid.list`: RTM_GETNSID with NLM_F_DUMP.
    public static let nsidList = OperationRow(
        "nsid.list", .text, from: .rtnetlink(["RTM_GETNSID"]), [.init(.observes, "netns")],
        .at("net/core/net_namespace.c: rtnl_net_dumpid()", [noBuffer]), "asks for the numbers of all namespaces")

    static let namespaceNumbers: [OperationRow] = [nsidGet, nsidSet, nsidList]
}
