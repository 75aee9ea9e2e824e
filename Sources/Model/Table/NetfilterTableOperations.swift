private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noMemory = ("ENOMEM", "memory")
private let noBuffer = ("ENOBUFS", "memory")
private let isThere = ("EEXIST", "it is there")
private let gone = ("ENOENT", "it is not there")
private let sets = "net/netfilter/ipset/ip_set_core.c"
private let tracking = "net/netfilter/nf_conntrack_netlink.c"

extension OperationRow {
    private static let element: [Qualifier] = [.init("element", .text, isList: true)]
    /// How ipset answers besides, in numbers of its own (`enum ipset_errno`).
    private static let refused = ("EINVAL", "a value that the type of the set does not take")

    /// `ipset.create`: IPSET_CMD_CREATE.
    public static let ipsetCreate = OperationRow(
        "ipset.create", .text, [.init("type", .text), .init("family", .text), .init("settings", .text)],
        from: .nfnetlink(["IPSET_CMD_CREATE"]), [.init(.makes, "ipset")],
        .at("\(sets): ip_set_create()", [privilege, isThere, refused, noMemory]), "makes a set of ipset(8)")

    /// `ipset.add`: IPSET_CMD_ADD.
    public static let ipsetAdd = OperationRow(
        "ipset.add", .text, element + [.init("settings", .text)], from: .nfnetlink(["IPSET_CMD_ADD"]),
        [.init(.changes, "ipset")],
        .at("\(sets): ip_set_uadd()", [privilege, gone, refused, noMemory]), "adds elements to a set of ipset(8)")

    /// `ipset.delete`: IPSET_CMD_DEL.
    public static let ipsetDelete = OperationRow(
        "ipset.delete", .text, element, from: .nfnetlink(["IPSET_CMD_DEL"]), [.init(.changes, "ipset")],
        .at("\(sets): ip_set_udel()", [privilege, gone, refused]), "takes elements from a set of ipset(8)")

    /// `ipset.flush`: IPSET_CMD_FLUSH.
    public static let ipsetFlush = OperationRow(
        "ipset.flush", .text, from: .nfnetlink(["IPSET_CMD_FLUSH"]), [.init(.changes, "ipset")],
        .at("\(sets): ip_set_flush()", [privilege, gone]), "takes all elements from a set of ipset(8), or from all sets"
    )

    /// `ipset.destroy`: IPSET_CMD_DESTROY.
    public static let ipsetDestroy = OperationRow(
        "ipset.destroy", .text, from: .nfnetlink(["IPSET_CMD_DESTROY"]), [.init(.removes, "ipset")],
        .at("\(sets): ip_set_destroy()", [privilege, gone, ("EBUSY", "a rule or a set has it")]),
        "deletes a set of ipset(8), or all sets")

    /// `ipset.rename`: IPSET_CMD_RENAME.
    public static let ipsetRename = OperationRow(
        "ipset.rename", .text, [.init("to", .text)], from: .nfnetlink(["IPSET_CMD_RENAME"]),
        [.init(.removes, "ipset"), .init(.makes, "ipset", key: "to")],
        .at("\(sets): ip_set_rename()", [privilege, gone, ("EBUSY", "a rule or a set has it")]),
        "gives a set of ipset(8) another name")

    /// `ipset.swap`: IPSET_CMD_SWAP.
    public static let ipsetSwap = OperationRow(
        "ipset.swap", .text, [.init("to", .text, shown: .nowhere)], from: .nfnetlink(["IPSET_CMD_SWAP"]),
        [.init(.changes, "ipset"), .init(.changes, "ipset", key: "to")],
        .at("\(sets): ip_set_swap()", [privilege, gone, ("EBUSY", "one of them is being listed")]),
        "exchanges two sets of ipset(8)")

    /// `ipset.list`: IPSET_CMD_LIST, IPSET_CMD_SAVE, IPSET_CMD_TEST and what ipset(8) asks first.
    public static let ipsetList = OperationRow(
        "ipset.list", .text, element + [.init("object", .text)],
        from: .nfnetlink([
            "IPSET_CMD_LIST", "IPSET_CMD_SAVE", "IPSET_CMD_TEST", "IPSET_CMD_HEADER", "IPSET_CMD_TYPE",
            "IPSET_CMD_PROTOCOL", "IPSET_CMD_GET_BYNAME", "IPSET_CMD_GET_BYINDEX",
        ]),
        [.init(.observes, "ipset")], .at("\(sets): ip_set_dump_do()", [privilege, gone, noBuffer]),
        "asks for sets of ipset(8), for an element, or for what the kernel can do")

    static let ipsets: [OperationRow] = [
        ipsetCreate, ipsetAdd, ipsetDelete, ipsetFlush, ipsetDestroy, ipsetRename, ipsetSwap, ipsetList,
    ]
}

extension OperationRow {
    private static let flow: [Qualifier] = [
        .init("dst", .prefix(or: [])), .init("proto", .number(0...255)), .init("sport", .number(0...65_535)),
        .init("dport", .number(0...65_535)),
    ]
    private static let entry = flow + [.init("mark", .text), .init("zone", .number(0...65_535))]

    /// `conntrack.create`: IPCTNL_MSG_CT_NEW with NLM_F_CREATE.
    public static let conntrackCreate = OperationRow(
        "conntrack.create", .prefix(or: ["all"]), entry, from: .nfnetlink(["IPCTNL_MSG_CT_NEW"]),
        [.init(.makes, "conntrack")],
        .at(
            "\(tracking): ctnetlink_new_conntrack()",
            [privilege, isThere, ("EINVAL", "no timeout or no address"), noMemory]),
        "makes an entry of the tracked connections, by its source")

    /// `conntrack.update`: IPCTNL_MSG_CT_NEW without NLM_F_CREATE.
    public static let conntrackUpdate = OperationRow(
        "conntrack.update", .prefix(or: ["all"]), entry, from: .nfnetlink(["IPCTNL_MSG_CT_NEW"]),
        [.init(.changes, "conntrack")],
        .at(
            "\(tracking): ctnetlink_new_conntrack()",
            [privilege, gone, ("EBUSY", "it may not be changed so"), noMemory]),
        "changes an entry of the tracked connections")

    /// `conntrack.delete`: IPCTNL_MSG_CT_DELETE.
    public static let conntrackDelete = OperationRow(
        "conntrack.delete", .prefix(or: ["all"]), entry, from: .nfnetlink(["IPCTNL_MSG_CT_DELETE"]),
        [.init(.removes, "conntrack")], .at("\(tracking): ctnetlink_del_conntrack()", [privilege, gone]),
        "deletes an entry of the tracked connections, or all of them")

    /// `conntrack.list`: IPCTNL_MSG_CT_GET and its like.
    public static let conntrackList = OperationRow(
        "conntrack.list", .prefix(or: ["all"]), entry, from: .nfnetlink(["IPCTNL_MSG_CT_GET*"]),
        [.init(.observes, "conntrack")], .at("\(tracking): ctnetlink_get_conntrack()", [privilege, gone, noBuffer]),
        "asks for tracked connections")

    /// `conntrack-expect.add`: IPCTNL_MSG_EXP_NEW.
    public static let expectAdd = OperationRow(
        "conntrack-expect.add", .prefix(or: ["all"]), flow, from: .nfnetlink(["IPCTNL_MSG_EXP_NEW"]),
        [.init(.makes, "conntrack", attribute: "expect")],
        .at(
            "\(tracking): ctnetlink_new_expect()", [privilege, isThere, ("ENOENT", "its connection is gone"), noMemory]),
        "makes an expectation of a connection")

    /// `conntrack-expect.delete`: IPCTNL_MSG_EXP_DELETE.
    public static let expectDelete = OperationRow(
        "conntrack-expect.delete", .prefix(or: ["all"]), flow, from: .nfnetlink(["IPCTNL_MSG_EXP_DELETE"]),
        [.init(.removes, "conntrack", attribute: "expect")],
        .at("\(tracking): ctnetlink_del_expect()", [privilege, gone]),
        "deletes an expectation of a connection, or all of them")

    /// `conntrack-expect.list`: IPCTNL_MSG_EXP_GET.
    public static let expectList = OperationRow(
        "conntrack-expect.list", .prefix(or: ["all"]), flow, from: .nfnetlink(["IPCTNL_MSG_EXP_GET*"]),
        [.init(.observes, "conntrack")], .at("\(tracking): ctnetlink_get_expect()", [privilege, gone, noBuffer]),
        "asks for expected connections")

    static let connections: [OperationRow] = [
        conntrackCreate, conntrackUpdate, conntrackDelete, conntrackList, expectAdd, expectDelete, expectList,
    ]
}

extension OperationRow {
    private static let legacy = "net/ipv4/netfilter/ip_tables.c"

    /// `iptables.replace`: setsockopt(2) with IPT_SO_SET_REPLACE and its like.
    public static let iptablesReplace = OperationRow(
        "iptables.replace", .text,
        [
            .init("entries", .number(0...4_294_967_295), shown: .attributes(["digest"])),
            .init("settings", .text, shown: .attributes(["digest"])),
        ],
        from: .calls(["setsockopt"]), [.init(.changes, "iptables")],
        .at(
            "\(legacy): do_replace()",
            [
                privilege, ("EAGAIN", "somebody changed the table meanwhile"), ("ENOENT", "no such table"),
                ("ENOPROTOOPT", "no iptables in this kernel, or not for this family"),
                ("EINVAL", "a match or target that does not take its values"), noMemory,
            ]),
        "replaces a table of iptables-legacy(8), arptables or ebtables, by family and name")

    /// `iptables.counters`: setsockopt(2) with IPT_SO_SET_ADD_COUNTERS.
    public static let iptablesCounters = OperationRow(
        "iptables.counters", .text, [.init("entries", .number(0...4_294_967_295))], from: .calls(["setsockopt"]),
        [.init(.observes, "iptables")],
        .at(
            "\(legacy): do_add_counters()",
            [privilege, ("ENOENT", "no such table"), ("EINVAL", "the table has changed meanwhile"), noMemory]),
        "adds to the counters of a table of iptables-legacy(8)")

    /// `iptables.list`: getsockopt(2) with IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES.
    public static let iptablesList = OperationRow(
        "iptables.list", .text, [.init("object", .text)], from: .calls(["getsockopt"]),
        [.init(.observes, "iptables")],
        .at(
            "\(legacy): get_entries()",
            [privilege, ("ENOENT", "no such table"), ("EAGAIN", "somebody changed the table meanwhile"), noMemory]),
        "reads a table of iptables-legacy(8)")

    static let legacyTables: [OperationRow] = [iptablesReplace, iptablesCounters, iptablesList]
}
