import CKernelHeaders

/// A set of ipset(8) or, of a large one, a part of it, from an answer to `IPSET_CMD_LIST`.
public struct IpsetRecord: DumpRecord {
    /// An element of a set.
    public struct Element: Equatable, Sendable {
        /// As ipset(8) writes it, with the protocol as a number: `10.0.0.0/24,6:80`.
        public var text: String
        /// `nomatch`, and the comment; nil for none.
        public var data: String?
    }

    /// `IPSET_ATTR_SETNAME`.
    public var name = ""
    /// `IPSET_ATTR_TYPENAME`, such as `hash:ip`.
    public var type = ""
    /// `IPSET_ATTR_FAMILY`.
    public var family = Family.unspecified
    /// What it was made with, without what grows with its elements or is chosen by chance.
    public var settings: [UInt8] = []
    /// Its elements, in the kernel's order.
    public var elements: [Element] = []

    /// What the kernel counts, and by which it keeps the elements.
    private static let counted: Set<UInt16> = [
        wire(IPSET_ATTR_HASHSIZE), wire(IPSET_ATTR_INITVAL), wire(IPSET_ATTR_REFERENCES), wire(IPSET_ATTR_MEMSIZE),
        wire(IPSET_ATTR_ELEMENTS),
    ]

    /// Reads what answers `IPSET_CMD_LIST`.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> IpsetRecord? {
        guard message.type == wire(NFNL_SUBSYS_IPSET) << 8 | wire(IPSET_CMD_LIST) else { return nil }
        var (_, attributes) = try message.nfnetlinkHeader(in: bytes)
        var record = IpsetRecord()
        while let attribute = try attributes.next(in: bytes) {
            switch Int(attribute.type) {
            case Int(IPSET_ATTR_SETNAME): record.name = attribute.string(in: bytes)
            case Int(IPSET_ATTR_TYPENAME): record.type = attribute.string(in: bytes)
            case Int(IPSET_ATTR_FAMILY): record.family = Family(rawValue: try attribute.u8(in: bytes))
            case Int(IPSET_ATTR_DATA):
                var parts = attribute.nested
                while let part = try parts.next(in: bytes) {
                    if counted.contains(part.type) { continue }
                    record.settings += bytes.copy(part.offset..<part.payload.upperBound)
                }
            case Int(IPSET_ATTR_ADT):
                var elements = attribute.nested
                while let element = try elements.next(in: bytes) {
                    record.elements.append(try read(element, in: bytes))
                }
            default: break
            }
        }
        return record
    }

    private static func read(_ element: NetlinkAttribute, in bytes: RawSpan) throws(NetlinkDecodingError) -> Element {
        var rest: [UInt8] = []
        let text = try IpsetElement.text(element, in: bytes, &rest)
        let flags = try element.nested.first(wire(IPSET_ATTR_CADT_FLAGS), in: bytes)?.be32(in: bytes) ?? 0
        let comment = try element.nested.first(wire(IPSET_ATTR_COMMENT), in: bytes)?.string(in: bytes)
        let words = (flags & UInt32(IPSET_FLAG_NOMATCH.rawValue) != 0 ? ["nomatch"] : []) + [comment].compactMap(\.self)
        return Element(text: text, data: words.isEmpty ? nil : words.joined(separator: " "))
    }
}

extension NetlinkRequest {
    /// Asks for all sets of ipset(8) with their elements (`IPSET_CMD_LIST`), on a `NETLINK_NETFILTER` socket.
    public static func dumpIpsets() -> NetlinkRequest {
        NetlinkRequest(type: UInt16(wire(NFNL_SUBSYS_IPSET) << 8 | wire(IPSET_CMD_LIST) as UInt16), flags: NLM_F_DUMP) {
            builder in
            var header = nfgenmsg()
            header.version = wire(NFNETLINK_V0)
            builder.append(header)
            // The oldest protocol that has all of it, which every kernel since 4.19 speaks besides its own.
            builder.attribute(wire(IPSET_ATTR_PROTOCOL), UInt8(IPSET_PROTOCOL_MIN))
        }
    }
}
