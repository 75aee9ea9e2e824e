import CKernelHeaders
import Model

extension RequestDecoder {
    func address(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == wire(RTM_GETADDR) {
            var request = DecodedRequest(message, .addressList, "all")
            request.isDump = message.hasDumpFlags
            request.family = family(message, bytes)
            return request
        }
        // The payload of a request and of a record are the same; only "new" and "delete" come here.
        guard let record = try AddressRecord.decode(message, in: bytes) else { return raw(message) }
        let operation: OperationRow =
            message.type == wire(RTM_DELADDR)
            ? .addressDelete : message.has(NLM_F_REPLACE) ? .addressReplace : .addressAdd
        var request = DecodedRequest(message, operation, record.prefix?.description ?? "all")
        request.family = record.family
        device(record.index, &request)
        request.add("peer", record.peer?.description)
        request.add("broadcast", record.broadcast?.description)
        request.add("label", record.label == deviceName(record.index) ? nil : record.label)
        if record.scope != wire(RT_SCOPE_UNIVERSE) { request.add("scope", KernelNames.scope(record.scope)) }
        let flags = KernelNames.addressFlags(record, asked: true)
        request.add("flags", flags.isEmpty ? nil : flags)
        for attribute in record.other {
            switch Int(attribute.type) {
            // What a dump says of an address comes with it where it is deleted, and does not matter there.
            case Int(IFA_CACHEINFO) where operation == .addressDelete, Int(IFA_PROTO) where operation == .addressDelete:
                break
            case Int(IFA_CACHEINFO):
                // struct ifa_cacheinfo begins with the two lifetimes, in seconds.
                request.add("valid", KernelNames.lifetime(attribute.number(at: 4)))
                request.add("preferred", KernelNames.lifetime(attribute.number()))
            case Int(IFA_RT_PRIORITY): request.add("metric", attribute.number())
            case Int(IFA_PROTO): request.add("proto", attribute.bytes.first.map { String($0) })
            default: request.addOther([attribute])
            }
        }
        return request
    }

    func route(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == wire(RTM_GETROUTE), message.hasDumpFlags {
            var request = DecodedRequest(message, .routeList, "all")
            request.isDump = true
            request.family = family(message, bytes)
            guard message.payload.count >= MemoryLayout<rtmsg>.size else { return request }
            let record = try RouteRecord(message, in: bytes)
            device(record.device, &request)
            if record.table != wire(RT_TABLE_UNSPEC) { request.add("table", record.tableName) }
            return request
        }
        let record = try RouteRecord(message, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETROUTE): operation = .routeGet
        case Int(RTM_DELROUTE): operation = .routeDelete
        default:
            operation =
                !message.has(NLM_F_REPLACE) ? .routeAdd : message.has(NLM_F_CREATE) ? .routeReplace : .routeChange
        }
        var request = DecodedRequest(message, operation, destination(record))
        request.family = record.family
        request.add("via", record.gateway?.description)
        device(record.device, &request)
        for hop in record.nextHops {
            request.add("via", hop.gateway?.description)
            device(hop.device, &request)
        }
        request.add("nhid", record.nextHopID.map { String($0) })
        if record.table != wire(RT_TABLE_MAIN), record.table != wire(RT_TABLE_UNSPEC) {
            request.add("table", record.tableName)
        }
        request.add("metric", record.metric.map { String($0) })
        if record.type != wire(RTN_UNICAST), record.type != wire(RTN_UNSPEC) { request.add("type", record.typeName) }
        describe(&request, record)
        if operation == .routeAdd, message.has(NLM_F_APPEND) { request.add("append", "true") }
        return request
    }

    /// What of a route is seldom said, or is what ip-route(8) says where nothing is.
    private func describe(_ request: inout DecodedRequest, _ record: RouteRecord) {
        request.add("src", record.preferredSource?.description)
        request.add("from", record.source?.description)
        if record.tos != 0 { request.add("tos", String(record.tos)) }
        if Int32(record.protocol) != RTPROT_UNSPEC, Int32(record.protocol) != RTPROT_BOOT {
            request.add("proto", KernelNames.routeProtocol(record.protocol))
        }
        if record.scope != wire(RT_SCOPE_UNIVERSE), record.scope != wire(RT_SCOPE_NOWHERE) {
            request.add("scope", KernelNames.scope(record.scope))
        }
        let flags = KernelNames.routeFlags(record.flags, linkDown: false)
        request.add("flags", flags.isEmpty ? nil : flags)
        if record.nextHops.contains(where: { $0.weight != 1 }) {
            for hop in record.nextHops { request.add("weights", String(hop.weight)) }
        }
        for attribute in record.other { describe(&request, attribute) }
    }

    private func describe(_ request: inout DecodedRequest, _ attribute: RawAttribute) {
        let isGet = request.operation == .routeGet
        switch UInt32(attribute.type) {
        case RTA_METRICS.rawValue:
            for metric in KernelNames.routeMetrics(attribute.bytes) { request.add("metrics", metric) }
        // What it is to be wrapped in; its type stands in an attribute of its own, behind it.
        case RTA_ENCAP.rawValue: request.add("encap", Digest.of(attribute.bytes))
        case RTA_ENCAP_TYPE.rawValue:
            guard let place = request.arguments.firstIndex(where: { $0.name == "encap" }) else { return }
            let type = KernelNames.encapsulation(attribute.number().flatMap { UInt32($0) } ?? 0)
            request.arguments[place] = .init("encap", "\(type) \(request.arguments[place].value)")
        case RTA_PREF.rawValue: request.add("pref", attribute.bytes.first.map(KernelNames.routePreference))
        case RTA_EXPIRES.rawValue: request.add("expires", attribute.number())
        case RTA_IIF.rawValue where isGet:
            request.add("iif", attribute.number().flatMap { UInt32($0) }.map(name))
        case RTA_MARK.rawValue where isGet:
            request.add("mark", attribute.number().flatMap { UInt32($0) }.map { "0x" + String($0, radix: 16) })
        case RTA_UID.rawValue where isGet: request.add("uid", attribute.number())
        default: request.addOther([attribute])
        }
    }

    /// The default route of IPv6 is said by value: the word `default` would not tell the family.
    private func destination(_ record: RouteRecord) -> String {
        record.destination == nil && record.family == .ipv6 ? "::/0" : record.destinationText
    }

    func rule(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == wire(RTM_GETRULE) {
            var request = DecodedRequest(message, .ruleList, "all")
            request.isDump = message.hasDumpFlags
            request.family = family(message, bytes)
            return request
        }
        guard let record = try RuleRecord.decode(message, in: bytes) else { return raw(message) }
        let operation: OperationRow = message.type == wire(RTM_NEWRULE) ? .ruleAdd : .ruleDelete
        var request = DecodedRequest(message, operation, record.from?.description ?? "all")
        request.family = record.family
        request.add("to", record.to?.description)
        request.add("iif", record.iif)
        request.add("oif", record.oif)
        request.add("fwmark", record.markText)
        if record.table != wire(RT_TABLE_UNSPEC) { request.add("table", record.tableName) }
        // The kernel chooses a priority where none is said, so only one that is said is an argument.
        let priority = try message.attributes(after: MemoryLayout<fib_rule_hdr>.size)
            .first(wire(FRA_PRIORITY), in: bytes)
        if priority != nil { request.add("priority", String(record.priority)) }
        if record.action != wire(FR_ACT_TO_TBL), record.action != wire(FR_ACT_UNSPEC) {
            request.add("action", record.actionName)
        }
        request.add("not", record.isInverted ? "true" : nil)
        if record.tos != 0 { request.add("tos", String(record.tos)) }
        request.add("ipproto", record.ipProtocol.map { String($0) })
        request.add("sport", record.sourcePorts.map { "\(PortRange($0))" })
        request.add("dport", record.destinationPorts.map { "\(PortRange($0))" })
        request.add("goto", record.target.map { String($0) })
        request.add("suppress", record.suppressPrefixLength.map { String($0) })
        request.add("suppress-group", record.suppressGroup.map { String($0) })
        if let number = record.protocol, ![RTPROT_UNSPEC, RTPROT_BOOT].contains(Int32(number)) {
            request.add("proto", KernelNames.routeProtocol(number))
        }
        for attribute in record.other {
            switch Int(attribute.type) {
            case Int(FRA_UID_RANGE):
                // struct fib_rule_uid_range
                request.add(
                    "uids", attribute.number().flatMap { first in attribute.number(at: 4).map { "\(first)-\($0)" } })
            case Int(FRA_L3MDEV): request.add("l3mdev", "true")
            case Int(FRA_TUN_ID): request.add("tunnel", attribute.number(bytes: 8, isBigEndian: true))
            default: request.addOther([attribute])
            }
        }
        return request
    }

    func neighbour(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let isGet = message.type == wire(RTM_GETNEIGH)
        if isGet, message.payload.count < MemoryLayout<ndmsg>.size || message.hasDumpFlags {
            var request = DecodedRequest(message, .neighbourList, "all")
            request.isDump = message.hasDumpFlags
            request.family = family(message, bytes)
            guard message.payload.count >= MemoryLayout<ndmsg>.size else { return request }
            let record = try NeighbourRecord(message, in: bytes)
            device(record.index, &request)
            if record.isProxy { request.add("proxy", "true") }
            request.addOther(record.other)
            return request
        }
        let record = try NeighbourRecord(message, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETNEIGH): operation = .neighbourList
        case Int(RTM_DELNEIGH): operation = .neighbourDelete
        default: operation = message.has(NLM_F_REPLACE) ? .neighbourReplace : .neighbourAdd
        }
        // An entry of a bridge may have no address but that of its link layer.
        let argument = record.address?.description ?? record.linkLayerAddress?.description ?? "all"
        var request = DecodedRequest(message, operation, argument)
        request.family = record.family
        device(record.index, &request)
        request.add("lladdr", record.linkLayerAddress?.description)
        if record.isProxy { request.add("proxy", "true") }
        if !isGet, message.type != wire(RTM_DELNEIGH) {
            // What ip-neighbour(8) makes where no state is said.
            let isUsual = record.isPermanent || record.state == 0
            request.add("state", isUsual ? nil : KernelNames.neighbourState(record.state))
        }
        let flags = KernelNames.neighbourFlags(record)
        request.add("flags", flags.isEmpty ? nil : flags)
        for attribute in record.other {
            switch Int(attribute.type) {
            case Int(NDA_PROTOCOL): request.add("proto", attribute.bytes.first.map(KernelNames.routeProtocol))
            case Int(NDA_FLAGS_EXT): break
            default: request.addOther([attribute])
            }
        }
        return request
    }

    func namespaceID(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == wire(RTM_GETNSID), message.hasDumpFlags {
            var request = DecodedRequest(message, .nsidList, "all")
            request.isDump = true
            return request
        }
        _ = try message.fixed(rtgenmsg.self, in: bytes)
        var id: Int32?
        var namespace: String?
        var attributes = message.attributes(after: MemoryLayout<rtgenmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(NETNSA_NSID): id = try attribute.i32(in: bytes)
            case Int(NETNSA_FD): namespace = "fd:\(try attribute.i32(in: bytes))"
            case Int(NETNSA_PID): namespace = "pid:\(try attribute.u32(in: bytes))"
            default: break
            }
        }
        let number = id.flatMap { $0 == NETNSA_NSID_NOT_ASSIGNED ? nil : String($0) }
        if message.type == wire(RTM_GETNSID) {
            return DecodedRequest(message, .nsidGet, namespace ?? number.map { "nsid:\($0)" } ?? "none")
        }
        var request = DecodedRequest(message, .nsidSet, number ?? "auto")
        request.add("netns", namespace)
        return request
    }

    /// Adds `dev`, and the index itself; 0 is no link.
    func device(_ index: UInt32?, _ request: inout DecodedRequest) {
        guard let index, index != 0 else { return }
        request.add("dev", name(index))
        request.deviceIndexes.append(index)
    }

    /// The family is the first byte of every fixed header of rtnetlink (`struct rtgenmsg`).
    private func family(_ message: NetlinkMessage, _ bytes: RawSpan) -> Family {
        guard !message.payload.isEmpty, let first = bytes.load(rtgenmsg.self, at: message.payload.lowerBound) else {
            return .unspecified
        }
        return Family(rawValue: first.rtgen_family)
    }
}
