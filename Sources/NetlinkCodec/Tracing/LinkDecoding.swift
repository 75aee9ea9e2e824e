import CKernelHeaders
import Glibc
import Model

/// What of a link request's attributes has a word.
private struct LinkWords {
    var name: String?
    var kind: String?
    var mtu: UInt32?
    var mac: MACAddress?
    var master: UInt32?
    var namespace: String?
    var peer: NetlinkAttribute?
    var alias: String?
    var group: UInt32?
    var link: UInt32?
    /// The number of a vlan.
    var vlan: UInt16?
    var hasXDP = false
    var queueLength: UInt32?
    /// How IPv6 makes addresses of its own, and the host part that it is told.
    var addressMode: String?
    var token: String?
    var protoDown: Bool?
    /// The settings of the kind, of which those of a veth are its peer, and those as a port of its master.
    var settings: [UInt8] = []
    /// Those of kinds and ports that have words.
    var settingWords: [String] = []
    /// The index of the device on which a tunnel stands, which its settings say.
    var lower: UInt32?
    /// The numbers of the attributes that have no word.
    var other: [UInt16] = []

    init(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = list
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(IFLA_IFNAME): name = attribute.string(in: bytes)
            // IFLA_IFNAME, where both are there, is the one that the kernel takes.
            case Int(IFLA_ALT_IFNAME): name = name ?? attribute.string(in: bytes)
            case Int(IFLA_MTU): mtu = try attribute.u32(in: bytes)
            case Int(IFLA_ADDRESS): mac = MACAddress(bytes: attribute.bytes(in: bytes))
            case Int(IFLA_MASTER): master = try attribute.u32(in: bytes)
            case Int(IFLA_NET_NS_FD): namespace = "fd:\(try attribute.i32(in: bytes))"
            case Int(IFLA_NET_NS_PID): namespace = "pid:\(try attribute.u32(in: bytes))"
            case Int(IFLA_TARGET_NETNSID): namespace = "nsid:\(try attribute.i32(in: bytes))"
            case Int(IFLA_LINKINFO):
                kind = try attribute.nested.first(wire(IFLA_INFO_KIND), in: bytes)?.string(in: bytes)
                let data = try attribute.nested.first(wire(IFLA_INFO_DATA), in: bytes)
                switch kind {
                case "veth": peer = try data?.nested.first(wire(VETH_INFO_PEER), in: bytes)
                case "vlan":
                    vlan = try data?.nested.first(wire(IFLA_VLAN_ID), in: bytes)?.u16(in: bytes)
                    take(KindSettings.all("vlan", BridgeSettings.without(1, data?.bytes(in: bytes) ?? [])))
                case "bridge": take(BridgeSettings.allOfBridge(data?.bytes(in: bytes) ?? []))
                default:
                    let payload = data?.bytes(in: bytes) ?? []
                    if let kind, let words = KindSettings.all(kind, payload) {
                        take(words)
                        if let place = LinkKinds.lowerDevices[kind] {
                            lower = try data?.nested.first(UInt16(place), in: bytes)?.u32(in: bytes)
                        }
                    } else {
                        settings = payload
                    }
                }
                let ofPort = try attribute.nested.first(wire(IFLA_INFO_SLAVE_DATA), in: bytes)?.bytes(in: bytes) ?? []
                let portKind = try attribute.nested.first(wire(IFLA_INFO_SLAVE_KIND), in: bytes)?.string(in: bytes)
                if portKind == "bridge" || kind == "bridge_slave" {
                    take(BridgeSettings.allOfPort(ofPort))
                } else {
                    settings += ofPort
                }
            case Int(IFLA_IFALIAS): alias = attribute.string(in: bytes)
            case Int(IFLA_GROUP): group = try attribute.u32(in: bytes)
            case Int(IFLA_LINK): link = try attribute.u32(in: bytes)
            case Int(IFLA_XDP): hasXDP = true
            case Int(IFLA_TXQLEN): queueLength = try attribute.u32(in: bytes)
            case Int(IFLA_PROTO_DOWN): protoDown = try attribute.u8(in: bytes) != 0
            // What a port of a bridge is set to (brport.h), in a message of that family.
            case Int(IFLA_PROTINFO): take(BridgeSettings.allOfPort(attribute.bytes(in: bytes)))
            case Int(IFLA_AF_SPEC): try takeFamilies(attribute, in: bytes)
            // It asks for more in an answer, and changes nothing.
            case Int(IFLA_EXT_MASK): break
            default: other.append(attribute.type)
            }
        }
    }

    private mutating func take(_ words: String?) {
        if let words, !words.isEmpty { settingWords.append(words) }
    }

    /// IFLA_AF_SPEC: of a message of bridges what the port is set to, else a list for each family.
    private mutating func takeFamilies(
        _ list: NetlinkAttribute, in bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        var families = list.nested
        while let family = try families.next(in: bytes) {
            guard family.type == UInt16(ckh_af_inet6) else {
                settings += bytes.copy(family.offset..<family.payload.upperBound)
                continue
            }
            var parts = family.nested
            while let part = try parts.next(in: bytes) {
                switch Int(part.type) {
                case Int(IFLA_INET6_ADDR_GEN_MODE):
                    addressMode = KernelNames.addressMode(try part.u8(in: bytes))
                case Int(IFLA_INET6_TOKEN): token = IPAddress(bytes: part.bytes(in: bytes))?.description
                default: settings += bytes.copy(part.offset..<part.payload.upperBound)
                }
            }
        }
    }
}

extension RequestDecoder {
    func link(_ message: NetlinkMessage, _ bytes: RawSpan) throws(NetlinkDecodingError) -> DecodedRequest {
        // A dump may be asked for with no more than struct rtgenmsg, as getifaddrs(3) does.
        if message.type == wire(RTM_GETLINK), message.hasDumpFlags {
            var request = DecodedRequest(message, .linkList, "all")
            request.isDump = true
            return request
        }
        let header = try message.fixed(ifinfomsg.self, in: bytes)
        let words = try LinkWords(message.attributes(after: MemoryLayout<ifinfomsg>.size), in: bytes)
        let index = UInt32(bitPattern: header.ifi_index)
        // Without a device, a change is that of all devices of the group (rtnl_group_changelink in net/core/rtnetlink.c).
        let isOfGroup = words.group != nil && message.type != wire(RTM_GETLINK)
        let argument = index == 0 ? words.name ?? (isOfGroup ? "all" : "#0") : name(index)
        var request: DecodedRequest
        switch Int(message.type) {
        case Int(RTM_GETLINK): request = DecodedRequest(message, .linkGet, argument)
        case Int(RTM_DELLINK):
            request = DecodedRequest(message, .linkDelete, argument)
            if index == 0, words.name == nil { request.add("group", words.group.map { String($0) }) }
        default:
            // An index chosen for a new link is no name of an existing one.
            let creates = message.type == wire(RTM_NEWLINK) && message.has(NLM_F_CREATE)
            if creates, index == 0 || deviceName(index) == nil {
                // The kernel names a link without a name after its kind.
                let name = words.name ?? (words.kind ?? "") + "%d"
                request = DecodedRequest(message, .linkCreate, name)
                request.add("type", words.kind)
            } else {
                request = DecodedRequest(message, .linkSet, argument)
            }
            try describe(&request, words, header, bytes)
        }
        request.family = Family(rawValue: header.ifi_family)
        if index != 0 { request.deviceIndexes.insert(index, at: 0) }
        return request
    }

    private func describe(
        _ request: inout DecodedRequest, _ words: LinkWords, _ header: ifinfomsg, _ bytes: RawSpan
    ) throws(NetlinkDecodingError) {
        let peer = try peer(words.peer, bytes)
        request.add("peer", peer?.name)
        if let master = words.master {
            request.add("master", master == 0 ? "none" : name(master))
            if master != 0 { request.deviceIndexes.append(master) }
        }
        request.add("mtu", words.mtu.map { String($0) })
        // Without a mask all flags are meant, if any is set (rtnl_dev_combine_flags in net/core/rtnetlink.c).
        let changesUp = header.ifi_change & ckh_iff_up != 0 || header.ifi_change == 0 && header.ifi_flags != 0
        if changesUp { request.add("up", header.ifi_flags & ckh_iff_up != 0 ? "true" : "false") }
        if request.operation == .linkSet, header.ifi_index != 0 { request.add("name", words.name) }
        request.add("netns", words.namespace)
        request.add("peer-netns", peer?.namespace)
        request.add("mac", words.mac?.description)
        request.add("alias", words.alias)
        request.add("group", words.group.map { String($0) })
        if let link = words.link ?? words.lower.flatMap({ $0 == 0 ? nil : $0 }) {
            request.add("link", name(link))
            if link != 0 { request.deviceIndexes.append(link) }
        }
        request.add("id", words.vlan.map { String($0) })
        for flag in flags(header) { request.add("flags", flag) }
        request.add("txqueuelen", words.queueLength.map { String($0) })
        request.add("addrgenmode", words.addressMode)
        request.add("token", words.token)
        request.add("protodown", words.protoDown.map { String($0) })
        request.add("xdp", words.hasXDP ? "true" : nil)
        let settings = words.settingWords + (words.settings.isEmpty ? [] : [Digest.of(words.settings)])
        request.add("settings", settings.isEmpty ? nil : settings.joined(separator: " "))
        for number in words.other { request.add("other", String(number)) }
    }

    /// The flags that are changed besides `up`, as ip-link(8) names them; `-promisc` where one is taken away.
    private func flags(_ header: ifinfomsg) -> [String] {
        let known = [
            (UInt32(truncatingIfNeeded: IFF_NOARP), "noarp"), (UInt32(truncatingIfNeeded: IFF_PROMISC), "promisc"),
            (UInt32(truncatingIfNeeded: IFF_ALLMULTI), "allmulticast"),
            (UInt32(truncatingIfNeeded: IFF_MULTICAST), "multicast"),
            (UInt32(truncatingIfNeeded: IFF_DYNAMIC), "dynamic"),
        ]
        return known.filter { header.ifi_change & $0.0 != 0 }.map { flag, word in
            header.ifi_flags & flag != 0 ? word : "-\(word)"
        }
    }

    /// The peer of a veth: `struct ifinfomsg`, then attributes as those of a link.
    private func peer(_ attribute: NetlinkAttribute?, _ bytes: RawSpan) throws(NetlinkDecodingError) -> LinkWords? {
        guard let attribute else { return nil }
        let start = attribute.payload.lowerBound + MemoryLayout<ifinfomsg>.size
        guard start <= attribute.payload.upperBound else {
            throw NetlinkDecodingError(.attributeSize, offset: attribute.offset, found: attribute.payload.count)
        }
        return try LinkWords(NetlinkAttributes(range: start..<attribute.payload.upperBound), in: bytes)
    }
}
