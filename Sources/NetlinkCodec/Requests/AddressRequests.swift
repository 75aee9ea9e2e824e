import CKernelHeaders

extension NetlinkRequest {
    /// Adds an address to a link (`RTM_NEWADDR`).
    ///
    /// - Parameters:
    ///   - prefix: the address with the prefix length of its network, or of the peer's where there is a peer.
    ///   - index: `ifi_index` of the link.
    ///   - peer: the other end of a point-to-point link.
    ///   - flags: `IFA_F_*`, for example `IFA_F_NODAD`.
    ///   - replacing: whether an equal address is no error (`NLM_F_REPLACE` instead of `NLM_F_EXCL`).
    public static func addAddress(
        _ prefix: IPPrefix, to index: UInt32, peer: IPAddress? = nil, flags: UInt32 = 0, replacing: Bool = false
    ) -> NetlinkRequest {
        NetlinkRequest(
            type: RTM_NEWADDR, flags: NLM_F_ACK | NLM_F_CREATE | (replacing ? NLM_F_REPLACE : NLM_F_EXCL)
        ) { message in
            writeAddress(prefix, index, peer, to: &message)
            if flags != 0 { message.attribute(wire(IFA_FLAGS), flags) }
        }
    }

    /// Removes an address from a link (`RTM_DELADDR`); the prefix must be the one that was added.
    public static func deleteAddress(_ prefix: IPPrefix, from index: UInt32, peer: IPAddress? = nil) -> NetlinkRequest {
        NetlinkRequest(type: RTM_DELADDR, flags: NLM_F_ACK) { writeAddress(prefix, index, peer, to: &$0) }
    }

    private static func writeAddress(
        _ prefix: IPPrefix, _ index: UInt32, _ peer: IPAddress?, to message: inout NetlinkBuilder
    ) {
        var header = ifaddrmsg()
        header.ifa_family = prefix.address.family.rawValue
        header.ifa_prefixlen = UInt8(prefix.length)
        header.ifa_index = index
        // As ip-address(8): 127/8 belongs to the host, everything else is global unless said.
        let isLoopback = prefix.address.family == .ipv4 && prefix.address.bytes.first == 127
        header.ifa_scope = isLoopback ? wire(RT_SCOPE_HOST) : wire(RT_SCOPE_UNIVERSE)
        message.append(header)
        message.attribute(wire(IFA_LOCAL), bytes: prefix.address.bytes)
        message.attribute(wire(IFA_ADDRESS), bytes: (peer ?? prefix.address).bytes)
    }
}
