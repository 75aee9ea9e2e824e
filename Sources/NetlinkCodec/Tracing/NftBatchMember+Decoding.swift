import CKernelHeaders

extension NftBatchMember {
    /// Reads a member; nil for messages that change nothing of nftables.
    init?(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) {
        guard let type = NfnetlinkType(message.type).nft, let (verb, object) = NftBatchMember.kind(type) else {
            return nil
        }
        let (family, attributes) = try message.nfnetlinkHeader(in: bytes)
        self.init(
            verb: verb, object: object, table: nil, chain: nil, name: nil, handle: nil, text: "",
            offset: message.offset, sequence: message.sequence, wantsAck: message.wantsAck)
        switch object {
        case .table:
            let record = try NftTable.decode(message, in: bytes)
            let hasName = try attributes.first(wire(NFTA_TABLE_NAME), in: bytes) != nil
            table = hasName ? record.map { "\(family) \($0.name)" } : nil
            handle = record?.handle.nonzero
            if verb == .delete, !hasName, handle == nil { self.verb = .flush }
        case .chain:
            guard let record = try NftChain.decode(message, in: bytes) else { return nil }
            table = "\(family) \(record.table)"
            chain = record.name.isEmpty ? nil : record.name
            handle = record.handle.nonzero
            text = record.words
        case .rule:
            guard let record = try NftRule.decode(message, in: bytes) else { return nil }
            table = "\(family) \(record.table)"
            chain = record.chain
            handle = record.handle
            text = record.summary
            // Without a handle every rule of the chain goes, without a chain every rule of the table.
            if verb == .delete, record.handle == nil {
                self.verb = .flush
                self.object = record.chain == nil ? .table : .chain
            }
        case .element:
            table = try attributes.first(wire(NFTA_SET_ELEM_LIST_TABLE), in: bytes)
                .map { "\(family) \($0.string(in: bytes))" }
            name = try attributes.first(wire(NFTA_SET_ELEM_LIST_SET), in: bytes)?.string(in: bytes)
            let list = try attributes.first(wire(NFTA_SET_ELEM_LIST_ELEMENTS), in: bytes)
            text = try NftBatchMember.keys(list, in: bytes)
            if verb == .delete, list == nil {
                self.verb = .flush
                self.object = .set
            }
        case .set, .object, .flowtable:
            // The three begin alike: table, then name (NFTA_SET_TABLE, NFTA_OBJ_TABLE, NFTA_FLOWTABLE_TABLE).
            table = try attributes.first(wire(NFTA_SET_TABLE), in: bytes)
                .map { "\(family) \($0.string(in: bytes))" }
            name = try attributes.first(wire(NFTA_SET_NAME), in: bytes)?.string(in: bytes)
        }
    }

    private static func kind(_ type: UInt32) -> (Verb, Object)? {
        switch type {
        case NFT_MSG_NEWTABLE.rawValue: (.add, .table)
        case NFT_MSG_DELTABLE.rawValue: (.delete, .table)
        case NFT_MSG_NEWCHAIN.rawValue: (.add, .chain)
        case NFT_MSG_DELCHAIN.rawValue: (.delete, .chain)
        case NFT_MSG_NEWRULE.rawValue: (.add, .rule)
        case NFT_MSG_DELRULE.rawValue: (.delete, .rule)
        case NFT_MSG_NEWSET.rawValue: (.add, .set)
        case NFT_MSG_DELSET.rawValue: (.delete, .set)
        case NFT_MSG_NEWSETELEM.rawValue: (.add, .element)
        case NFT_MSG_DELSETELEM.rawValue: (.delete, .element)
        case NFT_MSG_NEWOBJ.rawValue: (.add, .object)
        case NFT_MSG_DELOBJ.rawValue: (.delete, .object)
        case NFT_MSG_NEWFLOWTABLE.rawValue: (.add, .flowtable)
        case NFT_MSG_DELFLOWTABLE.rawValue: (.delete, .flowtable)
        default: nil
        }
    }

    /// The elements of a list: `0a000001`, `0a000001-0a000009`, `0016=accept` of a map, `<0a000400` for the end of a range, `*` for the
    /// one that catches all.
    private static func keys(_ list: NetlinkAttribute?, in bytes: RawSpan) throws(NetlinkDecodingError) -> String {
        guard var elements = list?.nested else { return "" }
        var keys: [String] = []
        while let one = try elements.next(in: bytes) {
            let element = try NftElement(one.nested, in: bytes)
            let timeout = try one.nested.first(wire(NFTA_SET_ELEM_TIMEOUT), in: bytes)?.be64(in: bytes)
            keys.append(
                (element.isIntervalEnd ? "<" : "") + (element.key.isEmpty ? "*" : hexadecimal(element.key))
                    + (element.end.map { "-\(hexadecimal($0))" } ?? "") + (element.data.map { "=\($0)" } ?? "")
                    + (timeout.map { ",timeout=\($0)" } ?? ""))
        }
        return keys.joined(separator: " ")
    }
}

extension NftChain {
    /// `type T hook H priority P policy W`, as far as said.
    fileprivate var words: String {
        [
            type.map { "type \($0)" }, hookName.map { "hook \($0)" }, priority.map { "priority \($0)" },
            policyName.map { "policy \($0)" },
        ].compactMap(\.self).joined(separator: " ")
    }
}

extension UInt64 {
    fileprivate var nonzero: UInt64? { self == 0 ? nil : self }
}
