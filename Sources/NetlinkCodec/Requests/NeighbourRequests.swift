import CKernelHeaders

extension NetlinkRequest {
    /// Adds a permanent neighbour, or a proxy where there is no hardware address (`RTM_NEWNEIGH`).
    ///
    /// - Parameters:
    ///   - address: the neighbour, or the address that the host answers for.
    ///   - index: `ifi_index` of the link.
    ///   - lladdr: the neighbour's hardware address (`NDA_LLADDR`); nil makes it a proxy (`NTF_PROXY`).
    ///   - replacing: whether an equal neighbour is no error (`NLM_F_REPLACE` instead of `NLM_F_EXCL`).
    public static func addNeighbour(
        _ address: IPAddress, to index: UInt32, lladdr: MACAddress?, replacing: Bool = false
    ) -> NetlinkRequest {
        NetlinkRequest(
            type: RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_CREATE | (replacing ? NLM_F_REPLACE : NLM_F_EXCL)
        ) { message in
            writeNeighbour(address, index, isProxy: lladdr == nil, to: &message)
            if let lladdr { message.attribute(wire(NDA_LLADDR), bytes: lladdr.bytes) }
        }
    }

    /// Removes a neighbour or a proxy from a link (`RTM_DELNEIGH`).
    public static func deleteNeighbour(
        _ address: IPAddress, from index: UInt32, isProxy: Bool = false
    ) -> NetlinkRequest {
        NetlinkRequest(type: RTM_DELNEIGH, flags: NLM_F_ACK) {
            writeNeighbour(address, index, isProxy: isProxy, to: &$0)
        }
    }

    private static func writeNeighbour(
        _ address: IPAddress, _ index: UInt32, isProxy: Bool, to message: inout NetlinkBuilder
    ) {
        var header = ndmsg()
        header.ndm_family = address.family.rawValue
        header.ndm_ifindex = Int32(bitPattern: index)
        header.ndm_state = wire(NUD_PERMANENT)
        header.ndm_flags = isProxy ? wire(NTF_PROXY) : 0
        message.append(header)
        message.attribute(wire(NDA_DST), bytes: address.bytes)
    }
}

/// A record with the message that said it.
///
/// The kernel's description of an address, route, rule or neighbour is also a request for the very same object:
/// `ip route save` and `restore` rely on it, and `ip route flush` for deletion.
public struct DumpedObject<Record: DumpRecord>: Sendable {
    /// The object.
    public let record: Record
    /// The whole message, header first.
    public let message: [UInt8]

    /// Reads every object of a dump, in the kernel's order; messages of other types are left out, errors as the cursors.
    public static func all(in datagrams: [[UInt8]]) throws(NetlinkDecodingError) -> [DumpedObject] {
        var objects: [DumpedObject] = []
        for datagram in datagrams {
            let span = datagram.span.bytes
            for message in try NetlinkMessages.all(in: datagram) {
                guard let record = try Record.decode(message, in: span) else { continue }
                let bytes = Array(datagram[message.offset..<message.offset + message.length])
                objects.append(DumpedObject(record: record, message: bytes))
            }
        }
        return objects
    }

    /// Asks for exactly this object to be deleted; nil for one that is no address, route, rule or neighbour.
    public var deletion: NetlinkRequest? {
        guard let type = type.flatMap({ DumpedTypes.deletions[$0] }) else { return nil }
        return NetlinkRequest(type: type, flags: NLM_F_ACK) { $0.append(contentsOf: payload) }
    }

    /// Asks for the object to be added with every attribute that it had (`NLM_F_EXCL`); nil as ``deletion``.
    public var addition: NetlinkRequest? { request(NLM_F_EXCL) }

    /// Asks for the object to take the place of one like it, or to be added (`NLM_F_REPLACE`); nil as ``deletion``.
    public var replacement: NetlinkRequest? { request(NLM_F_REPLACE) }

    private func request(_ flag: Int32) -> NetlinkRequest? {
        guard let type, DumpedTypes.deletions[type] != nil else { return nil }
        var payload = payload
        if type == RTM_NEWROUTE, let header = payload.span.bytes.load(rtmsg.self, at: 0),
            let place = MemoryLayout<rtmsg>.offset(of: \.rtm_flags)
        {
            // The rest tells the state of the device; the kernel refuses a request that says it.
            payload.overwrite(header.rtm_flags & wire(RTNH_F_ONLINK | RTNH_F_PERVASIVE), at: place)
        }
        return NetlinkRequest(type: type, flags: NLM_F_ACK | NLM_F_CREATE | flag) {
            $0.append(contentsOf: payload)
        }
    }

    private var type: Int? { message.span.bytes.load(nlmsghdr.self, at: 0).map { Int($0.nlmsg_type) } }
    private var payload: [UInt8] { Array(message.dropFirst(NetlinkMessage.headerLength)) }
}

/// The requests that delete what messages of these types describe.
private enum DumpedTypes {
    static let deletions: [Int: Int] = [
        Int(RTM_NEWADDR): Int(RTM_DELADDR), Int(RTM_NEWROUTE): Int(RTM_DELROUTE), Int(RTM_NEWRULE): Int(RTM_DELRULE),
        Int(RTM_NEWNEIGH): Int(RTM_DELNEIGH),
    ]
}
