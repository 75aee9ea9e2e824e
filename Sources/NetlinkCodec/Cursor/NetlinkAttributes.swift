import CKernelHeaders

/// One attribute and its place in a buffer (`struct nlattr`, linux/netlink.h).
public struct NetlinkAttribute: Hashable, Sendable {
    /// `nla_type` without the two flag bits.
    public let type: UInt16
    /// Whether `NLA_F_NESTED` is set; many old kinds of nested attribute do not set it.
    public let isMarkedNested: Bool
    /// Offset of the attribute's header from the start of the buffer, in bytes.
    public let offset: Int
    /// Where the payload lies in the buffer.
    public let payload: Range<Int>

    /// The payload read as a list of attributes.
    public var nested: NetlinkAttributes { NetlinkAttributes(range: payload) }

    /// The payload as one byte; error: `attributeSize`.
    public func u8(in bytes: RawSpan) throws(NetlinkDecodingError) -> UInt8 { try integer(in: bytes) }

    /// The payload as 16 bits in the machine's byte order; error: `attributeSize`.
    public func u16(in bytes: RawSpan) throws(NetlinkDecodingError) -> UInt16 { try integer(in: bytes) }

    /// The payload as 32 bits in the machine's byte order; error: `attributeSize`.
    public func u32(in bytes: RawSpan) throws(NetlinkDecodingError) -> UInt32 { try integer(in: bytes) }

    /// The payload as 64 bits in the machine's byte order; error: `attributeSize`.
    public func u64(in bytes: RawSpan) throws(NetlinkDecodingError) -> UInt64 { try integer(in: bytes) }

    /// The payload as 32 signed bits in the machine's byte order; error: `attributeSize`.
    public func i32(in bytes: RawSpan) throws(NetlinkDecodingError) -> Int32 { try integer(in: bytes) }

    /// The payload as 32 bits in network byte order, the habit of netfilter; error: `attributeSize`.
    public func be32(in bytes: RawSpan) throws(NetlinkDecodingError) -> UInt32 {
        UInt32(bigEndian: try integer(in: bytes))
    }

    /// The payload as 64 bits in network byte order; error: `attributeSize`.
    public func be64(in bytes: RawSpan) throws(NetlinkDecodingError) -> UInt64 {
        UInt64(bigEndian: try integer(in: bytes))
    }

    /// The payload as text up to its first zero byte; invalid UTF-8 is repaired with U+FFFD.
    public func string(in bytes: RawSpan) -> String {
        let copy = bytes.copy(payload)
        return String(decoding: copy.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// A copy of the payload.
    public func bytes(in bytes: RawSpan) -> [UInt8] { bytes.copy(payload) }

    @inline(__always)
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> Value {
        // The kernel accepts longer payloads in old attributes, and reads their first bytes.
        guard payload.count >= MemoryLayout<Value>.size, let value = bytes.load(Value.self, at: payload.lowerBound)
        else { throw NetlinkDecodingError(.attributeSize, offset: offset, found: payload.count) }
        return value
    }
}

/// A walk over the attributes of one message or of one nested attribute.
public struct NetlinkAttributes: Sendable {
    /// What is left to walk, as offsets in the buffer.
    public private(set) var range: Range<Int>

    /// Starts a walk over a range of a buffer.
    public init(range: Range<Int>) { self.range = range }

    /// Gives the next attribute, nil at the end; errors: `attributeLength`, `outOfBounds`.
    ///
    /// One to three bytes behind the last attribute are padding: the kernel's own walk ends there too. After an
    /// error the walk stands still.
    public mutating func next(in bytes: RawSpan) throws(NetlinkDecodingError) -> NetlinkAttribute? {
        let start = range.lowerBound
        guard range.count >= MemoryLayout<nlattr>.size else { return nil }
        guard range.upperBound <= bytes.byteCount, let header = bytes.load(nlattr.self, at: start) else {
            throw NetlinkDecodingError(.outOfBounds, offset: start, found: range.count)
        }
        let length = Int(header.nla_len)
        guard length >= MemoryLayout<nlattr>.size, length <= range.count else {
            throw NetlinkDecodingError(.attributeLength, offset: start, found: length)
        }
        range = min(start + aligned(length), range.upperBound)..<range.upperBound
        return NetlinkAttribute(
            type: header.nla_type & ckh_nla_type_mask, isMarkedNested: header.nla_type & ckh_nla_f_nested != 0,
            offset: start, payload: start + MemoryLayout<nlattr>.size..<start + length)
    }

    /// Finds the first attribute of a type; errors as `next(in:)`.
    public func first(_ type: UInt16, in bytes: RawSpan) throws(NetlinkDecodingError) -> NetlinkAttribute? {
        var cursor = self
        while let attribute = try cursor.next(in: bytes) {
            if attribute.type == type { return attribute }
        }
        return nil
    }

    /// Reads every attribute; errors as `next(in:)`.
    public func all(in bytes: RawSpan) throws(NetlinkDecodingError) -> [NetlinkAttribute] {
        var cursor = self
        var found: [NetlinkAttribute] = []
        while let attribute = try cursor.next(in: bytes) { found.append(attribute) }
        return found
    }
}

/// An attribute that a record does not interpret, kept as it came.
public struct RawAttribute: Hashable, Sendable {
    /// `nla_type` without the two flag bits.
    public let type: UInt16
    /// The payload.
    public let bytes: [UInt8]

    /// Those of a payload, in their order; where it is broken inside, the rest is left out.
    static func all(in payload: [UInt8]) -> [RawAttribute] {
        let bytes = payload.span.bytes
        var walk = NetlinkAttributes(range: 0..<payload.count)
        var all: [RawAttribute] = []
        // The rest is left out, as said.
        while let attribute = try? walk.next(in: bytes) {
            all.append(RawAttribute(type: attribute.type, bytes: attribute.bytes(in: bytes)))
        }
        return all
    }

    /// A number in it, in decimal; nil where it is shorter than that.
    ///
    /// - Parameters:
    ///   - start: Where it begins, in bytes.
    ///   - bytes: How long it is; by default four, or all there is of a shorter payload.
    ///   - isBigEndian: Whether its first byte is the most significant.
    func number(at start: Int = 0, bytes length: Int? = nil, isBigEndian: Bool = false) -> String? {
        let length = length ?? min(4, bytes.count - start)
        guard start >= 0, (1...8).contains(length), start + length <= bytes.count else { return nil }
        let digits = bytes[start..<start + length]
        let number = (isBigEndian ? Array(digits) : digits.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(number)
    }
}
