import CKernelHeaders

// Changes of nftables, which come in batches: what stands between NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END comes to
// pass all or none.

extension NetlinkRequest {
    /// The messages of a batch, in their order; only the changes themselves are acknowledged.
    public static func nftBatch(_ changes: [NetlinkRequest]) -> [NetlinkRequest] {
        [batchEdge(NFNL_MSG_BATCH_BEGIN)] + changes + [batchEdge(NFNL_MSG_BATCH_END)]
    }

    /// Deletes an object of nftables (`NFT_MSG_DELTABLE`, `NFT_MSG_DELCHAIN`, …); to be sent in a batch.
    public static func delete(_ object: NftObject) -> NetlinkRequest {
        switch object {
        case .table(let table):
            change(NFT_MSG_DELTABLE, table.family) { $0.attribute(wire(NFTA_TABLE_NAME), string: table.name) }
        case .chain(let chain):
            change(NFT_MSG_DELCHAIN, chain.family) {
                $0.attribute(wire(NFTA_CHAIN_TABLE), string: chain.table)
                $0.attribute(wire(NFTA_CHAIN_NAME), string: chain.name)
            }
        case .rule(let rule):
            change(NFT_MSG_DELRULE, rule.family) { message in
                message.attribute(wire(NFTA_RULE_TABLE), string: rule.table)
                if let chain = rule.chain { message.attribute(wire(NFTA_RULE_CHAIN), string: chain) }
                // Without it every rule of the chain would go; no rule of the kernel's is without.
                message.attribute(wire(NFTA_RULE_HANDLE), (rule.handle ?? 0).bigEndian)
            }
        case .set(let set):
            change(NFT_MSG_DELSET, set.family) {
                $0.attribute(wire(NFTA_SET_TABLE), string: set.table)
                $0.attribute(wire(NFTA_SET_NAME), string: set.name)
            }
        case .element(let elements, let set):
            change(NFT_MSG_DELSETELEM, set.family) { message in
                message.attribute(wire(NFTA_SET_ELEM_LIST_TABLE), string: set.table)
                message.attribute(wire(NFTA_SET_ELEM_LIST_SET), string: set.name)
                message.nested(wire(NFTA_SET_ELEM_LIST_ELEMENTS), marked: true) { list in
                    for element in elements {
                        list.nested(wire(NFTA_LIST_ELEM), marked: true) { element.write(to: &$0) }
                    }
                }
            }
        }
    }

    private static func change(
        _ message: nf_tables_msg_types, _ family: NftFamily, _ attributes: (inout NetlinkBuilder) -> Void
    ) -> NetlinkRequest {
        NetlinkRequest(type: nfnetlinkType(message), flags: NLM_F_ACK) { builder in
            var header = nfgenmsg()
            header.nfgen_family = family.rawValue
            header.version = wire(NFNETLINK_V0)
            builder.append(header)
            attributes(&builder)
        }
    }

    private static func batchEdge(_ type: Int32) -> NetlinkRequest {
        NetlinkRequest(type: type, flags: 0) { builder in
            var header = nfgenmsg()
            header.version = wire(NFNETLINK_V0)
            let subsystem: UInt16 = wire(NFNL_SUBSYS_NFTABLES)
            header.res_id = subsystem.bigEndian
            builder.append(header)
        }
    }
}

extension NftElement {
    /// Writes what names it: its key, the end of its range, and whether it ends one.
    fileprivate func write(to message: inout NetlinkBuilder) {
        if flags != 0 { message.attribute(wire(NFTA_SET_ELEM_FLAGS), flags.bigEndian) }
        write(key, as: wire(NFTA_SET_ELEM_KEY), to: &message)
        write(end ?? [], as: wire(NFTA_SET_ELEM_KEY_END), to: &message)
    }

    private func write(_ value: [UInt8], as type: UInt16, to message: inout NetlinkBuilder) {
        guard !value.isEmpty else { return }
        message.nested(type, marked: true) { $0.attribute(wire(NFTA_DATA_VALUE), bytes: value) }
    }
}
