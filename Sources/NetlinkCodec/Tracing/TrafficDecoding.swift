import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// A queueing discipline, named as tc(8) does: by where it stands, `root`, `ingress` or a parent, else by its handle.
    func qdisc(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(tcmsg.self, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETQDISC): operation = .qdiscList
        case Int(RTM_DELQDISC): operation = .qdiscDelete
        default:
            operation =
                !message.has(NLM_F_CREATE) ? .qdiscChange : message.has(NLM_F_EXCL) ? .qdiscAdd : .qdiscReplace
        }
        let handle = header.tcm_handle == 0 ? nil : TrafficHandle.text(header.tcm_handle)
        let place = TrafficHandle.place(header.tcm_parent)
        var request = DecodedRequest(message, operation, place ?? handle ?? "all")
        request.isDump = message.hasDumpFlags
        device(UInt32(bitPattern: header.tcm_ifindex), &request)
        try addType(&request, message, bytes)
        if place != nil { request.add("handle", handle) }
        // The kernel reads them where it makes or changes something.
        if message.type == wire(RTM_NEWQDISC) { try addSettings(&request, message, bytes) }
        return request
    }

    /// A class of a discipline, by its number.
    func trafficClass(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(tcmsg.self, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETTCLASS): operation = .classList
        case Int(RTM_DELTCLASS): operation = .classDelete
        default:
            operation =
                !message.has(NLM_F_CREATE) ? .classChange : message.has(NLM_F_EXCL) ? .classAdd : .classReplace
        }
        let number = header.tcm_handle == 0 ? "all" : TrafficHandle.text(header.tcm_handle)
        var request = DecodedRequest(message, operation, number)
        request.isDump = message.hasDumpFlags
        device(UInt32(bitPattern: header.tcm_ifindex), &request)
        request.add("parent", TrafficHandle.place(header.tcm_parent))
        try addType(&request, message, bytes)
        if message.type == wire(RTM_NEWTCLASS) { try addSettings(&request, message, bytes) }
        return request
    }

    /// A filter, by where it stands; the upper half of `tcm_info` is its priority, the lower its protocol.
    func filter(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(tcmsg.self, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETTFILTER): operation = .filterList
        case Int(RTM_DELTFILTER): operation = .filterDelete
        default:
            operation =
                !message.has(NLM_F_CREATE) ? .filterChange : message.has(NLM_F_EXCL) ? .filterAdd : .filterReplace
        }
        var request = DecodedRequest(message, operation, "all")
        request.isDump = message.hasDumpFlags
        try addPlace(&request, header, message, bytes)
        let (priority, order) = (header.tcm_info >> 16, UInt16(truncatingIfNeeded: header.tcm_info))
        request.add("priority", priority == 0 ? nil : String(priority))
        request.add("protocol", order == 0 ? nil : KernelNames.etherType(UInt16(bigEndian: order)))
        try addType(&request, message, bytes)
        request.add("handle", header.tcm_handle == 0 ? nil : "0x" + String(header.tcm_handle, radix: 16))
        let chain = try message.attributes(after: MemoryLayout<tcmsg>.size).first(wire(TCA_CHAIN), in: bytes)
        request.add("chain", try chain?.u32(in: bytes).description)
        if message.type == wire(RTM_NEWTFILTER) { try addSettings(&request, message, bytes) }
        return request
    }

    /// A chain of filters, by its number.
    func filterChain(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let header = try message.fixed(tcmsg.self, in: bytes)
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETCHAIN): operation = .chainList
        case Int(RTM_DELCHAIN): operation = .chainDelete
        default: operation = .chainAdd
        }
        let number = try message.attributes(after: MemoryLayout<tcmsg>.size).first(wire(TCA_CHAIN), in: bytes)
        var request = DecodedRequest(message, operation, "all")
        request.isDump = message.hasDumpFlags
        try addPlace(&request, header, message, bytes)
        request.add("parent", request.argument == "all" ? nil : request.argument)
        request.argument =
            try number?.u32(in: bytes).description ?? (message.type == wire(RTM_GETCHAIN) ? "all" : "0")
        try addType(&request, message, bytes)
        try addSettings(&request, message, bytes)
        return request
    }

    /// Actions of their own, by their type; several of one message are of one type as a rule.
    func trafficAction(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        _ = try message.fixed(tcamsg.self, in: bytes)
        var types: [String] = []
        var numbers: [UInt32] = []
        var settings: [UInt8] = []
        let list = try message.attributes(after: MemoryLayout<tcamsg>.size).first(wire(TCA_ROOT_TAB), in: bytes)
        if var actions = list?.nested {
            while let each = try actions.next(in: bytes) {
                if let type = try each.nested.first(wire(TCA_ACT_KIND), in: bytes)?.string(in: bytes),
                    !types.contains(type)
                {
                    types.append(type)
                }
                if let number = try each.nested.first(wire(TCA_ACT_INDEX), in: bytes) {
                    numbers.append(try number.u32(in: bytes))
                }
                if let options = try each.nested.first(wire(TCA_ACT_OPTIONS), in: bytes),
                    message.type == wire(RTM_NEWACTION)
                {
                    settings += options.bytes(in: bytes)
                    // The second attribute of every type is its parameters, which begin with the index (tc_gen).
                    if let parameters = try options.nested.first(2, in: bytes) {
                        numbers.append(try parameters.u32(in: bytes))
                    }
                }
            }
        }
        let operation: OperationRow
        switch Int(message.type) {
        case Int(RTM_GETACTION): operation = .actionList
        case Int(RTM_DELACTION): operation = .actionDelete
        default: operation = message.has(NLM_F_REPLACE) ? .actionReplace : .actionAdd
        }
        var request = DecodedRequest(message, operation, types.isEmpty ? "all" : types.joined(separator: ", "))
        request.isDump = message.type == wire(RTM_GETACTION) && message.hasDumpFlags
        for number in numbers where number != 0 { request.add("index", String(number)) }
        if message.type == wire(RTM_NEWACTION) {
            request.add("settings", settings.isEmpty ? nil : Digest.of(settings))
        }
        return request
    }

    /// Where a filter or a chain of these stands: on a device, or in a block that several devices share.
    private func addPlace(
        _ request: inout DecodedRequest, _ header: tcmsg, _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        if header.tcm_ifindex == TrafficHandle.blockMark {
            request.add("block", String(header.tcm_parent))
            return
        }
        request.argument = TrafficHandle.place(header.tcm_parent) ?? "all"
        device(UInt32(bitPattern: header.tcm_ifindex), &request)
    }

    private func addType(
        _ request: inout DecodedRequest, _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        let kind = try message.attributes(after: MemoryLayout<tcmsg>.size).first(wire(TCA_KIND), in: bytes)
        request.add("type", kind?.string(in: bytes))
    }

    private func addSettings(
        _ request: inout DecodedRequest, _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        let options = try message.attributes(after: MemoryLayout<tcmsg>.size).first(wire(TCA_OPTIONS), in: bytes)
        request.add("settings", options.map { Digest.of($0.bytes(in: bytes)) })
    }
}

/// How tc(8) writes the numbers of disciplines and classes.
public enum TrafficHandle {
    /// TCM_IFINDEX_MAGIC_BLOCK of linux/rtnetlink.h: the parent is the number of a block of filters.
    static let blockMark = Int32(bitPattern: 0xffff_ffff)
    /// The parents of clsact, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) and its like.
    private static let ingress: UInt32 = 0xffff_fff2, egress: UInt32 = 0xffff_fff3

    /// `1:` of the handle 0x10000, `1:a` of 0x1000a, in hexadecimal as tc(8) writes them.
    public static func text(_ handle: UInt32) -> String {
        let minor = handle & 0xffff
        return String(handle >> 16, radix: 16) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
    }

    /// What a parent is called: `root`, `ingress`, `egress`, or by its handle; nil for none.
    public static func place(_ parent: UInt32) -> String? {
        switch parent {
        case 0: nil
        case TC_H_ROOT: "root"
        case TC_H_INGRESS, ingress: "ingress"
        case egress: "egress"
        default: text(parent)
        }
    }
}
