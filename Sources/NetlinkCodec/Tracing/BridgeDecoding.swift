import CKernelHeaders
import Glibc
import Model

/// The VLANs of a `RTM_SETLINK` or `RTM_DELLINK` of the family of bridges, and whom they concern.
struct BridgeVLANs {
    /// `10` or `10-20`, several with commas between them; empty where the message is about something else.
    var text = ""
    var flags: [String] = []
    /// The number of a tunnel that the VLAN has, or the range of these.
    var tunnel: String?
    /// Whether the bridge itself is meant, and whether the bridge of the port.
    var isSelf = false, isMaster = false

    /// - Parameter list: What stands in IFLA_AF_SPEC.
    init(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = list
        var all: [String] = []
        var begin: UInt16?
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case ckh_bridge_flags:
                let flags = try attribute.u16(in: bytes)
                isSelf = flags & ckh_bridge_flags_self != 0
                isMaster = flags & ckh_bridge_flags_master != 0
            case ckh_bridge_vlan_info:
                // struct bridge_vlan_info: flags, number.
                guard attribute.payload.count >= 4,
                    let number = bytes.load(UInt16.self, at: attribute.payload.lowerBound + 2)
                else {
                    throw NetlinkDecodingError(.attributeSize, offset: attribute.offset, found: attribute.payload.count)
                }
                let flags = try attribute.u16(in: bytes)
                if flags & ckh_vlan_range_begin != 0 {
                    begin = number
                    continue
                }
                let first = flags & ckh_vlan_range_end != 0 ? begin : nil
                all.append(first.map { "\($0)-\(number)" } ?? String(number))
                for (flag, word) in [(ckh_vlan_pvid, "pvid"), (ckh_vlan_untagged, "untagged")]
                where flags & flag != 0 && !self.flags.contains(word) { self.flags.append(word) }
            case ckh_bridge_vlan_tunnel_info:
                let number = try attribute.nested.first(ckh_tunnel_vid, in: bytes)?.u16(in: bytes) ?? 0
                let tunnel = try attribute.nested.first(ckh_tunnel_id, in: bytes)?.u32(in: bytes) ?? 0
                let flags = try attribute.nested.first(ckh_tunnel_flags, in: bytes)?.u16(in: bytes) ?? 0
                if flags & ckh_vlan_range_begin != 0 {
                    begin = number
                    self.tunnel = String(tunnel)
                    continue
                }
                if flags & ckh_vlan_range_end != 0, let begin, let first = self.tunnel {
                    all.append("\(begin)-\(number)")
                    self.tunnel = "\(first)-\(tunnel)"
                } else {
                    all.append(String(number))
                    self.tunnel = String(tunnel)
                }
            default: break
            }
        }
        text = all.joined(separator: ", ")
    }
}

extension RequestDecoder {
    /// A `RTM_*LINK` of the family of bridges; nil where it means the device as any other does.
    func bridgeLink(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        guard !message.payload.isEmpty,
            bytes.load(rtgenmsg.self, at: message.payload.lowerBound)?.rtgen_family == wire(AF_BRIDGE)
        else { return nil }
        let attributes = message.attributes(after: MemoryLayout<ifinfomsg>.size)
        if message.type == wire(RTM_GETLINK) {
            let mask = try attributes.first(wire(IFLA_EXT_MASK), in: bytes)?.u32(in: bytes) ?? 0
            guard message.hasDumpFlags, mask & ckh_rtext_filter_brvlan != 0 else { return nil }
            var request = DecodedRequest(message, .vlanList, "all")
            request.isDump = true
            request.family = .bridge
            return request
        }
        guard message.type == wire(RTM_SETLINK) || message.type == wire(RTM_DELLINK),
            let list = try attributes.first(wire(IFLA_AF_SPEC), in: bytes)
        else { return nil }
        let vlans = try BridgeVLANs(list.nested, in: bytes)
        let header = try message.fixed(ifinfomsg.self, in: bytes)
        // Of RTM_DELLINK the kernel does nothing else in this family, and never deletes the device.
        guard !vlans.text.isEmpty || message.type == wire(RTM_DELLINK) else { return nil }
        let operation: OperationRow = message.type == wire(RTM_SETLINK) ? .vlanAdd : .vlanDelete
        var request = DecodedRequest(message, operation, vlans.text.isEmpty ? "none" : vlans.text)
        request.family = .bridge
        device(UInt32(bitPattern: header.ifi_index), &request)
        request.add("self", vlans.isSelf ? "true" : nil)
        request.add("master", vlans.isMaster ? "true" : nil)
        for flag in vlans.flags { request.add("flags", flag) }
        request.add("tunnel", vlans.tunnel)
        return request
    }

    /// `RTM_NEWVLAN` and `RTM_GETVLAN`: what a bridge does with a VLAN, by `struct br_vlan_msg`.
    func vlanOptions(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest? {
        let size = ckh_vlan_message_size
        guard message.payload.count >= size,
            let index = bytes.load(UInt32.self, at: message.payload.lowerBound + ckh_vlan_message_device)
        else { throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count) }
        if message.type == wire(RTM_GETVLAN) {
            var request = DecodedRequest(message, .vlanList, "all")
            request.isDump = message.hasDumpFlags
            request.family = .bridge
            device(index, &request)
            return request
        }
        guard message.type == wire(RTM_NEWVLAN) else { return nil }
        var numbers: [String] = []
        var settings: [UInt8] = []
        var isGlobal = false
        var states: [UInt8] = []
        var attributes = message.attributes(after: size)
        while let entry = try attributes.next(in: bytes) {
            var first: UInt16?, last: UInt16?
            var parts = entry.nested
            let global = entry.type == ckh_vlandb_global
            isGlobal = isGlobal || global
            while let part = try parts.next(in: bytes) {
                switch part.type {
                case ckh_vlandb_entry_info where !global:
                    first = bytes.load(UInt16.self, at: part.payload.lowerBound + 2)
                case ckh_vlandb_global_id where global: first = try part.u16(in: bytes)
                case ckh_vlandb_entry_range where !global, ckh_vlandb_global_range where global:
                    last = try part.u16(in: bytes)
                case ckh_vlandb_entry_state where !global: states.append(try part.u8(in: bytes))
                default: settings += bytes.copy(part.offset..<part.payload.upperBound)
                }
            }
            if let first { numbers.append(last.map { "\(first)-\($0)" } ?? String(first)) }
        }
        var request = DecodedRequest(message, .vlanSet, numbers.isEmpty ? "none" : numbers.joined(separator: ", "))
        request.family = .bridge
        device(index, &request)
        request.add("global", isGlobal ? "true" : nil)
        for state in states { request.add("state", BridgeVLANRecord.Entry.name(ofState: state)) }
        request.add("settings", settings.isEmpty ? nil : Digest.of(settings))
        return request
    }

    /// A port in a multicast group of a bridge: `struct br_port_msg`, and `struct br_mdb_entry` in an attribute.
    func multicastGroup(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        let size = ckh_port_message_size
        guard message.payload.count >= size,
            let index = bytes.load(UInt32.self, at: message.payload.lowerBound + ckh_port_message_device)
        else { throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count) }
        if message.type == wire(RTM_GETMDB) {
            var request = DecodedRequest(message, .mdbList, "all")
            request.isDump = message.hasDumpFlags
            request.family = .bridge
            device(index, &request)
            return request
        }
        let attributes = message.attributes(after: size)
        guard let entry = try attributes.first(ckh_mdb_set_entry, in: bytes) else {
            return raw(message)
        }
        let start = entry.payload.lowerBound
        guard entry.payload.count >= ckh_mdb_entry_size, let port = bytes.load(UInt32.self, at: start + ckh_mdb_port),
            let state = bytes.load(UInt8.self, at: start + ckh_mdb_state),
            let vlan = bytes.load(UInt16.self, at: start + ckh_mdb_vlan),
            let order = bytes.load(UInt16.self, at: start + ckh_mdb_protocol)
        else { throw NetlinkDecodingError(.attributeSize, offset: entry.offset, found: entry.payload.count) }
        let place = start + ckh_mdb_address
        let group: String? =
            switch UInt16(bigEndian: order) {
            case ckh_eth_p_ip: IPAddress(bytes: bytes.copy(place..<place + 4))?.description
            case ckh_eth_p_ipv6: IPAddress(bytes: bytes.copy(place..<place + 16))?.description
            default: MACAddress(bytes: bytes.copy(place..<place + 6))?.description
            }
        let operation: OperationRow =
            message.type == wire(RTM_DELMDB) ? .mdbDelete : message.has(NLM_F_REPLACE) ? .mdbReplace : .mdbAdd
        var request = DecodedRequest(message, operation, group ?? "none")
        request.family = .bridge
        device(index, &request)
        request.add("port", name(port))
        if port != 0 { request.deviceIndexes.append(port) }
        request.add("vlan", vlan == 0 ? nil : String(vlan))
        // The kernel reads it where it makes or changes an entry.
        if operation != .mdbDelete {
            request.add("state", state == ckh_mdb_permanent ? "permanent" : "temporary")
        }
        let rest = try attributes.first(ckh_mdb_set_attributes, in: bytes)?.bytes(in: bytes)
        request.add("settings", rest.map { Digest.of($0) })
        return request
    }
}
