import CKernelHeaders

/// Which link a request means.
public enum LinkSelector: Hashable, Sendable {
    /// By `ifi_index`, above zero.
    case index(UInt32)
    /// By `IFLA_IFNAME`.
    case name(String)

    func write(to message: inout NetlinkBuilder, flags: UInt32 = 0, change: UInt32 = 0) {
        var header = ifinfomsg()
        header.ifi_flags = flags
        header.ifi_change = change
        if case .index(let index) = self { header.ifi_index = Int32(bitPattern: index) }
        message.append(header)
        if case .name(let name) = self { message.attribute(wire(IFLA_IFNAME), string: name) }
    }
}

/// What a new link shall be.
public struct NewLink: Hashable, Sendable {
    /// `IFLA_INFO_KIND` and what belongs to it.
    public enum Kind: Hashable, Sendable {
        /// A veth with its other end.
        case veth(peer: End)
        /// Any other: on the device with that index (`IFLA_LINK`), with these settings (`IFLA_INFO_DATA`).
        case other(String, link: UInt32? = nil, settings: [RawAttribute] = [])
    }

    /// One end: what both a link and the peer of a veth have.
    public struct End: Hashable, Sendable {
        /// `IFLA_IFNAME`, at most 15 bytes.
        public var name: String
        /// `IFLA_MTU` in bytes.
        public var mtu: UInt32?
        /// `IFLA_ADDRESS`.
        public var mac: MACAddress?
        /// `ifi_index` to be given; the kernel chooses where nil.
        public var index: UInt32?
        /// `IFLA_NET_NS_FD`: where it is made, nil means here; any number does where it is to be set later.
        public var namespaceDescriptor: Int32?

        /// Takes all of it; everything but the name has a default.
        public init(
            name: String, mtu: UInt32? = nil, mac: MACAddress? = nil, index: UInt32? = nil,
            namespaceDescriptor: Int32? = nil
        ) {
            self.name = name
            self.mtu = mtu
            self.mac = mac
            self.index = index
            self.namespaceDescriptor = namespaceDescriptor
        }

        fileprivate func write(
            to message: inout NetlinkBuilder, isUp: Bool, role: NetlinkRequest.DescriptorSlot.Role,
            slots: inout [NetlinkRequest.DescriptorSlot]
        ) {
            var header = ifinfomsg()
            header.ifi_index = Int32(bitPattern: index ?? 0)
            if isUp {
                header.ifi_flags = ckh_iff_up
                header.ifi_change = ckh_iff_up
            }
            message.append(header)
            message.attribute(wire(IFLA_IFNAME), string: name)
            if let mtu { message.attribute(wire(IFLA_MTU), mtu) }
            if let mac { message.attribute(wire(IFLA_ADDRESS), bytes: mac.bytes) }
            if let namespaceDescriptor {
                let offset = message.attribute(wire(IFLA_NET_NS_FD), namespaceDescriptor)
                slots.append(NetlinkRequest.DescriptorSlot(role: role, offset: offset))
            }
        }
    }

    /// The link itself.
    public var end: End
    /// Its kind.
    public var kind: Kind
    /// `IFLA_MASTER`: index of the bridge (or other master) that it joins.
    public var master: UInt32?

    /// Whether it is up from the start (`IFF_UP`).
    ///
    /// The peer of a veth cannot be: the kernel opens it before it knows its other end, and says ENOTCONN.
    public var isUp: Bool

    /// Takes the link, its kind, its master and whether it is up.
    public init(_ end: End, kind: Kind, master: UInt32? = nil, isUp: Bool = false) {
        self.isUp = isUp
        self.end = end
        self.kind = kind
        self.master = master
    }
}

/// What shall change on a link; nil leaves it as it is.
public struct LinkChanges: Hashable, Sendable {
    /// Sets or clears `IFF_UP`.
    public var isUp: Bool?
    /// `IFLA_MTU` in bytes.
    public var mtu: UInt32?
    /// `IFLA_ADDRESS`.
    public var mac: MACAddress?
    /// `IFLA_MASTER`: index of the new master, 0 to leave it.
    public var master: UInt32?
    /// `IFLA_IFNAME`: the new name; the link must then be selected by index.
    public var name: String?
    /// `IFLA_NET_NS_FD`: moves the link.
    public var namespaceDescriptor: Int32?

    /// Takes all of it; by default nothing changes.
    public init(
        isUp: Bool? = nil, mtu: UInt32? = nil, mac: MACAddress? = nil, master: UInt32? = nil, name: String? = nil,
        namespaceDescriptor: Int32? = nil
    ) {
        self.isUp = isUp
        self.mtu = mtu
        self.mac = mac
        self.master = master
        self.name = name
        self.namespaceDescriptor = namespaceDescriptor
    }
}

extension NetlinkRequest {
    /// Makes a link (`RTM_NEWLINK` with `NLM_F_CREATE | NLM_F_EXCL`).
    ///
    /// Slots: `link` and `peer`, for those ends that have a descriptor.
    public static func createLink(_ link: NewLink) -> NetlinkRequest {
        NetlinkRequest(type: RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL) { message, slots in
            link.end.write(to: &message, isUp: link.isUp, role: .link, slots: &slots)
            if let master = link.master { message.attribute(wire(IFLA_MASTER), master) }
            if case .other(_, let lower?, _) = link.kind { message.attribute(wire(IFLA_LINK), lower) }
            message.nested(wire(IFLA_LINKINFO)) { info in
                switch link.kind {
                case .other(let kind, _, let settings):
                    info.attribute(wire(IFLA_INFO_KIND), string: kind)
                    guard !settings.isEmpty else { break }
                    info.nested(wire(IFLA_INFO_DATA)) { data in
                        for setting in settings { data.attribute(setting.type, bytes: setting.bytes) }
                    }
                case .veth(let peer):
                    info.attribute(wire(IFLA_INFO_KIND), string: "veth")
                    info.nested(wire(IFLA_INFO_DATA)) { data in
                        data.nested(wire(VETH_INFO_PEER)) {
                            peer.write(to: &$0, isUp: false, role: .peer, slots: &slots)
                        }
                    }
                }
            }
        }
    }

    /// Changes a link (`RTM_NEWLINK` without `NLM_F_CREATE`); slot: `link`.
    public static func setLink(_ link: LinkSelector, _ changes: LinkChanges) -> NetlinkRequest {
        NetlinkRequest(type: RTM_NEWLINK, flags: NLM_F_ACK) { message, slots in
            let up = changes.isUp.map { $0 ? ckh_iff_up : 0 }
            link.write(to: &message, flags: up ?? 0, change: up == nil ? 0 : ckh_iff_up)
            if let name = changes.name { message.attribute(wire(IFLA_IFNAME), string: name) }
            if let mtu = changes.mtu { message.attribute(wire(IFLA_MTU), mtu) }
            if let mac = changes.mac { message.attribute(wire(IFLA_ADDRESS), bytes: mac.bytes) }
            if let master = changes.master { message.attribute(wire(IFLA_MASTER), master) }
            if let descriptor = changes.namespaceDescriptor {
                slots.append(DescriptorSlot(role: .link, offset: message.attribute(wire(IFLA_NET_NS_FD), descriptor)))
            }
        }
    }

    /// Deletes a link (`RTM_DELLINK`).
    public static func deleteLink(_ link: LinkSelector) -> NetlinkRequest {
        NetlinkRequest(type: RTM_DELLINK, flags: NLM_F_ACK) { link.write(to: &$0) }
    }
}
