import CKernelHeaders

// Requests that read. With NETLINK_GET_STRICT_CHK on the socket the kernel refuses fixed structures of another
// length than these and fields that it does not filter by.

extension NetlinkRequest {
    /// Asks for every link without statistics (`RTM_GETLINK`), which halves the answer.
    public static func dumpLinks() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETLINK, flags: NLM_F_DUMP) { message in
            message.append(ifinfomsg())
            message.attribute(wire(IFLA_EXT_MASK), ckh_rtext_filter_skip_stats)
        }
    }

    /// Asks for one link (`RTM_GETLINK`); the answer is one `LinkRecord` or ENODEV.
    public static func getLink(_ link: LinkSelector) -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETLINK, flags: 0) { message in
            link.write(to: &message)
            message.attribute(wire(IFLA_EXT_MASK), ckh_rtext_filter_skip_stats)
        }
    }

    /// Asks for the addresses of a family, by default of all (`RTM_GETADDR`).
    public static func dumpAddresses(_ family: Family = .unspecified) -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETADDR, flags: NLM_F_DUMP) { message in
            var header = ifaddrmsg()
            header.ifa_family = family.rawValue
            message.append(header)
        }
    }

    /// Asks for the routes of a family in all tables (`RTM_GETROUTE`).
    public static func dumpRoutes(_ family: Family) -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETROUTE, flags: NLM_F_DUMP) { message in
            var header = rtmsg()
            header.rtm_family = family.rawValue
            message.append(header)
        }
    }

    /// Asks for the policy rules of a family, by default of all (`RTM_GETRULE`).
    public static func dumpRules(_ family: Family = .unspecified) -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETRULE, flags: NLM_F_DUMP) { message in
            var header = fib_rule_hdr()
            header.family = family.rawValue
            message.append(header)
        }
    }

    /// Asks for the neighbours of a family, by default of all but bridges (`RTM_GETNEIGH`).
    public static func dumpNeighbours(_ family: Family = .unspecified) -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETNEIGH, flags: NLM_F_DUMP) { message in
            var header = ndmsg()
            header.ndm_family = family.rawValue
            message.append(header)
        }
    }

    /// Asks for the addresses that the host answers for in place of others (`RTM_GETNEIGH`, `NTF_PROXY`).
    public static func dumpProxyNeighbours(_ family: Family = .unspecified) -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETNEIGH, flags: NLM_F_DUMP) { message in
            var header = ndmsg()
            header.ndm_family = family.rawValue
            header.ndm_flags = wire(NTF_PROXY)
            message.append(header)
        }
    }

    /// Asks for the queueing disciplines of all devices (`RTM_GETQDISC`).
    public static func dumpQdiscs() -> NetlinkRequest { traffic(RTM_GETQDISC, of: 0, under: 0) }

    /// Asks for the classes of a device (`RTM_GETTCLASS`).
    public static func dumpClasses(of device: UInt32) -> NetlinkRequest { traffic(RTM_GETTCLASS, of: device, under: 0) }

    /// Asks for the filters of a device that stand at one place (`RTM_GETTFILTER`).
    public static func dumpFilters(of device: UInt32, under parent: UInt32) -> NetlinkRequest {
        traffic(RTM_GETTFILTER, of: device, under: parent)
    }

    private static func traffic(_ type: Int, of device: UInt32, under parent: UInt32) -> NetlinkRequest {
        NetlinkRequest(type: type, flags: NLM_F_DUMP) { message in
            var header = tcmsg()
            header.tcm_ifindex = Int32(bitPattern: device)
            header.tcm_parent = parent
            message.append(header)
        }
    }

    /// Asks for the nexthops (`RTM_GETNEXTHOP`).
    public static func dumpNexthops() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETNEXTHOP, flags: NLM_F_DUMP) { $0.append(nhmsg()) }
    }

    /// Asks for the labels of addresses (`RTM_GETADDRLABEL`).
    public static func dumpAddressLabels() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETADDRLABEL, flags: NLM_F_DUMP) { message in
            var header = ifaddrlblmsg()
            header.ifal_family = Family.ipv6.rawValue
            message.append(header)
        }
    }

    /// Asks for the forwarding tables of bridges and other devices (`RTM_GETNEIGH` of bridges).
    public static func dumpForwarding() -> NetlinkRequest { dumpNeighbours(.bridge) }

    /// Asks for the multicast groups of bridges (`RTM_GETMDB`, `struct br_port_msg`).
    public static func dumpMulticastGroups() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETMDB, flags: NLM_F_DUMP) { message in
            message.append(
                contentsOf: [Family.bridge.rawValue] + [UInt8](repeating: 0, count: ckh_port_message_size - 1))
        }
    }

    /// Asks for the namespaces that have an id here (`RTM_GETNSID`).
    public static func dumpNamespaceIDs() -> NetlinkRequest {
        NetlinkRequest(type: RTM_GETNSID, flags: NLM_F_DUMP) { $0.append(rtgenmsg()) }
    }

    /// Gives a namespace an id here (`RTM_NEWNSID`); the slot `namespace` holds its descriptor.
    ///
    /// - Parameter id: the id, or -1 to let the kernel choose.
    public static func setNamespaceID(_ id: Int32, descriptor: Int32 = 0) -> NetlinkRequest {
        NetlinkRequest(type: RTM_NEWNSID, flags: NLM_F_ACK) { message, slots in
            message.append(rtgenmsg())
            message.attribute(wire(NETNSA_NSID), id)
            slots.append(DescriptorSlot(role: .namespace, offset: message.attribute(wire(NETNSA_FD), descriptor)))
        }
    }
}

extension NetlinkRequest {
    /// Asks for the generation id of the nftables rule set (`NFT_MSG_GETGEN`), on a `NETLINK_NETFILTER` socket.
    public static func getNftGeneration() -> NetlinkRequest { nft(NFT_MSG_GETGEN, flags: 0) }

    /// Asks for every nftables table (`NFT_MSG_GETTABLE`).
    public static func dumpNftTables() -> NetlinkRequest { nft(NFT_MSG_GETTABLE, flags: NLM_F_DUMP) }

    /// Asks for every nftables chain (`NFT_MSG_GETCHAIN`).
    public static func dumpNftChains() -> NetlinkRequest { nft(NFT_MSG_GETCHAIN, flags: NLM_F_DUMP) }

    /// Asks for every nftables rule, in order within its chain (`NFT_MSG_GETRULE`).
    public static func dumpNftRules() -> NetlinkRequest { nft(NFT_MSG_GETRULE, flags: NLM_F_DUMP) }

    /// Asks for every nftables set (`NFT_MSG_GETSET`), without its elements.
    public static func dumpNftSets() -> NetlinkRequest { nft(NFT_MSG_GETSET, flags: NLM_F_DUMP) }

    /// Asks for every nftables flowtable (`NFT_MSG_GETFLOWTABLE`).
    public static func dumpNftFlowtables() -> NetlinkRequest { nft(NFT_MSG_GETFLOWTABLE, flags: NLM_F_DUMP) }

    /// Asks for the elements of one nftables set (`NFT_MSG_GETSETELEM`).
    public static func dumpNftElements(of set: NftSet) -> NetlinkRequest {
        nft(NFT_MSG_GETSETELEM, flags: NLM_F_DUMP, family: set.family.rawValue) { builder in
            builder.attribute(wire(NFTA_SET_ELEM_LIST_TABLE), string: set.table)
            builder.attribute(wire(NFTA_SET_ELEM_LIST_SET), string: set.name)
        }
    }

    private static func nft(
        _ message: nf_tables_msg_types, flags: Int32, family: UInt8 = Family.unspecified.rawValue,
        _ attributes: (inout NetlinkBuilder) -> Void = { _ in }
    ) -> NetlinkRequest {
        NetlinkRequest(type: nfnetlinkType(message), flags: flags) { builder in
            var header = nfgenmsg()
            header.nfgen_family = family
            header.version = wire(NFNETLINK_V0)
            builder.append(header)
            attributes(&builder)
        }
    }
}

/// `nlmsg_type` of an nftables message: the subsystem in the upper byte.
func nfnetlinkType(_ message: nf_tables_msg_types) -> UInt16 {
    wire(NFNL_SUBSYS_NFTABLES) << 8 | wire(message)
}
