import CKernelHeaders

/// A flowtable of nftables, from `NFT_MSG_NEWFLOWTABLE` or `NFT_MSG_DELFLOWTABLE`: which devices' flows are taken past the rules.
public struct NftFlowtable: DumpRecord {
    /// `nfgen_family`.
    public var family = NftFamily(rawValue: 0)
    /// `NFTA_FLOWTABLE_TABLE`.
    public var table = ""
    /// `NFTA_FLOWTABLE_NAME`.
    public var name = ""
    /// `NFTA_FLOWTABLE_FLAGS`, a set of `NFT_FLOWTABLE_*`.
    public var flags: UInt32 = 0
    /// `NFTA_FLOWTABLE_HOOK_PRIORITY`.
    public var priority: Int32 = 0
    /// `NFTA_FLOWTABLE_HOOK_DEVS`.
    public var devices: [String] = []

    /// Reads `NFT_MSG_NEWFLOWTABLE` and `NFT_MSG_DELFLOWTABLE`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NftFlowtable? {
        guard let (family, list) = try message.nftHeader(NFT_MSG_NEWFLOWTABLE, NFT_MSG_DELFLOWTABLE, in: bytes) else {
            return nil
        }
        var attributes = list
        var flowtable = NftFlowtable()
        flowtable.family = family
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_FLOWTABLE_TABLE.rawValue: flowtable.table = attribute.string(in: bytes)
            case NFTA_FLOWTABLE_NAME.rawValue: flowtable.name = attribute.string(in: bytes)
            case NFTA_FLOWTABLE_FLAGS.rawValue: flowtable.flags = try attribute.be32(in: bytes)
            case NFTA_FLOWTABLE_HOOK.rawValue: try flowtable.read(hook: attribute.nested, in: bytes)
            default: break
            }
        }
        return flowtable
    }

    private mutating func read(hook list: NetlinkAttributes, in bytes: RawSpan) throws(NetlinkDecodingError) {
        var attributes = list
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NFTA_FLOWTABLE_HOOK_PRIORITY.rawValue: priority = Int32(bitPattern: try attribute.be32(in: bytes))
            case NFTA_FLOWTABLE_HOOK_DEVS.rawValue:
                var names = attribute.nested
                while let name = try names.next(in: bytes) { devices.append(name.string(in: bytes)) }
            default: break
            }
        }
    }
}
