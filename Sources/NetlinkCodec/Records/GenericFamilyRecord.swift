import CKernelHeaders

/// A family of generic netlink, from `CTRL_CMD_NEWFAMILY`.
public struct GenericFamilyRecord: DumpRecord {
    /// `CTRL_ATTR_FAMILY_ID`, the type of its messages.
    public var number: UInt16 = 0
    /// `CTRL_ATTR_FAMILY_NAME`.
    public var name = ""

    /// Reads `CTRL_CMD_NEWFAMILY`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> GenericFamilyRecord? {
        guard message.type == wire(GENL_ID_CTRL) else { return nil }
        _ = try message.fixed(genlmsghdr.self, in: bytes)
        var record = GenericFamilyRecord()
        var attributes = message.attributes(after: MemoryLayout<genlmsghdr>.size)
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(CTRL_ATTR_FAMILY_ID): record.number = try attribute.u16(in: bytes)
            case Int(CTRL_ATTR_FAMILY_NAME): record.name = attribute.string(in: bytes)
            default: break
            }
        }
        return record
    }
}

extension NetlinkRequest {
    /// Asks for every family of generic netlink (`CTRL_CMD_GETFAMILY`), on a `NETLINK_GENERIC` socket.
    public static func dumpFamilies() -> NetlinkRequest {
        NetlinkRequest(type: GENL_ID_CTRL, flags: NLM_F_DUMP) { message in
            var header = genlmsghdr()
            header.cmd = wire(CTRL_CMD_GETFAMILY)
            header.version = 1
            message.append(header)
        }
    }
}
