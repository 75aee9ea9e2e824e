import CKernelHeaders

/// An nftables rule, from `NFT_MSG_NEWRULE` or `NFT_MSG_DELRULE`.
public struct NftRule: DumpRecord {
    /// `nfgen_family`.
    public var family = NftFamily(rawValue: 0)
    /// `NFTA_RULE_TABLE`.
    public var table = ""
    /// `NFTA_RULE_CHAIN`; nil in a request that deletes the rules of a table.
    public var chain: String?
    /// `NFTA_RULE_HANDLE`; nil in a request that adds.
    public var handle: UInt64?
    /// `NFTA_RULE_EXPRESSIONS` with its counters zeroed, so that equal rules have equal bytes.
    ///
    /// Zeroed are the values of `counter`, `quota` (what is used up) and `last`, also inside `dynset`.
    public var expressionBytes: [UInt8] = []
    /// What the expressions are, in order.
    public var expressions: [NftExpression] = []
    /// The comment that nft(8) keeps in `NFTA_RULE_USERDATA`, or that of the match `comment` of iptables.
    public var comment: String?

    /// The names of the iptables matches (`NFTA_MATCH_NAME`), in order.
    public var matches: [String] { expressions.filter { $0.name == "match" }.compactMap(\.extensionName) }
    /// The name of the iptables target (`NFTA_TARGET_NAME`).
    public var target: String? { expressions.first { $0.name == "target" }?.extensionName }
    /// The chains that the rule jumps or goes to.
    public var targetChains: [String] { expressions.compactMap(\.targetChain) }
    /// The expressions in short words, and the comment.
    public var summary: String {
        let words = expressions.map(\.description)
        return (words + (comment.map { ["comment \"\($0)\""] } ?? [])).joined(separator: " ")
    }

    /// Reads `NFT_MSG_NEWRULE` and `NFT_MSG_DELRULE`.
    public static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> NftRule? {
        guard let (family, list) = try message.nftHeader(NFT_MSG_NEWRULE, NFT_MSG_DELRULE, in: bytes) else {
            return nil
        }
        var attributes = list
        var rule = NftRule()
        rule.family = family
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_RULE_TABLE.rawValue: rule.table = attribute.string(in: bytes)
            case NFTA_RULE_CHAIN.rawValue: rule.chain = attribute.string(in: bytes)
            case NFTA_RULE_HANDLE.rawValue: rule.handle = try attribute.be64(in: bytes)
            case NFTA_RULE_USERDATA.rawValue: rule.comment = nftComment(attribute.bytes(in: bytes)) ?? rule.comment
            case NFTA_RULE_EXPRESSIONS.rawValue:
                var reader = NftExpressionReader(list: attribute, in: bytes)
                try reader.readList(attribute.nested, in: bytes)
                rule.expressions = reader.expressions
                rule.expressionBytes = reader.zeroed
                rule.comment = rule.comment ?? reader.comment
            default: break
            }
        }
        return rule
    }
}

/// The comment in the user data of libnftnl: a list of {u8 type, u8 length, bytes}.
private func nftComment(_ data: [UInt8]) -> String? {
    var rest = data[...]
    while rest.count >= 2 {
        let type = rest[rest.startIndex]
        let length = Int(rest[rest.startIndex + 1])
        let value = rest.dropFirst(2).prefix(length)
        guard value.count == length else { return nil }
        if type == ckh_nftnl_udata_rule_comment { return String(decoding: value.prefix { $0 != 0 }, as: UTF8.self) }
        rest = rest.dropFirst(2 + length)
    }
    return nil
}
