private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let noMemory = ("ENOMEM", "memory")
private let noBridge = ("EOPNOTSUPP", "neither a bridge nor a port of one, or it has no VLANs")

extension OperationRow {
    private static let ofVLAN: [Qualifier] = [
        .init("dev", .device), .init("self", .truth, shown: .nowhere),
        .init("master", .truth, shown: .nowhere), .init("flags", .text, isList: true), .init("tunnel", .text),
    ]

    /// `vlan.add`: RTM_SETLINK of AF_BRIDGE with IFLA_BRIDGE_VLAN_INFO.
    public static let vlanAdd = OperationRow(
        "vlan.add", .text, ofVLAN, from: .rtnetlink(["RTM_SETLINK"]), [.init(.makes, "vlan")],
        .at(
            "net/core/rtnetlink.c: rtnl_bridge_setlink()",
            [privilege, noDevice, noBridge, ("EINVAL", "a number or a range that it does not take"), noMemory]),
        "lets a port of a bridge, or the bridge itself, have a VLAN, or a range of these")

    /// `vlan.delete`: RTM_DELLINK of AF_BRIDGE with IFLA_BRIDGE_VLAN_INFO.
    public static let vlanDelete = OperationRow(
        "vlan.delete", .text, ofVLAN, from: .rtnetlink(["RTM_DELLINK"]), [.init(.removes, "vlan")],
        .at(
            "net/core/rtnetlink.c: rtnl_bridge_dellink()",
            [privilege, noDevice, noBridge, ("EINVAL", "a number or a range that it does not take")]),
        "takes a VLAN from a port of a bridge")

    /// `vlan.set`: RTM_NEWVLAN.
    public static let vlanSet = OperationRow(
        "vlan.set", .text,
        [.init("dev", .device), .init("global", .truth), .init("state", .text), .init("settings", .text)],
        from: .rtnetlink(["RTM_NEWVLAN"]), [.init(.changes, "vlan")],
        .at(
            "net/bridge/br_vlan.c: br_vlan_rtm_process()",
            [
                privilege, noDevice, noBridge, ("ENOENT", "the port has no such VLAN"),
                ("EINVAL", "a value that it does not take"),
            ]),
        "changes what a bridge does with a VLAN: the state of a port in it, or an option of all ports")

    /// `vlan.list`: RTM_GETLINK of AF_BRIDGE with RTEXT_FILTER_BRVLAN, and RTM_GETVLAN.
    public static let vlanList = OperationRow(
        "vlan.list", .text, [.init("dev", .device)], from: .rtnetlink(["RTM_GETLINK", "RTM_GETVLAN"]),
        [.init(.observes, "vlan")], .at("net/core/rtnetlink.c: rtnl_bridge_getlink()", [noDevice, noBuffer]),
        "asks for the VLANs of ports")

    static let vlans: [OperationRow] = [vlanAdd, vlanDelete, vlanSet, vlanList]
}

extension OperationRow {
    private static let ofGroup: [Qualifier] = [
        .init("dev", .device), .init("port", .device), .init("vlan", .number(0...4095)), .init("state", .text),
        .init("settings", .text),
    ]
    private static let goneGroup = ofGroup.filter { $0.name != "state" }

    /// `mdb.add`: RTM_NEWMDB.
    public static let mdbAdd = OperationRow(
        "mdb.add", .text, ofGroup, from: .rtnetlink(["RTM_NEWMDB"]), [.init(.makes, "mdb")],
        .at(
            "net/bridge/br_mdb.c: br_mdb_add()",
            [
                privilege, ("EEXIST", "it is there"), noDevice, ("EOPNOTSUPP", "it is no bridge"),
                ("EINVAL", "the bridge is down or has no multicast, or the port is not its own"), noMemory,
            ]),
        "adds a port to a multicast group of a bridge")

    /// `mdb.replace`: RTM_NEWMDB with NLM_F_REPLACE.
    public static let mdbReplace = OperationRow(
        "mdb.replace", .text, ofGroup, from: .rtnetlink(["RTM_NEWMDB"]), [.init(.makes, "mdb")],
        .at(
            "net/bridge/br_mdb.c: br_mdb_add()",
            [
                privilege, noDevice, ("EOPNOTSUPP", "it is no bridge"),
                ("EINVAL", "the bridge is down or has no multicast, or the port is not its own"), noMemory,
            ]),
        "adds a port to a multicast group, or changes how it is in it")

    /// `mdb.delete`: RTM_DELMDB.
    public static let mdbDelete = OperationRow(
        "mdb.delete", .text, goneGroup, from: .rtnetlink(["RTM_DELMDB"]), [.init(.removes, "mdb")],
        .at(
            "net/bridge/br_mdb.c: br_mdb_del()",
            [
                privilege, noDevice, ("EOPNOTSUPP", "it is no bridge"),
                ("EINVAL", "it is not there, or the bridge has no multicast"),
            ]),
        "takes a port from a multicast group of a bridge")

    /// `mdb.list`: RTM_GETMDB.
    public static let mdbList = OperationRow(
        "mdb.list", .text, [.init("dev", .device)], from: .rtnetlink(["RTM_GETMDB"]), [.init(.observes, "mdb")],
        .at("net/bridge/br_mdb.c: br_mdb_dump()", [noDevice, noBuffer]), "asks for multicast groups of bridges")

    static let groups: [OperationRow] = [mdbAdd, mdbReplace, mdbDelete, mdbList]
}
