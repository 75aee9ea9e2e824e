private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noMemory = ("ENOMEM", "memory")
private let noBuffer = ("ENOBUFS", "memory")
private let transform = "net/xfrm/xfrm_user.c"

extension OperationRow {
    private static let ofState: [Qualifier] = [
        .init("src", .prefix(or: [])), .init("proto", .text), .init("spi", .text), .init("mark", .text),
    ]
    private static let newState =
        ofState + [
            .init("mode", .text), .init("reqid", .number(0...4_294_967_295)), .init("settings", .text),
        ]

    /// `xfrm-state.add`: XFRM_MSG_NEWSA.
    public static let stateAdd = OperationRow(
        "xfrm-state.add", .prefix(or: []), newState, from: .xfrm(["XFRM_MSG_NEWSA"]),
        [.init(.makes, "xfrm-state")],
        .at(
            "\(transform): xfrm_add_sa()",
            [
                privilege, ("EEXIST", "it is there"), ("EPROTONOSUPPORT", "no such protocol in this kernel"),
                ("ENOSYS", "no such algorithm in this kernel"), ("EINVAL", "a value that it does not take"), noMemory,
            ]),
        "adds a security association of IPsec, by its destination")

    /// `xfrm-state.replace`: XFRM_MSG_UPDSA.
    public static let stateReplace = OperationRow(
        "xfrm-state.replace", .prefix(or: []), newState, from: .xfrm(["XFRM_MSG_UPDSA"]),
        [.init(.makes, "xfrm-state")],
        .at(
            "\(transform): xfrm_add_sa()",
            [
                privilege, ("ESRCH", "it is not there"), ("EPROTONOSUPPORT", "no such protocol in this kernel"),
                ("EINVAL", "a value that it does not take"), noMemory,
            ]),
        "changes a security association of IPsec, or adds it")

    /// `xfrm-state.delete`: XFRM_MSG_DELSA.
    public static let stateDelete = OperationRow(
        "xfrm-state.delete", .prefix(or: []), ofState, from: .xfrm(["XFRM_MSG_DELSA"]),
        [.init(.removes, "xfrm-state")],
        .at(
            "\(transform): xfrm_del_sa()",
            [("EPERM", "no CAP_NET_ADMIN, or the kernel holds it"), ("ESRCH", "it is not there")]),
        "deletes a security association of IPsec")

    /// `xfrm-state.flush`: XFRM_MSG_FLUSHSA.
    public static let stateFlush = OperationRow(
        "xfrm-state.flush", .prefix(or: ["all"]), [.init("proto", .text)], from: .xfrm(["XFRM_MSG_FLUSHSA"]),
        [.init(.removes, "xfrm-state")],
        .at("\(transform): xfrm_flush_sa()", [privilege, ("ESRCH", "there is none")]),
        "deletes the security associations of IPsec, of one protocol or of all")

    /// `xfrm-state.list`: XFRM_MSG_GETSA and its like.
    public static let stateList = OperationRow(
        "xfrm-state.list", .prefix(or: ["all"]), ofState, from: .xfrm(["XFRM_MSG_GETSA", "XFRM_MSG_GETSADINFO"]),
        [.init(.observes, "xfrm-state")],
        .at("\(transform): xfrm_dump_sa()", [privilege, ("ESRCH", "it is not there"), noBuffer]),
        "asks for security associations of IPsec")

    private static let ofPolicy: [Qualifier] = [
        .init("src", .prefix(or: [])), .init("dir", .text), .init("index", .number(0...4_294_967_295)),
        .init("selector", .text), .init("mark", .text),
    ]
    private static let newPolicy =
        ofPolicy + [
            .init("priority", .number(0...4_294_967_295)), .init("action", .text), .init("settings", .text),
        ]

    /// `xfrm-policy.add`: XFRM_MSG_NEWPOLICY.
    public static let policyAdd = OperationRow(
        "xfrm-policy.add", .prefix(or: ["all"]), newPolicy, from: .xfrm(["XFRM_MSG_NEWPOLICY"]),
        [.init(.makes, "xfrm-policy")],
        .at(
            "\(transform): xfrm_add_policy()",
            [privilege, ("EEXIST", "it is there"), ("EINVAL", "a value that it does not take"), noMemory]),
        "adds a policy of IPsec, by its destination")

    /// `xfrm-policy.replace`: XFRM_MSG_UPDPOLICY.
    public static let policyReplace = OperationRow(
        "xfrm-policy.replace", .prefix(or: ["all"]), newPolicy, from: .xfrm(["XFRM_MSG_UPDPOLICY"]),
        [.init(.makes, "xfrm-policy")],
        .at("\(transform): xfrm_add_policy()", [privilege, ("EINVAL", "a value that it does not take"), noMemory]),
        "adds a policy of IPsec, or changes the one that is there")

    /// `xfrm-policy.delete`: XFRM_MSG_DELPOLICY.
    public static let policyDelete = OperationRow(
        "xfrm-policy.delete", .prefix(or: ["all"]), ofPolicy, from: .xfrm(["XFRM_MSG_DELPOLICY"]),
        [.init(.removes, "xfrm-policy")],
        .at("\(transform): xfrm_get_policy()", [privilege, ("ENOENT", "it is not there")]),
        "deletes a policy of IPsec")

    /// `xfrm-policy.flush`: XFRM_MSG_FLUSHPOLICY.
    public static let policyFlush = OperationRow(
        "xfrm-policy.flush", .prefix(or: ["all"]), from: .xfrm(["XFRM_MSG_FLUSHPOLICY"]),
        [.init(.removes, "xfrm-policy")],
        .at("\(transform): xfrm_flush_policy()", [privilege]), "deletes the policies of IPsec")

    /// `xfrm-policy.list`: XFRM_MSG_GETPOLICY and its like.
    public static let policyList = OperationRow(
        "xfrm-policy.list", .prefix(or: ["all"]), ofPolicy,
        from: .xfrm(["XFRM_MSG_GETPOLICY", "XFRM_MSG_GETSPDINFO"]), [.init(.observes, "xfrm-policy")],
        .at("\(transform): xfrm_dump_policy()", [privilege, ("ENOENT", "it is not there"), noBuffer]),
        "asks for policies of IPsec")

    static let transforms: [OperationRow] = [
        stateAdd, stateReplace, stateDelete, stateFlush, stateList, policyAdd, policyReplace, policyDelete,
        policyFlush, policyList,
    ]
}

extension OperationRow {
    /// `generic.request`: a message of a family of generic netlink but the one that names families.
    public static let genericRequest = OperationRow(
        "generic.request", .text,
        [.init("command", .number(0...255)), .init("dev", .device), .init("settings", .text)], from: .generic,
        also: ["ioctl"],
        [.init(.changes, "generic"), .init(.changes, "link", key: "dev", attribute: "generic")],
        .at(
            "net/netlink/genetlink.c: genl_family_rcv_msg()",
            [
                privilege, ("EOPNOTSUPP", "the family has no such command, or the device cannot do that"),
                ("ENODEV", "the device is gone"), ("EINVAL", "a value that it does not take"), noMemory,
            ]),
        "a request of generic netlink, by its family: `ethtool`, `mptcp_pm`, `l2tp`; `ethtool-ioctl` is one of SIOCETHTOOL that sets something, by its own number"
    )

    /// `generic.list`: CTRL_CMD_GETFAMILY.
    public static let genericList = OperationRow(
        "generic.list", .text, from: .generic, [.init(.observes, "generic")],
        .at("net/netlink/genetlink.c: ctrl_getfamily()", [("ENOENT", "there is no such family"), noBuffer]),
        "asks for a family of generic netlink, by its name")

    private static let ofWireguard: [Qualifier] = [
        .init("private-key", .text, shown: .attributes(["public-key"])), .init("listen-port", .number(0...65_535)),
        .init("fwmark", .text), .init("flags", .text, shown: .nowhere),
        .init("peer", .text, isList: true, shown: .nowhere), .init("remove", .text, isList: true, shown: .nowhere),
        .init("preshared-key", .text, isList: true), .init("endpoint", .text, isList: true),
        .init("persistent-keepalive", .text, isList: true), .init("allowed-ips", .text, isList: true),
    ]

    /// `wireguard.set`: WG_CMD_SET_DEVICE.
    public static let wireguardSet = OperationRow(
        "wireguard.set", .text, ofWireguard, from: .generic, [.init(.changes, "wireguard")],
        .at(
            "drivers/net/wireguard/netlink.c: wg_set_device()",
            [
                privilege, ("ENODEV", "the device is gone"), ("EOPNOTSUPP", "it is no device of WireGuard"),
                ("EINVAL", "a value that it does not take"), ("EADDRINUSE", "another socket has the port"), noMemory,
            ]),
        "sets keys, port, mark or peers of a device of WireGuard; a private and a preshared key as their digests")

    /// `wireguard.list`: WG_CMD_GET_DEVICE.
    public static let wireguardList = OperationRow(
        "wireguard.list", .text, from: .generic, [.init(.observes, "wireguard")],
        .at(
            "drivers/net/wireguard/netlink.c: wg_get_device_start()",
            [privilege, ("ENODEV", "the device is gone"), ("EOPNOTSUPP", "it is no device of WireGuard"), noBuffer]),
        "asks what a device of WireGuard was told")

    private static let diagnosis = "net/core/sock_diag.c"
    private static let ofSocket: [Qualifier] = [.init("peer", .text), .init("proto", .text)]

    /// `socket.list`: SOCK_DIAG_BY_FAMILY.
    public static let socketList = OperationRow(
        "socket.list", .text, ofSocket,
        from: .diagnosis(["SOCK_DIAG_BY_FAMILY", "TCPDIAG_GETSOCK", "DCCPDIAG_GETSOCK"]), [.init(.observes, "socket")],
        .at("\(diagnosis): sock_diag_rcv_msg()", [("ENOENT", "it is not there, or no such family"), noBuffer]),
        "asks for sockets, as ss(8) does")

    /// `socket.destroy`: SOCK_DESTROY.
    public static let socketDestroy = OperationRow(
        "socket.destroy", .text, ofSocket, from: .diagnosis(["SOCK_DESTROY"]),
        [.init(.removes, "socket", attribute: "address")],
        .at(
            "\(diagnosis): sock_diag_destroy()",
            [privilege, ("ENOENT", "it is not there"), ("EOPNOTSUPP", "the kernel cannot do that")]),
        "closes a socket of somebody else, by its address")

    static let otherNetlink: [OperationRow] = [
        genericRequest, genericList, wireguardSet, wireguardList, socketList, socketDestroy,
    ]
}
