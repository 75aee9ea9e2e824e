import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// A nexthop by its number: `RTM_*NEXTHOP`, and `RTM_GETNEXTHOPBUCKET`.
    func nexthop(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(nhmsg.self, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_NEWNEXTHOP): operation = message.has(NLM_F_REPLACE) ? .nexthopReplace : .nexthopAdd
        case Int(RTM_DELNEXTHOP): operation = .nexthopDelete
        default: operation = .nexthopList
        }
        let attributes = message.attributes(after: MemoryLayout<nhmsg>.size)
        let number = try attributes.first(wire(NHA_ID), in: bytes)?.u32(in: bytes)
        let none = operation == .nexthopAdd || operation == .nexthopReplace ? "auto" : "all"
        var request = DecodedRequest(message, operation, number.map { String($0) } ?? none)
        request.isDump = message.hasDumpFlags
        request.family = Family(rawValue: header.nh_family)
        if operation == .nexthopDelete { return request }
        let isList = operation == .nexthopList
        var rest = attributes
        var settings: [UInt8] = []
        var type: String?
        while let attribute = try rest.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(NHA_ID): break
            case Int(NHA_OIF): device(try attribute.u32(in: bytes), &request)
            case Int(NHA_GROUPS) where isList: type = "group"
            case Int(NHA_GATEWAY) where !isList:
                request.add("via", IPAddress(bytes: attribute.bytes(in: bytes))?.description)
            case Int(NHA_GROUP) where !isList:
                for member in RequestDecoder.members(attribute.bytes(in: bytes)) { request.add("group", member) }
            case Int(NHA_BLACKHOLE) where !isList: type = "blackhole"
            case Int(NHA_FDB) where !isList: request.add("fdb", "true")
            default: settings += bytes.copy(attribute.offset..<attribute.payload.upperBound)
            }
        }
        request.add("type", type)
        if isList { return request }
        if header.nh_protocol != wire(RTPROT_UNSPEC) {
            request.add("proto", KernelNames.routeProtocol(header.nh_protocol))
        }
        let flags = KernelNames.routeFlags(header.nh_flags, linkDown: false)
        request.add("flags", flags.isEmpty ? nil : flags)
        request.add("settings", settings.isEmpty ? nil : Digest.of(settings))
        return request
    }

    /// `7`, or `7/3` with its weight, of each `struct nexthop_grp`: a number, its weight less one, and four bytes more.
    static func members(_ bytes: [UInt8]) -> [String] {
        stride(
            from: 0, to: bytes.count - bytes.count % MemoryLayout<nexthop_grp>.size, by: MemoryLayout<nexthop_grp>.size
        )
        .map { start in
            let number = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
            let weight = Int(bytes[start + 4]) + 1
            return weight == 1 ? String(number) : "\(number)/\(weight)"
        }
    }

    /// The label of the addresses of a prefix (`struct ifaddrlblmsg`).
    func addressLabel(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == wire(RTM_GETADDRLABEL), message.hasDumpFlags {
            var request = DecodedRequest(message, .labelList, "all")
            request.isDump = true
            return request
        }
        let header = try message.fixed(ifaddrlblmsg.self, in: bytes)
        let attributes = message.attributes(after: MemoryLayout<ifaddrlblmsg>.size)
        let address = try attributes.first(wire(IFAL_ADDRESS), in: bytes)
            .flatMap { IPAddress(bytes: $0.bytes(in: bytes)) }
        let prefix = address.flatMap { IPPrefix(address: $0, length: Int(header.ifal_prefixlen)) }
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETADDRLABEL): operation = .labelList
        case Int(RTM_DELADDRLABEL): operation = .labelDelete
        default: operation = message.has(NLM_F_REPLACE) ? .labelReplace : .labelAdd
        }
        var request = DecodedRequest(message, operation, prefix?.description ?? "default")
        request.family = Family(rawValue: header.ifal_family)
        guard operation != .labelList else { return request }
        device(header.ifal_index, &request)
        request.add("label", try attributes.first(wire(IFAL_LABEL), in: bytes)?.u32(in: bytes).description)
        return request
    }

    /// How a table of neighbours is kept (`struct ndtmsg`), by the name of the table.
    func neighbourTable(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == wire(RTM_GETNEIGHTBL) {
            var request = DecodedRequest(message, .neighbourTableList, "all")
            request.isDump = message.hasDumpFlags
            return request
        }
        let header = try message.fixed(ndtmsg.self, in: bytes)
        var attributes = message.attributes(after: MemoryLayout<ndtmsg>.size)
        let name = try attributes.first(wire(NDTA_NAME), in: bytes)?.string(in: bytes)
        let parameters = try attributes.first(wire(NDTA_PARMS), in: bytes)
        var request = DecodedRequest(message, .neighbourTableSet, name ?? "all")
        request.family = Family(rawValue: header.ndtm_family)
        device(try parameters?.nested.first(wire(NDTPA_IFINDEX), in: bytes)?.u32(in: bytes), &request)
        var settings: [String] = []
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(NDTA_THRESH1): settings.append("thresh1 \(try attribute.u32(in: bytes))")
            case Int(NDTA_THRESH2): settings.append("thresh2 \(try attribute.u32(in: bytes))")
            case Int(NDTA_THRESH3): settings.append("thresh3 \(try attribute.u32(in: bytes))")
            case Int(NDTA_GC_INTERVAL): settings.append("gc_int \(try attribute.u64(in: bytes))")
            case Int(NDTA_PARMS):
                let all = try NeighbourTableRecord.parameters(attribute.nested, in: bytes)
                settings += all.map { "\($0.word) \($0.value)" }
            default: break
            }
        }
        request.add("settings", settings.isEmpty ? nil : settings.joined(separator: " "))
        return request
    }

    /// The settings of the addresses of one device, of all or of those to come (`struct netconfmsg`).
    func netconf(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        var request = DecodedRequest(message, .netconfList, "all")
        request.isDump = message.hasDumpFlags
        let header = try message.fixed(netconfmsg.self, in: bytes)
        request.family = Family(rawValue: header.ncm_family)
        let attributes = message.attributes(after: MemoryLayout<netconfmsg>.size)
        let index = try attributes.first(wire(NETCONFA_IFINDEX), in: bytes)?.i32(in: bytes)
        // -1 means all devices, -2 those to come.
        if index == -2 { request.argument = "default" }
        device(index.flatMap { $0 > 0 ? UInt32($0) : nil }, &request)
        return request
    }

    /// One more name of a device, or one less.
    func alternativeName(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(ifinfomsg.self, in: bytes)
        var names: [String] = []
        let attributes = message.attributes(after: MemoryLayout<ifinfomsg>.size)
        if var list = try attributes.first(wire(IFLA_PROP_LIST), in: bytes)?.nested {
            while let name = try list.next(in: bytes) {
                if name.type == wire(IFLA_ALT_IFNAME) { names.append(name.string(in: bytes)) }
            }
        }
        let operation: OperationRow = message.type == wire(RTM_NEWLINKPROP) ? .altnameAdd : .altnameDelete
        var request = DecodedRequest(message, operation, names.isEmpty ? "none" : names.joined(separator: ", "))
        let index = UInt32(bitPattern: header.ifi_index)
        if index != 0 {
            device(index, &request)
        } else {
            request.add("dev", try attributes.first(wire(IFLA_IFNAME), in: bytes)?.string(in: bytes))
        }
        return request
    }
}
