import CKernelHeaders

extension RequestDecoder {
    /// What reads a message of rtnetlink.
    typealias Reader =
        @Sendable (RequestDecoder) -> (NetlinkMessage, RawSpan) throws(NetlinkDecodingError) -> DecodedRequest

    /// What reads each message of rtnetlink, by the number of its type; what is not here is a `raw.request`.
    static let readers: [UInt16: Reader] = Dictionary(
        uniqueKeysWithValues: families.flatMap { types, reader in types.map { (wire($0), reader) } })

    /// A new family is one line: its messages, and the function that gives each a row of the table of operations.
    private static let families: [([Int], Reader)] = [
        ([RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK, RTM_GETLINK], { $0.link }),
        ([RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR], { $0.address }),
        ([RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE], { $0.route }),
        ([RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE], { $0.rule }),
        ([RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH], { $0.neighbour }),
        ([RTM_NEWNSID, RTM_GETNSID], { $0.namespaceID }),
    ]
}
