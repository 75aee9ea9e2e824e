import CKernelHeaders
import Model

/// One expression of an nftables rule, in short words.
public struct NftExpression: Hashable, Sendable, CustomStringConvertible {
    /// `NFTA_EXPR_NAME`, such as `cmp`, `counter`, `match`.
    public var name: String
    /// What of its data is worth a word, such as a compared value or a set's name.
    public var detail: String?
    /// `NFTA_MATCH_NAME` or `NFTA_TARGET_NAME` of iptables.
    public var extensionName: String?
    /// The chain that a verdict jumps or goes to.
    public var targetChain: String?

    /// `name`, `name(detail)`, or the verdict alone.
    public var description: String {
        if name == "immediate", let detail { return detail }
        return detail.map { "\(name)(\($0))" } ?? name
    }
}

/// The word of nft(8) for a verdict without a chain.
func verdictName(_ code: Int32) -> String {
    switch code {
    case Int32(bitPattern: ckh_nf_accept): "accept"
    case Int32(bitPattern: ckh_nf_drop): "drop"
    case Int32(bitPattern: ckh_nf_queue): "queue"
    case NFT_CONTINUE.rawValue: "continue"
    case NFT_BREAK.rawValue: "break"
    case NFT_JUMP.rawValue: "jump"
    case NFT_GOTO.rawValue: "goto"
    case NFT_RETURN.rawValue: "return"
    default: String(code)
    }
}

/// What stands before a compared value, by `enum nft_cmp_ops`; nothing where it must be equal.
private let comparisonWords: [UInt32: String] = [
    NFT_CMP_NEQ.rawValue: "!=", NFT_CMP_LT.rawValue: "<", NFT_CMP_LTE.rawValue: "<=", NFT_CMP_GT.rawValue: ">",
    NFT_CMP_GTE.rawValue: ">=",
]

/// Reads a list of expressions, and copies it with the changing values zeroed.
struct NftExpressionReader {
    private(set) var expressions: [NftExpression] = []
    private(set) var zeroed: [UInt8]
    private(set) var comment: String?
    private let base: Int

    init(list: NetlinkAttribute, in bytes: RawSpan) {
        zeroed = list.bytes(in: bytes)
        base = list.payload.lowerBound
    }

    /// Reads `NFTA_LIST_ELEM` after `NFTA_LIST_ELEM`.
    mutating func readList(_ list: NetlinkAttributes, in bytes: RawSpan, depth: Int = 0) throws(NetlinkDecodingError) {
        var elements = list
        while let element = try elements.next(in: bytes) {
            if element.type == wire(NFTA_LIST_ELEM) { try read(element, in: bytes, depth: depth) }
        }
    }

    /// Reads one expression: `NFTA_EXPR_NAME` and `NFTA_EXPR_DATA`.
    private mutating func read(
        _ element: NetlinkAttribute, in bytes: RawSpan, depth: Int
    ) throws(NetlinkDecodingError) {
        let name = try element.nested.first(wire(NFTA_EXPR_NAME), in: bytes)?.string(in: bytes) ?? ""
        var expression = NftExpression(name: name)
        if let data = try element.nested.first(wire(NFTA_EXPR_DATA), in: bytes) {
            try read(data.nested, of: &expression, in: bytes, depth: depth)
        }
        // What a dynset does to its elements is no expression of the rule itself.
        if depth == 0 { expressions.append(expression) }
    }

    private mutating func read(
        _ data: NetlinkAttributes, of expression: inout NftExpression, in bytes: RawSpan, depth: Int
    ) throws(NetlinkDecodingError) {
        switch expression.name {
        case "counter": try zero(data, [wire(NFTA_COUNTER_BYTES), wire(NFTA_COUNTER_PACKETS)], in: bytes)
        case "quota":
            try zero(data, [wire(NFTA_QUOTA_CONSUMED)], in: bytes)
            expression.detail = try keyDetail(data, of: expression.name, in: bytes)
        case "last": try zero(data, [wire(NFTA_LAST_SET), wire(NFTA_LAST_MSECS)], in: bytes)
        case "dynset":
            expression.detail = try dynamicDetail(data, in: bytes)
            // A rule holds one level of these; deeper ones would only be there to exhaust the stack.
            guard depth == 0 else { return }
            if let inner = try data.first(wire(NFTA_DYNSET_EXPR), in: bytes) { try read(inner, in: bytes, depth: 1) }
            if let list = try data.first(wire(NFTA_DYNSET_EXPRESSIONS), in: bytes) {
                try readList(list.nested, in: bytes, depth: 1)
            }
        case "match":
            try readExtension(
                data, name: wire(NFTA_MATCH_NAME), information: wire(NFTA_MATCH_INFO), of: &expression, in: bytes)
        case "target":
            try readExtension(
                data, name: wire(NFTA_TARGET_NAME), information: wire(NFTA_TARGET_INFO), of: &expression, in: bytes)
        case "immediate":
            if let value = try data.first(wire(NFTA_IMMEDIATE_DATA), in: bytes) {
                try readValue(value, of: &expression, in: bytes)
            }
        case "cmp":
            if let value = try data.first(wire(NFTA_CMP_DATA), in: bytes) {
                try readValue(value, of: &expression, in: bytes)
            }
            // Whether it is equal is what most rules ask, and goes without saying.
            if let code = try data.first(wire(NFTA_CMP_OP), in: bytes)?.be32(in: bytes), let detail = expression.detail,
                let word = comparisonWords[code]
            {
                expression.detail = word + detail
            }
        case "lookup":
            let set = try data.first(wire(NFTA_LOOKUP_SET), in: bytes)?.string(in: bytes)
            let flags = try data.first(wire(NFTA_LOOKUP_FLAGS), in: bytes)?.be32(in: bytes) ?? 0
            expression.detail = set.map { flags & wire(NFT_LOOKUP_F_INV) == 0 ? $0 : "!=\($0)" }
        case "range":
            let isOutside = try data.first(wire(NFTA_RANGE_OP), in: bytes)?.be32(in: bytes) == NFT_RANGE_NEQ.rawValue
            let ends = [
                try value(wire(NFTA_RANGE_FROM_DATA), of: data, in: bytes),
                try value(wire(NFTA_RANGE_TO_DATA), of: data, in: bytes),
            ]
            expression.detail = (isOutside ? "!=" : "") + ends.map { $0 ?? "" }.joined(separator: "-")
        case "bitwise": expression.detail = try maskDetail(data, in: bytes)
        case "ct": expression.detail = try connectionDetail(data, in: bytes)
        case "payload": expression.detail = try payloadDetail(data, in: bytes)
        case "meta": expression.detail = try metaDetail(data, in: bytes)
        default: expression.detail = try keyDetail(data, of: expression.name, in: bytes)
        }
    }

    /// `rate=10,unit=1,burst=5`, without what is 0; a digest of all of one that is not known, nothing where it says nothing.
    private func keyDetail(
        _ data: NetlinkAttributes, of name: String, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> String? {
        guard let keys = NftExpressionKeys.of(name) else {
            return data.range.isEmpty ? nil : String(Digest.of(bytes.copy(data.range)).prefix(8))
        }
        var texts: [String] = []
        for key in keys {
            guard let attribute = try data.first(key.type, in: bytes) else { continue }
            switch key.kind {
            case .number:
                let number = attribute.bytes(in: bytes).prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
                if number != 0 { texts.append("\(key.name)=\(number)") }
            case .text: texts.append("\(key.name)=\(attribute.string(in: bytes))")
            case .data:
                if let value = try attribute.nested.first(wire(NFTA_DATA_VALUE), in: bytes) {
                    texts.append("\(key.name)=\(hexadecimal(value.bytes(in: bytes)))")
                }
            }
        }
        return texts.isEmpty ? nil : texts.joined(separator: ",")
    }

    /// The set, with what is done where that is not to add, and for how long.
    private func dynamicDetail(_ data: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) -> String? {
        guard let set = try data.first(wire(NFTA_DYNSET_SET_NAME), in: bytes)?.string(in: bytes) else { return nil }
        let operation = try data.first(wire(NFTA_DYNSET_OP), in: bytes)?.be32(in: bytes)
        let word = [NFT_DYNSET_OP_UPDATE.rawValue: ",update", NFT_DYNSET_OP_DELETE.rawValue: ",delete"]
        let timeout = try data.first(wire(NFTA_DYNSET_TIMEOUT), in: bytes)?.be64(in: bytes) ?? 0
        let flags = try data.first(wire(NFTA_DYNSET_FLAGS), in: bytes)?.be32(in: bytes) ?? 0
        // What is done to each element, as `limit rate` is, by a digest that counts nothing.
        var inner: [String] = []
        if let one = try data.first(wire(NFTA_DYNSET_EXPR), in: bytes) { inner.append(try name(of: one, in: bytes)) }
        if let list = try data.first(wire(NFTA_DYNSET_EXPRESSIONS), in: bytes) {
            var elements = list.nested
            while let one = try elements.next(in: bytes) { inner.append(try name(of: one, in: bytes)) }
        }
        return (flags & wire(NFT_DYNSET_F_INV) == 0 ? "" : "!") + set + (operation.flatMap { word[$0] } ?? "")
            + (timeout == 0 ? "" : ",timeout=\(timeout)") + inner.map { ",\($0)" }.joined()
    }

    /// An expression inside another: its name and keys.
    private func name(of element: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) -> String {
        let name = try element.nested.first(wire(NFTA_EXPR_NAME), in: bytes)?.string(in: bytes) ?? ""
        guard let data = try element.nested.first(wire(NFTA_EXPR_DATA), in: bytes),
            let detail = try keyDetail(data.nested, of: name, in: bytes)
        else { return name }
        return "\(name)(\(detail))"
    }

    /// `NFTA_DATA_VALUE` in an attribute, as hexadecimal digits.
    private func value(
        _ type: UInt16, of data: NetlinkAttributes, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> String? {
        try data.first(type, in: bytes)?.nested.first(wire(NFTA_DATA_VALUE), in: bytes).map {
            hexadecimal($0.bytes(in: bytes))
        }
    }

    private mutating func zero(
        _ data: NetlinkAttributes, _ types: [UInt16], in bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        var attributes = data
        while let attribute = try attributes.next(in: bytes) {
            guard types.contains(attribute.type) else { continue }
            for offset in attribute.payload where zeroed.indices.contains(offset - base) { zeroed[offset - base] = 0 }
        }
    }

    private mutating func readExtension(
        _ data: NetlinkAttributes, name: UInt16, information: UInt16, of expression: inout NftExpression,
        in bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        guard let name = try data.first(name, in: bytes)?.string(in: bytes) else { return }
        expression.extensionName = name
        expression.detail = name
        let information = try data.first(information, in: bytes)
        // What it asks is the structure of a module of iptables, which is told from its like by a digest.
        // The first word of what MASQUERADE takes is how many ranges it has, always 1.
        let skipped = name == "MASQUERADE" ? 4 : 0
        if name != "comment", let text = information?.bytes(in: bytes).dropFirst(skipped),
            text.contains(where: { $0 != 0 })
        {
            expression.detail = "\(name),\(Digest.of(text).prefix(8))"
        }
        // struct xt_comment_info is one array of characters, ended by a zero.
        if name == "comment", let text = information { comment = text.string(in: bytes) }
    }

    /// Reads `NFTA_DATA_VALUE` or `NFTA_DATA_VERDICT`.
    private func readValue(
        _ data: NetlinkAttribute, of expression: inout NftExpression, in bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        if let value = try data.nested.first(wire(NFTA_DATA_VALUE), in: bytes) {
            expression.detail = hexadecimal(value.bytes(in: bytes))
        }
        guard let verdict = try data.nested.first(wire(NFTA_DATA_VERDICT), in: bytes) else { return }
        let code = try verdict.nested.first(wire(NFTA_VERDICT_CODE), in: bytes)?.be32(in: bytes) ?? 0
        let chain = try verdict.nested.first(wire(NFTA_VERDICT_CHAIN), in: bytes)?.string(in: bytes)
        expression.targetChain = chain
        expression.detail = verdictName(Int32(bitPattern: code)) + (chain.map { " " + $0 } ?? "")
    }

    /// The mask of an AND, which is what nearly every one of these is; behind `^` the bits that are turned over, as OR and XOR are
    /// made of; `<<` and `>>` of a shift.
    private func maskDetail(_ data: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) -> String? {
        let operation = try data.first(wire(NFTA_BITWISE_OP), in: bytes)?.be32(in: bytes) ?? 0
        if operation != 0 {
            let by = try value(wire(NFTA_BITWISE_DATA), of: data, in: bytes) ?? ""
            return ([1: "<<", 2: ">>", 3: "&", 4: "|", 5: "^"][operation] ?? "\(operation),") + by
        }
        guard let mask = try value(wire(NFTA_BITWISE_MASK), of: data, in: bytes) else { return nil }
        let turned = try value(wire(NFTA_BITWISE_XOR), of: data, in: bytes) ?? ""
        return turned.allSatisfy { $0 == "0" } ? mask : "\(mask)^\(turned)"
    }

    /// The word of nft(8) for a key of `ct`, and its direction; `set` before one that is set.
    private func connectionDetail(
        _ data: NetlinkAttributes, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> String? {
        guard let key = try data.first(wire(NFTA_CT_KEY), in: bytes)?.be32(in: bytes) else { return nil }
        let word = NftKeyWords.word(key, in: NftKeyWords.connection)
        let isSet = try data.first(wire(NFTA_CT_SREG), in: bytes) != nil
        let direction = try data.first(wire(NFTA_CT_DIRECTION), in: bytes)?.u8(in: bytes)
        return (isSet ? "set," : "") + word + (direction.map { $0 == 0 ? ",original" : ",reply" } ?? "")
    }

    /// `base+offset,length`, with the base as the number of `enum nft_payload_bases`.
    private func payloadDetail(_ data: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) -> String? {
        guard let base = try data.first(wire(NFTA_PAYLOAD_BASE), in: bytes)?.be32(in: bytes),
            let offset = try data.first(wire(NFTA_PAYLOAD_OFFSET), in: bytes)?.be32(in: bytes),
            let length = try data.first(wire(NFTA_PAYLOAD_LEN), in: bytes)?.be32(in: bytes)
        else { return nil }
        let words = [
            NFT_PAYLOAD_LL_HEADER.rawValue: "link", NFT_PAYLOAD_NETWORK_HEADER.rawValue: "network",
            NFT_PAYLOAD_TRANSPORT_HEADER.rawValue: "transport",
        ]
        let isSet = try data.first(wire(NFTA_PAYLOAD_SREG), in: bytes) != nil
        return (isSet ? "set," : "") + "\(words[base] ?? String(base))+\(offset),\(length)"
    }

    /// The word of nft(8) for a key of `meta`, else the number of `enum nft_meta_keys`; `set` before one that is set.
    private func metaDetail(_ data: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) -> String? {
        guard let key = try data.first(wire(NFTA_META_KEY), in: bytes)?.be32(in: bytes) else { return nil }
        let isSet = try data.first(wire(NFTA_META_SREG), in: bytes) != nil
        return (isSet ? "set," : "") + NftKeyWords.word(key, in: NftKeyWords.meta)
    }
}
