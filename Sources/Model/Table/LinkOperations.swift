private let linkKeys: [OperationRow.Qualifier] = [
    .init("peer", .deviceName(or: [])), .init("master", .deviceName(or: ["none"])),
    .init("mtu", .number(0...4_294_967_295)), .init("up", .truth), .init("netns", .namespace, shown: .nowhere),
    .init("peer-netns", .namespace, shown: .nowhere), .init("mac", .hardwareAddress), .init("alias", .text),
    .init("group", .number(0...4_294_967_295)), .init("link", .device),
    .init("id", .number(0...4095), shown: .attributes(["settings"])),
    .init("flags", .text, isList: true), .init("txqueuelen", .number(0...4_294_967_295)),
    .init("addrgenmode", .text), .init("token", .text), .init("protodown", .truth), .init("xdp", .truth),
    .init("settings", .text), .init("other", .text, isList: true),
]
private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let noMemory = ("ENOMEM", "memory")
private let core = "net/core/rtnetlink.c"

extension OperationRow {
    /// `link.create`: RTM_NEWLINK with NLM_F_CREATE for a device that is not there.
    public static let linkCreate = OperationRow(
        "link.create", .device, [.init("type", .text)] + linkKeys, from: .rtnetlink(["RTM_NEWLINK"]), also: ["ioctl"],
        [.init(.makes, "link"), .init(.makes, "link", key: "peer")],
        .at(
            "\(core): rtnl_newlink()",
            [
                privilege, ("EEXIST", "the name is taken"), ("EOPNOTSUPP", "unknown type"), noDevice,
                ("EINVAL", "a value that the type does not take"), noMemory,
            ]),
        "makes a device, and its peer where it is a veth")

    /// `link.set`: RTM_NEWLINK and RTM_SETLINK for a device that is there.
    public static let linkSet = OperationRow(
        "link.set", .device, linkKeys + [.init("name", .deviceName(or: []), shown: .nowhere)],
        from: .rtnetlink(["RTM_NEWLINK", "RTM_SETLINK"]), also: ["ioctl"],
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
        "link.delete", .device, [.init("group", .number(0...4_294_967_295))], from: .rtnetlink(["RTM_DELLINK"]),
        also: ["ioctl"],
        [.init(.removes, "link")],
        .at("\(core): rtnl_dellink()", [privilege, noDevice, ("EOPNOTSUPP", "it cannot be deleted")]),
        "deletes a device, and its peer where it is a veth; `all` devices of a group")

    /// `link.get`: RTM_GETLINK of one device.
    public static let linkGet = OperationRow(
        "link.get", .device, from: .rtnetlink(["RTM_GETLINK"]), [.init(.observes, "link")],
        .at("\(core): rtnl_getlink()", [noDevice, noBuffer]), "asks for one device")

    /// `link.list`: RTM_GETLINK with NLM_F_DUMP.
    public static let linkList = OperationRow(
        "link.list", .text, from: .rtnetlink(["RTM_GETLINK"]), [.init(.observes, "link")],
        .at("\(core): rtnl_dump_ifinfo()", [noBuffer]), "asks for all devices of the namespace")

    /// `tun.attach`: ioctl(2) with TUNSETIFF of a descriptor of /dev/net/tun.
    public static let tunAttach = OperationRow(
        "tun.attach", .device, [.init("type", .word(["tun", "tap"]))], from: .calls(["ioctl"]), [.init(.makes, "link")],
        .at(
            "drivers/net/tun.c: tun_set_iff()",
            [
                ("EPERM", "no CAP_NET_ADMIN in the namespace, or the device of somebody else"),
                ("EBUSY", "another process has it, or it is to be new and is there"),
                ("EINVAL", "a device of that name is of another type"),
                ("EEXIST", "the descriptor has a device already"), ("E2BIG", "limit of queues"), noMemory,
            ]),
        "attaches a descriptor of /dev/net/tun to a tun or tap device, and makes it where it is not there")

    private static let properties = "\(core): rtnl_linkprop()"

    /// `altname.add`: RTM_NEWLINKPROP with IFLA_ALT_IFNAME.
    public static let altnameAdd = OperationRow(
        "altname.add", .text, [.init("dev", .device)], from: .rtnetlink(["RTM_NEWLINKPROP"]),
        [.init(.changes, "link", key: "dev", attribute: "altnames")],
        .at(properties, [privilege, ("EEXIST", "the name is taken"), noDevice, noMemory]),
        "gives a device one more name")

    /// `altname.delete`: RTM_DELLINKPROP with IFLA_ALT_IFNAME.
    public static let altnameDelete = OperationRow(
        "altname.delete", .text, [.init("dev", .device)], from: .rtnetlink(["RTM_DELLINKPROP"]),
        [.init(.changes, "link", key: "dev", attribute: "altnames")],
        .at(properties, [privilege, ("ENOENT", "it has no such name"), noDevice]),
        "takes one of its other names from a device")

    static let links: [OperationRow] = [
        linkCreate, linkSet, linkDelete, linkGet, linkList, altnameAdd, altnameDelete, tunAttach, qdiscAdd,
        qdiscReplace, qdiscChange, qdiscDelete,
        qdiscList,
    ]
}

extension OperationRow {
    /// `nsid.get`: RTM_GETNSID of one namespace.
    public static let nsidGet = OperationRow(
        "nsid.get", .text, from: .rtnetlink(["RTM_GETNSID"]), [.init(.observes, "netns")],
        .at(
            "net/core/net_namespace.c: rtnl_net_getid()",
            [("ESRCH", "the process is gone"), ("ENOENT", "the number leads to no namespace"), noMemory]),
        "asks for the number by which the namespace knows another one")

    /// `nsid.set`: RTM_NEWNSID.
    public static let nsidSet = OperationRow(
        "nsid.set", .text, [.init("netns", .namespace)], from: .rtnetlink(["RTM_NEWNSID"]),
        [.init(.changes, "netns", key: "netns", attribute: "nsid")],
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

extension OperationRow {
    private static let qdiscKeys: [Qualifier] = [
        .init("dev", .device), .init("type", .text), .init("handle", .text),
    ]
    /// The kernel reads options where it makes or changes one alone.
    private static let newQdiscKeys = qdiscKeys + [.init("settings", .text)]
    private static let traffic = "net/sched/sch_api.c"
    private static let gone = ("ENOENT", "it is not there, or unknown type")

    /// `qdisc.add`: RTM_NEWQDISC with NLM_F_CREATE and NLM_F_EXCL.
    public static let qdiscAdd = OperationRow(
        "qdisc.add", .text, newQdiscKeys, from: .rtnetlink(["RTM_NEWQDISC"]),
        [.init(.makes, "qdisc"), .init(.changes, "link", key: "dev")],
        .at("\(traffic): tc_modify_qdisc()", [privilege, ("EEXIST", "it is there"), noDevice, gone, noBuffer]),
        "gives a device a queueing discipline, by its parent")

    /// `qdisc.replace`: RTM_NEWQDISC with NLM_F_CREATE.
    public static let qdiscReplace = OperationRow(
        "qdisc.replace", .text, newQdiscKeys, from: .rtnetlink(["RTM_NEWQDISC"]),
        [.init(.makes, "qdisc"), .init(.changes, "link", key: "dev")],
        .at("\(traffic): tc_modify_qdisc()", [privilege, noDevice, gone, noBuffer]),
        "gives a device a queueing discipline, or changes the one that is there")

    /// `qdisc.change`: RTM_NEWQDISC without NLM_F_CREATE.
    public static let qdiscChange = OperationRow(
        "qdisc.change", .text, newQdiscKeys, from: .rtnetlink(["RTM_NEWQDISC"]),
        [.init(.changes, "qdisc"), .init(.changes, "link", key: "dev")],
        .at("\(traffic): tc_modify_qdisc()", [privilege, noDevice, gone]), "changes a queueing discipline")

    /// `qdisc.delete`: RTM_DELQDISC.
    public static let qdiscDelete = OperationRow(
        "qdisc.delete", .text, qdiscKeys, from: .rtnetlink(["RTM_DELQDISC"]),
        [.init(.removes, "qdisc"), .init(.changes, "link", key: "dev")],
        .at("\(traffic): tc_get_qdisc()", [privilege, noDevice, gone]), "takes a queueing discipline from a device")

    /// `qdisc.list`: RTM_GETQDISC.
    public static let qdiscList = OperationRow(
        "qdisc.list", .text, qdiscKeys, from: .rtnetlink(["RTM_GETQDISC"]),
        [.init(.observes, "qdisc"), .init(.observes, "link", key: "dev")],
        .at("\(traffic): tc_dump_qdisc()", [noDevice, noBuffer]), "asks for queueing disciplines")
}
