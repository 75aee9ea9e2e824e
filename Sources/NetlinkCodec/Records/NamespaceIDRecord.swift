import CKernelHeaders

/// A namespace that has an id here, from `RTM_NEWNSID` or `RTM_DELNSID`.
public struct NamespaceIDRecord: DumpRecord {
    /// `NETNSA_NSID`, or -1 (`NETNSA_NSID_NOT_ASSIGNED`).
    public var id: Int32 = NETNSA_NSID_NOT_ASSIGNED
    /// `NETNSA_CURRENT_NSID`: the id that it has in the namespace of the socket, where another was the target.
    public var currentID: Int32?
    /// Whether the namespace goes (`RTM_DELNSID`).
    public var isDeleted = false

    /// Reads `RTM_NEWNSID` and `RTM_DELNSID`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> NamespaceIDRecord? {
        guard message.type == wire(RTM_NEWNSID) || message.type == wire(RTM_DELNSID) else { return nil }
        _ = try message.fixed(rtgenmsg.self, in: bytes)
        var record = NamespaceIDRecord()
        record.isDeleted = message.type == wire(RTM_DELNSID)
        var attributes = message.attributes(after: MemoryLayout<rtgenmsg>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(NETNSA_NSID): record.id = try attribute.i32(in: bytes)
            case Int(NETNSA_CURRENT_NSID): record.currentID = try attribute.i32(in: bytes)
            default: break
            }
        }
        return record
    }
}
