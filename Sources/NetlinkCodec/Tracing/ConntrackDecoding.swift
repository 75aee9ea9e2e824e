import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// A message of tracked connections or of expectations; nil for any other of nfnetlink.
    func connection(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        let subsystem = message.type >> 8
        let isExpectation = subsystem == wire(NFNL_SUBSYS_CTNETLINK_EXP)
        guard isExpectation || subsystem == wire(NFNL_SUBSYS_CTNETLINK) else { return nil }
        let (family, attributes) = try message.nfnetlinkHeader(in: bytes)
        // The two begin alike: new, get, delete; then what only asks.
        let operation: OperationRow
        switch UInt32(message.type & 0xff) {
        case IPCTNL_MSG_CT_NEW.rawValue:
            operation =
                isExpectation ? .expectAdd : message.has(NLM_F_CREATE) ? .conntrackCreate : .conntrackUpdate
        case IPCTNL_MSG_CT_DELETE.rawValue: operation = isExpectation ? .expectDelete : .conntrackDelete
        default: operation = isExpectation ? .expectList : .conntrackList
        }
        let tuple = try attributes.first(isExpectation ? wire(CTA_EXPECT_TUPLE) : wire(CTA_TUPLE_ORIG), in: bytes)
        let flow = try tuple.map { (tuple) throws(NetlinkDecodingError) in try ConnectionTuple(tuple, in: bytes) }
        var request = DecodedRequest(message, operation, flow?.source?.description ?? "all")
        request.family = Family(rawValue: family.rawValue)
        request.isDump = message.hasDumpFlags && (operation == .expectList || operation == .conntrackList)
        request.add("dst", flow?.destination?.description)
        request.add("proto", flow?.protocolNumber?.description)
        request.add("sport", flow?.sourcePort?.description)
        request.add("dport", flow?.destinationPort?.description)
        guard !isExpectation else { return request }
        if let mark = try attributes.first(wire(CTA_MARK), in: bytes)?.be32(in: bytes) {
            request.add("mark", "0x" + String(mark, radix: 16))
        }
        if let zone = try attributes.first(wire(CTA_ZONE), in: bytes) {
            request.add("zone", String(UInt16(bigEndian: try zone.u16(in: bytes))))
        }
        return request
    }
}
