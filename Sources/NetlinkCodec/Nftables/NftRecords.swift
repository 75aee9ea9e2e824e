import CKernelHeaders

/// The generation of the nftables rule set of a namespace, from `NFT_MSG_NEWGEN`.
public struct NftGeneration: DumpRecord {
    /// `NFTA_GEN_ID`: it grows with every commit.
    public var id: UInt32 = 0

    /// Reads `NFT_MSG_NEWGEN`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NftGeneration? {
        guard let header = try message.nftHeader(NFT_MSG_NEWGEN, in: bytes) else { return nil }
        var generation = NftGeneration()
        if let id = try header.attributes.first(wire(NFTA_GEN_ID), in: bytes) { generation.id = try id.be32(in: bytes) }
        return generation
    }
}

/// An nftables table, from `NFT_MSG_NEWTABLE` or `NFT_MSG_DELTABLE`.
public struct NftTable: DumpRecord {
    /// `nfgen_family`.
    public var family = NftFamily(rawValue: 0)
    /// `NFTA_TABLE_NAME`.
    public var name = ""
    /// `NFTA_TABLE_FLAGS`, a set of `NFT_TABLE_F_*`.
    public var flags: UInt32 = 0
    /// `NFTA_TABLE_HANDLE`.
    public var handle: UInt64 = 0

    /// Reads `NFT_MSG_NEWTABLE` and `NFT_MSG_DELTABLE`.
    public static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> NftTable? {
        guard let (family, list) = try message.nftHeader(NFT_MSG_NEWTABLE, NFT_MSG_DELTABLE, in: bytes) else {
            return nil
        }
        var attributes = list
        var table = NftTable()
        table.family = family
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_TABLE_NAME.rawValue: table.name = attribute.string(in: bytes)
            case NFTA_TABLE_FLAGS.rawValue: table.flags = try attribute.be32(in: bytes)
            case NFTA_TABLE_HANDLE.rawValue: table.handle = try attribute.be64(in: bytes)
            default: break
            }
        }
        return table
    }
}

/// An nftables chain, from `NFT_MSG_NEWCHAIN` or `NFT_MSG_DELCHAIN`.
public struct NftChain: DumpRecord {
    /// `nfgen_family`.
    public var family = NftFamily(rawValue: 0)
    /// `NFTA_CHAIN_TABLE`.
    public var table = ""
    /// `NFTA_CHAIN_NAME`.
    public var name = ""
    /// `NFTA_CHAIN_TYPE`, such as `filter` or `nat`; nil for chains that no hook calls.
    public var type: String?
    /// `NFTA_HOOK_HOOKNUM`; nil for chains that no hook calls.
    public var hook: UInt32?
    /// `NFTA_HOOK_PRIORITY`.
    public var priority: Int32?
    /// `NFTA_HOOK_DEV` and `NFTA_HOOK_DEVS`.
    public var devices: [String] = []
    /// `NFTA_CHAIN_POLICY`: a verdict of linux/netfilter.h.
    public var policy: UInt32?
    /// `NFTA_CHAIN_USE`: how many rules and jumps refer to it or are in it.
    public var use: UInt32 = 0
    /// `NFTA_CHAIN_HANDLE`.
    public var handle: UInt64 = 0

    /// The word of nft(8) for the hook.
    public var hookName: String? { hook.map { family.hookName($0) } }
    /// `accept` or `drop`.
    public var policyName: String? { policy.map { verdictName(Int32(bitPattern: $0)) } }

    /// Reads `NFT_MSG_NEWCHAIN` and `NFT_MSG_DELCHAIN`.
    public static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> NftChain? {
        guard let (family, list) = try message.nftHeader(NFT_MSG_NEWCHAIN, NFT_MSG_DELCHAIN, in: bytes) else {
            return nil
        }
        var attributes = list
        var chain = NftChain()
        chain.family = family
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_CHAIN_TABLE.rawValue: chain.table = attribute.string(in: bytes)
            case NFTA_CHAIN_NAME.rawValue: chain.name = attribute.string(in: bytes)
            case NFTA_CHAIN_TYPE.rawValue: chain.type = attribute.string(in: bytes)
            case NFTA_CHAIN_POLICY.rawValue: chain.policy = try attribute.be32(in: bytes)
            case NFTA_CHAIN_USE.rawValue: chain.use = try attribute.be32(in: bytes)
            case NFTA_CHAIN_HANDLE.rawValue: chain.handle = try attribute.be64(in: bytes)
            case NFTA_CHAIN_HOOK.rawValue: try chain.takeHook(attribute.nested, in: bytes)
            default: break
            }
        }
        return chain
    }

    /// The kernel says a single device in both attributes.
    private mutating func take(device: String) {
        if !devices.contains(device) { devices.append(device) }
    }

    private mutating func takeHook(_ list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = list
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_HOOK_HOOKNUM.rawValue: hook = try attribute.be32(in: bytes)
            case NFTA_HOOK_PRIORITY.rawValue: priority = Int32(bitPattern: try attribute.be32(in: bytes))
            case NFTA_HOOK_DEV.rawValue: take(device: attribute.string(in: bytes))
            case NFTA_HOOK_DEVS.rawValue:
                var names = attribute.nested
                while let name = try names.next(in: bytes) { take(device: name.string(in: bytes)) }
            default: break
            }
        }
    }
}

/// An nftables set, from `NFT_MSG_NEWSET` or `NFT_MSG_DELSET`, without its elements.
public struct NftSet: DumpRecord {
    /// `nfgen_family`.
    public var family = NftFamily(rawValue: 0)
    /// `NFTA_SET_TABLE`.
    public var table = ""
    /// `NFTA_SET_NAME`; for a set without a name of its own the kernel's, `__set%d`.
    public var name = ""
    /// `NFTA_SET_FLAGS`, a set of `NFT_SET_*`.
    public var flags: UInt32 = 0
    /// `NFTA_SET_KEY_TYPE`, a number that nft(8) gave.
    public var keyType: UInt32 = 0
    /// `NFTA_SET_KEY_LEN` in bytes.
    public var keyLength: UInt32 = 0
    /// `NFTA_SET_HANDLE`.
    public var handle: UInt64 = 0

    /// Whether the set belongs to one rule (`NFT_SET_ANONYMOUS`).
    public var isAnonymous: Bool { flags & wire(NFT_SET_ANONYMOUS) != 0 }
    /// Whether its elements are ranges (`NFT_SET_INTERVAL`).
    public var isOfRanges: Bool { flags & wire(NFT_SET_INTERVAL) != 0 }

    /// Reads `NFT_MSG_NEWSET` and `NFT_MSG_DELSET`.
    public static func decode(_ message: NetlinkMessage, in bytes: RawSpan) throws(NetlinkDecodingError) -> NftSet? {
        guard let (family, list) = try message.nftHeader(NFT_MSG_NEWSET, NFT_MSG_DELSET, in: bytes) else {
            return nil
        }
        var attributes = list
        var set = NftSet()
        set.family = family
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_SET_TABLE.rawValue: set.table = attribute.string(in: bytes)
            case NFTA_SET_NAME.rawValue: set.name = attribute.string(in: bytes)
            case NFTA_SET_FLAGS.rawValue: set.flags = try attribute.be32(in: bytes)
            case NFTA_SET_KEY_TYPE.rawValue: set.keyType = try attribute.be32(in: bytes)
            case NFTA_SET_KEY_LEN.rawValue: set.keyLength = try attribute.be32(in: bytes)
            case NFTA_SET_HANDLE.rawValue: set.handle = try attribute.be64(in: bytes)
            default: break
            }
        }
        return set
    }
}
