import CKernelHeaders
import Model

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
        ([RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC], { $0.qdisc }),
    ]
}

extension RequestDecoder {
    /// A queueing discipline, named as tc(8) does: by where it stands, `root`, `ingress` or a parent, else by its handle.
    private func qdisc(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(tcmsg.self, in: bytes)
        let kind = try message.attributes(after: MemoryLayout<tcmsg>.size).first(wire(TCA_KIND), in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETQDISC): operation = .qdiscList
        case Int(RTM_DELQDISC): operation = .qdiscDelete
        default:
            operation =
                !message.has(NLM_F_CREATE) ? .qdiscChange : message.has(NLM_F_EXCL) ? .qdiscAdd : .qdiscReplace
        }
        let handle = header.tcm_handle == 0 ? nil : RequestDecoder.handle(header.tcm_handle)
        let place: String? =
            switch header.tcm_parent {
            case TC_H_ROOT: "root"
            case TC_H_INGRESS: "ingress"
            case 0: nil
            default: RequestDecoder.handle(header.tcm_parent)
            }
        var request = DecodedRequest(message, operation, place ?? handle ?? "all")
        request.isDump = message.hasDumpFlags
        device(UInt32(bitPattern: header.tcm_ifindex), &request)
        request.add("type", kind?.string(in: bytes))
        if place != nil { request.add("handle", handle) }
        return request
    }

    /// `1:` of the handle 0x10000, `1:a` of 0x1000a, in hexadecimal as tc(8) writes them.
    private static func handle(_ handle: UInt32) -> String {
        let minor = handle & 0xffff
        return String(handle >> 16, radix: 16) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
    }
}
