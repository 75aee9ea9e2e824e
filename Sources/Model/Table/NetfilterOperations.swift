private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let api = "net/netfilter/nf_tables_api.c"

extension OperationRow {
    /// `nft.commit`: the messages between NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END, which come to pass all or none.
    public static let nftCommit = OperationRow(
        "nft.commit", .tables,
        [
            .init("add", .text, isList: true, shown: .kinds), .init("delete", .text, isList: true, shown: .kinds),
            .init("flush", .text, isList: true, shown: .kinds), .init("chain", .text, isList: true),
            .init("set", .text, isList: true),
            .init("text", .text), .init("other", .text),
            .init("incomplete", .truth, shown: .nowhere),
        ],
        from: .nfnetlink(["NFNL_MSG_BATCH_BEGIN", "NFT_MSG_NEW*", "NFT_MSG_DEL*", "NFNL_MSG_BATCH_END"]),
        [
            .init(.makes, "nft", given: "add"), .init(.removes, "nft", given: "delete"),
            .init(.changes, "nft", given: "flush"),
        ],
        .at(
            "\(api): nf_tables_commit()",
            [
                privilege, ("ENOENT", "a table, chain or set is gone"), ("EEXIST", "it is there"),
                ("EBUSY", "it is in use"), ("ENOMEM", "memory"),
                ("EOPNOTSUPP", "an expression of a module that is not there"),
                ("ERESTART", "another commit came between, and the batch names the generation"),
            ]),
        "changes tables of nftables, all of it or nothing")

    /// `nft.list`: NFT_MSG_GET*.
    public static let nftList = OperationRow(
        "nft.list", .tables, [.init("object", .text)], from: .nfnetlink(["NFT_MSG_GET*", "NFNL_MSG_COMPAT_GET"]),
        [.init(.observes, "nft")],
        .at(
            "\(api): nf_tables_getrule()",
            [privilege, ("ENOENT", "the table or chain is gone"), ("ENOBUFS", "memory")]),
        "asks for objects of nftables")

    /// `raw.request`: a message that has no row of its own, by the number of its type.
    public static let rawRequest = OperationRow(
        "raw.request", .number(0...65_535), [.init("protocol", .text), .init("malformed", .text)], from: .netlink, [],
        // What a handler answers besides, nobody can say who does not know the message.
        .at(
            "net/core/rtnetlink.c: rtnetlink_rcv_msg()",
            [
                privilege, ("EOPNOTSUPP", "nobody takes such messages"), ("EINVAL", "a value that it does not take"),
                ("ENOMEM", "memory"),
            ]),
        "a netlink message that has no word here, by the number of its type")

    static let netfilter: [OperationRow] = [nftCommit, nftList]
}
