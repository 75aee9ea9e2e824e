import CKernelHeaders
import Glibc
import Model

extension RequestDecoder {
    /// A message of NETLINK_XFRM; nil for one without a row.
    func transform(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        switch message.type {
        case ckh_xfrm_newsa, ckh_xfrm_updsa: try association(message, bytes)
        case ckh_xfrm_delsa, ckh_xfrm_getsa, ckh_xfrm_getsadinfo, ckh_xfrm_flushsa:
            try associationByName(message, bytes)
        case ckh_xfrm_newpolicy, ckh_xfrm_updpolicy: try policy(message, bytes)
        case ckh_xfrm_delpolicy, ckh_xfrm_getpolicy, ckh_xfrm_getspdinfo, ckh_xfrm_flushpolicy:
            try policyByName(message, bytes)
        default: nil
        }
    }

    /// What stands in a structure of a message, which was checked to be long enough.
    private struct Fields {
        let start: Int
        let bytes: [UInt8]

        init(
            _ message: NetlinkMessage, _ bytes: RawSpan, size: Int
        ) throws(NetlinkDecodingError) {
            guard message.payload.count >= size else {
                throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count)
            }
            start = 0
            self.bytes = bytes.copy(message.payload)
        }

        func u8(_ offset: Int) -> UInt8 { bytes[start + offset] }
        func u16(_ offset: Int) -> UInt16 { UInt16(u8(offset)) | UInt16(u8(offset + 1)) << 8 }
        func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16 }
        func be32(_ offset: Int) -> UInt32 { u32(offset).byteSwapped }

        /// `xfrm_address_t` of a family.
        func address(_ offset: Int, _ family: Family) -> IPAddress? {
            IPAddress(bytes: bytes[start + offset..<start + offset + (family == .ipv6 ? 16 : 4)])
        }
    }

    private func association(
        _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) -> DecodedRequest {
        let fields = try Fields(message, bytes, size: ckh_xfrm_sa_size)
        let family = Family(rawValue: UInt8(truncatingIfNeeded: fields.u16(ckh_xfrm_sa_family)))
        let address = fields.address(ckh_xfrm_sa_dst, family)
        var request = DecodedRequest(
            message, message.type == ckh_xfrm_updsa ? .stateReplace : .stateAdd, address?.description ?? "all")
        request.family = family
        request.add("src", fields.address(ckh_xfrm_sa_src, family)?.description)
        request.add("proto", RequestDecoder.transformName(fields.u8(ckh_xfrm_sa_proto)))
        request.add("spi", "0x" + String(fields.be32(ckh_xfrm_sa_spi), radix: 16))
        request.add("mode", fields.u8(ckh_xfrm_sa_mode) == ckh_xfrm_mode_tunnel ? "tunnel" : "transport")
        let number = fields.u32(ckh_xfrm_sa_reqid)
        request.add("reqid", number == 0 ? nil : String(number))
        try addRest(&request, message, bytes, after: ckh_xfrm_sa_size)
        return request
    }

    private func associationByName(
        _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == ckh_xfrm_flushsa {
            var request = DecodedRequest(message, .stateFlush, "all")
            let number = message.payload.isEmpty ? nil : bytes.load(UInt8.self, at: message.payload.lowerBound)
            request.add("proto", number.flatMap { $0 == 0 || $0 == 255 ? nil : RequestDecoder.transformName($0) })
            return request
        }
        guard !message.hasDumpFlags || message.type == ckh_xfrm_delsa, message.type != ckh_xfrm_getsadinfo else {
            var request = DecodedRequest(message, .stateList, "all")
            request.isDump = message.hasDumpFlags
            return request
        }
        let fields = try Fields(message, bytes, size: ckh_xfrm_said_size)
        let family = Family(rawValue: UInt8(truncatingIfNeeded: fields.u16(ckh_xfrm_said_family)))
        var request = DecodedRequest(
            message, message.type == ckh_xfrm_delsa ? .stateDelete : .stateList,
            fields.address(0, family)?.description ?? "all")
        request.family = family
        let source = try message.attributes(after: ckh_xfrm_said_size).first(ckh_xfrma_srcaddr, in: bytes)
        request.add(
            "src",
            source.flatMap { IPAddress(bytes: $0.bytes(in: bytes).prefix(family == .ipv6 ? 16 : 4)) }?.description)
        request.add("proto", RequestDecoder.transformName(fields.u8(ckh_xfrm_said_proto)))
        request.add("spi", "0x" + String(fields.be32(ckh_xfrm_said_spi), radix: 16))
        try addMark(&request, message, bytes, after: ckh_xfrm_said_size)
        return request
    }

    private func policy(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let fields = try Fields(message, bytes, size: ckh_xfrm_policy_size)
        var request = selected(
            message, message.type == ckh_xfrm_updpolicy ? .policyReplace : .policyAdd, fields)
        request.add("dir", RequestDecoder.direction(fields.u8(ckh_xfrm_policy_dir)))
        let index = fields.u32(ckh_xfrm_policy_index)
        request.add("index", index == 0 ? nil : String(index))
        let priority = fields.u32(ckh_xfrm_policy_priority)
        request.add("priority", priority == 0 ? nil : String(priority))
        request.add("action", fields.u8(ckh_xfrm_policy_action) == ckh_xfrm_policy_block ? "block" : nil)
        try addRest(&request, message, bytes, after: ckh_xfrm_policy_size)
        return request
    }

    private func policyByName(
        _ message: NetlinkMessage, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) -> DecodedRequest {
        if message.type == ckh_xfrm_flushpolicy { return DecodedRequest(message, .policyFlush, "all") }
        guard !message.hasDumpFlags || message.type == ckh_xfrm_delpolicy, message.type != ckh_xfrm_getspdinfo else {
            var request = DecodedRequest(message, .policyList, "all")
            request.isDump = message.hasDumpFlags
            return request
        }
        let fields = try Fields(message, bytes, size: ckh_xfrm_policyid_size)
        var request = selected(message, message.type == ckh_xfrm_delpolicy ? .policyDelete : .policyList, fields)
        request.add("dir", RequestDecoder.direction(fields.u8(ckh_xfrm_policyid_dir)))
        let index = fields.u32(ckh_xfrm_policyid_index)
        request.add("index", index == 0 ? nil : String(index))
        try addMark(&request, message, bytes, after: ckh_xfrm_policyid_size)
        return request
    }

    /// A request about the policy of a selector, which stands at the beginning: the destination is its name.
    private func selected(_ message: NetlinkMessage, _ operation: OperationRow, _ fields: Fields) -> DecodedRequest {
        let family = Family(rawValue: UInt8(truncatingIfNeeded: fields.u16(ckh_xfrm_selector_family)))
        func prefix(_ offset: Int, _ length: Int) -> String? {
            let length = Int(fields.u8(length))
            guard length > 0, let address = fields.address(offset, family) else { return nil }
            return IPPrefix(address: address, length: length)?.description
        }
        let destination = prefix(ckh_xfrm_selector_dst, ckh_xfrm_selector_dstlen)
        var request = DecodedRequest(message, operation, destination ?? "all")
        request.family = family
        request.add("src", prefix(ckh_xfrm_selector_src, ckh_xfrm_selector_srclen))
        // Ports, protocol, device and user.
        let rest =
            fields.bytes[(ckh_xfrm_selector_src + 16)..<ckh_xfrm_selector_family]
            + fields.bytes[ckh_xfrm_selector_proto..<ckh_xfrm_selector_size]
        request.add("selector", rest.contains { $0 != 0 } ? Digest.of(rest) : nil)
        return request
    }

    private func addRest(
        _ request: inout DecodedRequest, _ message: NetlinkMessage, _ bytes: RawSpan, after size: Int
    ) throws(NetlinkDecodingError) {
        try addMark(&request, message, bytes, after: size)
        let attributes = message.attributes(after: size)
        request.add("settings", attributes.range.isEmpty ? nil : Digest.of(bytes.copy(attributes.range)))
    }

    private func addMark(
        _ request: inout DecodedRequest, _ message: NetlinkMessage, _ bytes: RawSpan, after size: Int
    ) throws(NetlinkDecodingError) {
        guard let mark = try message.attributes(after: size).first(ckh_xfrma_mark, in: bytes) else { return }
        let bytes = mark.bytes(in: bytes)
        let value = RawAttribute(type: 0, bytes: bytes)
        guard let number = value.number().flatMap({ UInt32($0) }),
            let mask = value.number(at: 4).flatMap({ UInt32($0) })
        else { return }
        request.add("mark", FirewallMark(value: number, mask: mask).description)
    }

    /// The protocol of an association, as ip-xfrm(8) has it.
    static func transformName(_ number: UInt8) -> String {
        switch Int32(number) {
        case 50: "esp"
        case 51: "ah"
        case 108: "comp"
        case 43: "route2"
        case 60: "hao"
        default: String(number)
        }
    }

    private static func direction(_ direction: UInt8) -> String {
        switch direction {
        case ckh_xfrm_policy_out: "out"
        case ckh_xfrm_policy_fwd: "fwd"
        default: "in"
        }
    }
}

extension RequestDecoder {
    /// A request about sockets, by the address of one (`struct inet_diag_req_v2`).
    func diagnosis(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        let operation: OperationRow
        switch Int32(message.type) {
        case SOCK_DIAG_BY_FAMILY: operation = .socketList
        case SOCK_DESTROY: operation = .socketDestroy
        case TCPDIAG_GETSOCK, DCCPDIAG_GETSOCK:
            // As before Linux 3.3, and as ss(8) asks for DCCP today: the type says the protocol.
            var request = DecodedRequest(message, .socketList, "all")
            request.isDump = message.hasDumpFlags
            request.add(
                "proto", String(Int32(message.type) == TCPDIAG_GETSOCK ? ckh_ipproto_tcp : ckh_ipproto_dccp))
            return request
        default: return nil
        }
        var request = DecodedRequest(message, operation, "all")
        request.isDump = operation == .socketList && message.hasDumpFlags
        let family = message.payload.isEmpty ? nil : bytes.load(UInt8.self, at: message.payload.lowerBound)
        request.family = Family(rawValue: family ?? 0)
        guard request.family == .ipv4 || request.family == .ipv6 else { return request }
        let header = try message.fixed(inet_diag_req_v2.self, in: bytes)
        request.add("proto", String(header.sdiag_protocol))
        // A list of all says no address.
        guard !message.hasDumpFlags else { return request }
        let start = message.payload.lowerBound + (MemoryLayout<inet_diag_req_v2>.offset(of: \.id) ?? 8)
        let size = request.family == .ipv6 ? 16 : 4
        func end(_ address: Int, _ port: UInt16) -> String {
            let text = IPAddress(bytes: bytes.copy(address..<address + size))?.description ?? ""
            return (size == 16 ? "[\(text)]" : text) + ":\(UInt16(bigEndian: port))"
        }
        // Two ports, then the source and the destination, sixteen bytes each.
        request.argument = end(start + 4, header.id.idiag_sport)
        request.add("peer", end(start + 20, header.id.idiag_dport))
        return request
    }

    /// A request of generic netlink: `struct genlmsghdr`, and by its family what follows.
    func generic(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        let header = try message.fixed(genlmsghdr.self, in: bytes)
        let attributes = message.attributes(after: MemoryLayout<genlmsghdr>.size)
        if message.type == wire(GENL_ID_CTRL) {
            let name = try attributes.first(wire(CTRL_ATTR_FAMILY_NAME), in: bytes)?.string(in: bytes)
            let number = try attributes.first(wire(CTRL_ATTR_FAMILY_ID), in: bytes)?.u16(in: bytes)
            var request = DecodedRequest(
                message, .genericList, name ?? number.map { familyName($0) ?? String($0) } ?? "all")
            request.isDump = message.hasDumpFlags
            return request
        }
        let family = familyName(message.type) ?? String(message.type)
        if family == "wireguard" { return try wireguard(message, header.cmd, attributes, bytes) }
        var request = DecodedRequest(message, .genericRequest, family)
        request.isDump = message.hasDumpFlags
        request.add("command", String(header.cmd))
        switch family {
        case "ethtool":
            // The first attribute of every command is a header with the device.
            let place = try attributes.first(1, in: bytes)?.nested
            try addDevice(&request, place, ckh_ethtool_header_index, ckh_ethtool_header_name, bytes)
        default: break
        }
        request.add("settings", attributes.range.isEmpty ? nil : Digest.of(bytes.copy(attributes.range)))
        return request
    }

    /// A request about a device of WireGuard: its keys appear as digests, but for the public ones.
    private func wireguard(
        _ message: NetlinkMessage, _ command: UInt8, _ attributes: NetlinkAttributes, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) -> DecodedRequest {
        let record = try WireguardRecord(attributes, in: bytes)
        let isSet = command == wire(WG_CMD_SET_DEVICE)
        let device = record.name ?? record.index.map(name) ?? "all"
        var request = DecodedRequest(message, isSet ? .wireguardSet : .wireguardList, device)
        request.isDump = !isSet && message.hasDumpFlags
        if let index = record.index { request.deviceIndexes.append(index) }
        guard isSet else { return request }
        if record.flags & WGDEVICE_F_REPLACE_PEERS.rawValue != 0 { request.add("flags", "replace-peers") }
        request.add("private-key", record.privateKey)
        request.add("listen-port", record.port?.description)
        request.add("fwmark", record.mark.map { "0x" + String($0, radix: 16) })
        for peer in record.peers {
            if peer.flags & WGPEER_F_REMOVE_ME.rawValue != 0 {
                request.add("remove", peer.key)
                continue
            }
            request.add("peer", peer.key)
            request.add("preshared-key", peer.presharedKey)
            request.add("endpoint", peer.endpoint)
            request.add("persistent-keepalive", peer.keepalive?.description)
            if peer.flags & WGPEER_F_REPLACE_ALLOWEDIPS.rawValue != 0, peer.allowed.isEmpty {
                request.add("allowed-ips", "none")
            }
            for each in peer.allowed { request.add("allowed-ips", each) }
        }
        return request
    }

    private func addDevice(
        _ request: inout DecodedRequest, _ list: NetlinkAttributes?, _ index: UInt16, _ name: UInt16, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        if let text = try list?.first(name, in: bytes)?.string(in: bytes) {
            request.add("dev", text)
        } else if let number = try list?.first(index, in: bytes)?.u32(in: bytes) {
            device(number, &request)
        }
    }
}
