import CKernelHeaders

/// Elements of one nftables set, from `NFT_MSG_NEWSETELEM`: a large set comes in several of them.
public struct NftElements: DumpRecord {
    /// `nfgen_family`.
    public var family = NftFamily(rawValue: 0)
    /// `NFTA_SET_ELEM_LIST_TABLE`.
    public var table = ""
    /// `NFTA_SET_ELEM_LIST_SET`.
    public var set = ""
    /// The elements, in the kernel's order, which is no order.
    public var elements: [NftElement] = []

    /// Reads `NFT_MSG_NEWSETELEM`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NftElements? {
        guard let (family, list) = try message.nftHeader(NFT_MSG_NEWSETELEM, in: bytes) else { return nil }
        var attributes = list
        var record = NftElements()
        record.family = family
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_SET_ELEM_LIST_TABLE.rawValue: record.table = attribute.string(in: bytes)
            case NFTA_SET_ELEM_LIST_SET.rawValue: record.set = attribute.string(in: bytes)
            case NFTA_SET_ELEM_LIST_ELEMENTS.rawValue:
                var elements = attribute.nested
                while let element = try elements.next(in: bytes) {
                    record.elements.append(try NftElement(element.nested, in: bytes))
                }
            default: break
            }
        }
        return record
    }
}

/// One element of an nftables set or map, without what traffic and time change: counters and when it expires.
public struct NftElement: Hashable, Sendable {
    /// `NFTA_SET_ELEM_KEY`; empty for the element that catches all.
    public var key: [UInt8] = []
    /// `NFTA_SET_ELEM_KEY_END`; nil where the element is no range of its own.
    public var end: [UInt8]?
    /// `NFTA_SET_ELEM_DATA` of a map, as bytes or as the name of a verdict with its chain.
    public var data: String?
    /// `NFTA_SET_ELEM_FLAGS`, a set of `NFT_SET_ELEM_*`.
    public var flags: UInt32 = 0

    init() {}

    /// Whether it ends a range of an interval set (`NFT_SET_ELEM_INTERVAL_END`).
    public var isIntervalEnd: Bool { flags & wire(NFT_SET_ELEM_INTERVAL_END) != 0 }

    init(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = list
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_SET_ELEM_KEY.rawValue: key = try NftElement.value(attribute, in: bytes) ?? []
            case NFTA_SET_ELEM_KEY_END.rawValue: end = try NftElement.value(attribute, in: bytes)
            case NFTA_SET_ELEM_DATA.rawValue: data = try NftElement.text(attribute, in: bytes)
            case NFTA_SET_ELEM_FLAGS.rawValue: flags = try attribute.be32(in: bytes)
            default: break
            }
        }
    }

    private static func value(
        _ attribute: NetlinkAttribute, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> [UInt8]? {
        try attribute.nested.first(wire(NFTA_DATA_VALUE), in: bytes)?.bytes(in: bytes)
    }

    private static func text(_ attribute: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) -> String? {
        if let value = try value(attribute, in: bytes) { return hexadecimal(value) }
        guard let verdict = try attribute.nested.first(wire(NFTA_DATA_VERDICT), in: bytes) else { return nil }
        let code = try verdict.nested.first(wire(NFTA_VERDICT_CODE), in: bytes)?.be32(in: bytes)
        let chain = try verdict.nested.first(wire(NFTA_VERDICT_CHAIN), in: bytes)?.string(in: bytes)
        return [code.map { verdictName(Int32(bitPattern: $0)) }, chain].compactMap(\.self).joined(separator: " ")
    }
}

extension NftSet {
    /// The numbers that nft(8) gives to types of keys (`enum datatypes`), where their values have a text of their own.
    private enum KeyType: UInt32 {
        case ipv4 = 7
        case ipv6 = 8
        case ethernet = 9
        case service = 13
        case interfaceName = 41
    }

    /// An element's key as nft(8) writes it: `10.9.0.5`, `10.0.0.0-10.0.0.9`; bytes as hexadecimal digits where the type is
    /// another; `*` for the element that catches all.
    public func text(of element: NftElement) -> String {
        if element.key.isEmpty { return "*" }
        let key = text(element.key)
        guard let end = element.end else { return element.isIntervalEnd ? "before \(key)" : key }
        return end == element.key ? key : "\(key)-\(text(end))"
    }

    private func text(_ value: [UInt8]) -> String {
        switch KeyType(rawValue: keyType) {
        case .ipv4, .ipv6: IPAddress(bytes: value)?.description ?? hexadecimal(value)
        case .ethernet: value.map { hexadecimal($0) }.joined(separator: ":")
        case .service: value.count == 2 ? String(UInt16(value[0]) << 8 | UInt16(value[1])) : hexadecimal(value)
        case .interfaceName: String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
        case nil: hexadecimal(value)
        }
    }
}
