import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// Reads a message of rtnetlink: a new family is one line, its messages and what gives each a row of the table of operations.
    ///
    /// - Returns: Nil for a message that is not here, which is a `raw.request`.
    func read(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        switch Int(message.type) {
        case RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK, RTM_GETLINK:
            if let request = try bridgeLink(message, bytes) { request } else { try link(message, bytes) }
        case RTM_NEWLINKPROP, RTM_DELLINKPROP: try alternativeName(message, bytes)
        case RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR: try address(message, bytes)
        case RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE: try route(message, in: bytes)
        case RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE: try rule(message, bytes)
        case RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH: try entry(message, bytes)
        case RTM_NEWNSID, RTM_GETNSID: try namespaceID(message, bytes)
        case RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC: try qdisc(message, bytes)
        case RTM_NEWTCLASS, RTM_DELTCLASS, RTM_GETTCLASS: try trafficClass(message, bytes)
        case RTM_NEWTFILTER, RTM_DELTFILTER, RTM_GETTFILTER: try filter(message, bytes)
        case RTM_NEWCHAIN, RTM_DELCHAIN, RTM_GETCHAIN: try filterChain(message, bytes)
        case RTM_NEWACTION, RTM_DELACTION, RTM_GETACTION: try trafficAction(message, bytes)
        case RTM_NEWVLAN, RTM_GETVLAN: try vlanOptions(message, bytes)
        case RTM_NEWMDB, RTM_DELMDB, RTM_GETMDB: try multicastGroup(message, bytes)
        case RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP, RTM_GETNEXTHOPBUCKET: try nexthop(message, bytes)
        case RTM_NEWADDRLABEL, RTM_DELADDRLABEL, RTM_GETADDRLABEL: try addressLabel(message, bytes)
        case RTM_SETNEIGHTBL, RTM_GETNEIGHTBL: try neighbourTable(message, bytes)
        case RTM_GETNETCONF: try netconf(message, bytes)
        default: nil
        }
    }
}

extension RequestDecoder {
    /// A neighbour or, of the family of bridges, an entry of a forwarding table.
    private func entry(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let family = message.payload.isEmpty ? nil : bytes.load(rtgenmsg.self, at: message.payload.lowerBound)
        return try family?.rtgen_family == wire(AF_BRIDGE) ? forwarding(message, bytes) : neighbour(message, bytes)
    }

    /// An entry of a forwarding table, named as bridge(8) does: by its hardware address.
    private func forwarding(
        _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) -> DecodedRequest {
        let record = try NeighbourRecord(message, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETNEIGH): operation = .fdbList
        case Int(RTM_DELNEIGH): operation = message.has(NLM_F_BULK) ? .fdbFlush : .fdbDelete
        default: operation = message.has(NLM_F_REPLACE) ? .fdbReplace : .fdbAdd
        }
        var request = DecodedRequest(message, operation, record.linkLayerAddress?.description ?? "all")
        request.isDump = message.hasDumpFlags
        request.family = record.family
        device(record.index, &request)
        request.add("dst", record.address?.description)
        request.add("vlan", record.vlan.map { String($0) })
        request.add("master", record.flags & wire(NTF_MASTER) != 0 ? "true" : nil)
        request.add("self", record.flags & wire(NTF_SELF) != 0 ? "true" : nil)
        // The kernel reads it where it makes an entry, and where it deletes those of a kind.
        if message.type == wire(RTM_NEWNEIGH) { request.add("state", KernelNames.neighbourState(record.state)) }
        if operation == .fdbFlush, record.state != 0 {
            request.add("state", KernelNames.neighbourState(record.state))
        }
        if operation == .fdbAdd, message.has(NLM_F_APPEND) { request.add("append", "true") }
        try describe(&request, record, bytes)
        return request
    }

    /// What of an entry is said by further attributes, and its flags.
    private func describe(
        _ request: inout DecodedRequest, _ record: NeighbourRecord, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        let flags = KernelNames.neighbourFlags(record)
        request.add("flags", flags.isEmpty ? nil : flags)
        for attribute in record.other {
            switch Int(attribute.type) {
            case Int(NDA_PORT): request.add("port", attribute.number(isBigEndian: true))
            case Int(NDA_VNI): request.add("vni", attribute.number())
            case Int(NDA_SRC_VNI): request.add("src-vni", attribute.number())
            case Int(NDA_NH_ID): request.add("nhid", attribute.number())
            case Int(NDA_IFINDEX):
                guard let index = attribute.number().flatMap({ UInt32($0) }) else { continue }
                request.add("via", name(index))
                request.deviceIndexes.append(index)
            // Its flags beyond eight bits.
            case Int(NDA_FLAGS_EXT): break
            default: request.addOther([attribute])
            }
        }
    }
}
