import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// Reads a message of rtnetlink: a new family is one line, its messages and what gives each a row of the table of operations.
    ///
    /// - Returns: Nil for a message that is not here, which is a `raw.request`.
    func read(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        switch Int(message.type) {
        case RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK, RTM_GETLINK: try link(message, bytes)
        case RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR: try address(message, bytes)
        case RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE: try route(message, in: bytes)
        case RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE: try rule(message, bytes)
        case RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH: try entry(message, bytes)
        case RTM_NEWNSID, RTM_GETNSID: try namespaceID(message, bytes)
        case RTM_NEWQDISC, RTM_DELQDISC, RTM_GETQDISC: try qdisc(message, bytes)
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
        case Int(RTM_DELNEIGH): operation = .fdbDelete
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
        // The kernel reads it where it makes an entry.
        if message.type == wire(RTM_NEWNEIGH) { request.add("state", KernelNames.neighbourState(record.state)) }
        request.addOther(record.other)
        return request
    }

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
        let options = try message.attributes(after: MemoryLayout<tcmsg>.size).first(wire(TCA_OPTIONS), in: bytes)
        // The kernel reads them where it makes or changes something.
        if message.type == wire(RTM_NEWQDISC), let options {
            request.add("settings", Digest.of(options.bytes(in: bytes)))
        }
        return request
    }

    /// `1:` of the handle 0x10000, `1:a` of 0x1000a, in hexadecimal as tc(8) writes them.
    private static func handle(_ handle: UInt32) -> String {
        let minor = handle & 0xffff
        return String(handle >> 16, radix: 16) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
    }
}
