import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// A message of ipset (linux/netfilter/ipset/ip_set.h); nil for any other of nfnetlink.
    func ipset(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        guard message.type >> 8 == wire(NFNL_SUBSYS_IPSET) else { return nil }
        let (_, attributes) = try message.nfnetlinkHeader(in: bytes)
        let command = UInt32(message.type & 0xff)
        let name = try attributes.first(wire(IPSET_ATTR_SETNAME), in: bytes)?.string(in: bytes)
        let second = try attributes.first(wire(IPSET_ATTR_SETNAME2), in: bytes)?.string(in: bytes)
        let data = try attributes.first(wire(IPSET_ATTR_DATA), in: bytes)
        let list = try attributes.first(wire(IPSET_ATTR_ADT), in: bytes)
        let operation: OperationRow
        var object: String?
        switch command {
        case IPSET_CMD_CREATE.rawValue: operation = .ipsetCreate
        case IPSET_CMD_DESTROY.rawValue: operation = .ipsetDestroy
        case IPSET_CMD_FLUSH.rawValue: operation = .ipsetFlush
        case IPSET_CMD_RENAME.rawValue: operation = .ipsetRename
        case IPSET_CMD_SWAP.rawValue: operation = .ipsetSwap
        case IPSET_CMD_ADD.rawValue: operation = .ipsetAdd
        case IPSET_CMD_DEL.rawValue: operation = .ipsetDelete
        case IPSET_CMD_PROTOCOL.rawValue: (operation, object) = (.ipsetList, "protocol")
        case IPSET_CMD_LIST.rawValue, IPSET_CMD_SAVE.rawValue: operation = .ipsetList
        case IPSET_CMD_TEST.rawValue: (operation, object) = (.ipsetList, "element")
        case IPSET_CMD_HEADER.rawValue: (operation, object) = (.ipsetList, "header")
        case IPSET_CMD_TYPE.rawValue: (operation, object) = (.ipsetList, "type")
        case IPSET_CMD_GET_BYNAME.rawValue, IPSET_CMD_GET_BYINDEX.rawValue: (operation, object) = (.ipsetList, "index")
        default: return nil
        }
        var request = DecodedRequest(message, operation, name ?? "all")
        request.isDump = operation == .ipsetList && message.hasDumpFlags
        switch operation {
        case .ipsetCreate:
            request.add("type", second)
            let family = try attributes.first(wire(IPSET_ATTR_FAMILY), in: bytes)?.u8(in: bytes)
            request.add("family", family.flatMap { $0 == 0 ? nil : Family(rawValue: $0).description })
            request.add("settings", data.flatMap { $0.payload.isEmpty ? nil : Digest.of($0.bytes(in: bytes)) })
        case .ipsetRename, .ipsetSwap: request.add("to", second)
        case .ipsetAdd, .ipsetDelete, .ipsetList:
            var settings: [UInt8] = []
            if let data {
                let text = try IpsetElement.text(data, in: bytes, &settings)
                request.add("element", text.isEmpty ? nil : text)
            }
            if var elements = list?.nested {
                while let element = try elements.next(in: bytes) {
                    request.add("element", try IpsetElement.text(element, in: bytes, &settings))
                }
            }
            if operation == .ipsetAdd { request.add("settings", settings.isEmpty ? nil : Digest.of(settings)) }
            if operation == .ipsetList { request.add("object", object) }
        default: break
        }
        return request
    }
}

/// An element of a set, as ipset(8) writes it: `10.0.0.0/24,tcp:80`.
enum IpsetElement {
    /// - Parameter rest: What no word is made of, such as a timeout, is added to it.
    static func text(
        _ data: NetlinkAttribute, in bytes: RawSpan, _ rest: inout [UInt8]
    ) throws(NetlinkDecodingError) -> String {
        var first = "", second = "", port = "", others: [String] = []
        var transport: String?
        var attributes = data.nested
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(IPSET_ATTR_IP): first = try address(attribute, in: bytes) + first
            case Int(IPSET_ATTR_IP_TO): first += "-" + (try address(attribute, in: bytes))
            case Int(IPSET_ATTR_CIDR): first += "/\(try attribute.u8(in: bytes))"
            case Int(IPSET_ATTR_IP2): second = try address(attribute, in: bytes) + second
            case Int(IPSET_ATTR_IP2_TO): second += "-" + (try address(attribute, in: bytes))
            case Int(IPSET_ATTR_CIDR2): second += "/\(try attribute.u8(in: bytes))"
            case Int(IPSET_ATTR_PORT): port = String(UInt16(bigEndian: try attribute.u16(in: bytes))) + port
            case Int(IPSET_ATTR_PORT_TO): port += "-\(UInt16(bigEndian: try attribute.u16(in: bytes)))"
            case Int(IPSET_ATTR_PROTO): transport = String(try attribute.u8(in: bytes))
            case Int(IPSET_ATTR_ETHER):
                others.append(MACAddress(bytes: attribute.bytes(in: bytes))?.description ?? "")
            case Int(IPSET_ATTR_NAME), Int(IPSET_ATTR_IFACE):
                others.append(attribute.string(in: bytes))
            case Int(IPSET_ATTR_MARK):
                others.append("0x" + String(try attribute.be32(in: bytes), radix: 16))
            // The line of ipset(8)'s input is none of the kernel's business.
            case Int(IPSET_ATTR_LINENO): break
            default: rest += bytes.copy(attribute.offset..<attribute.payload.upperBound)
            }
        }
        if let transport { port = "\(transport):\(port)" }
        return ([first] + others + [port, second]).filter { !$0.isEmpty }.joined(separator: ",")
    }

    private static func address(
        _ attribute: NetlinkAttribute, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> String {
        var parts = attribute.nested
        while let part = try parts.next(in: bytes) {
            if let address = IPAddress(bytes: part.bytes(in: bytes)) { return address.description }
        }
        return ""
    }
}
