import CKernelHeaders

/// The header of one netlink message and its place in a buffer (`struct nlmsghdr`, linux/netlink.h).
///
/// It holds offsets, not bytes: read the payload with the buffer that it was found in.
public struct NetlinkMessage: Hashable, Sendable {
    /// Offset of the header from the start of the buffer, in bytes.
    public let offset: Int
    /// `nlmsg_len`: header and payload, without padding, in bytes.
    public let length: Int
    /// `nlmsg_type`.
    public let type: UInt16
    /// `nlmsg_flags`, a set of `NLM_F_*`.
    public let flags: UInt16
    /// `nlmsg_seq`.
    public let sequence: UInt32
    /// `nlmsg_pid`: the port id of the sender in requests, of the addressee in answers.
    public let portID: UInt32

    /// Where the payload lies in the buffer.
    public var payload: Range<Int> { offset + NetlinkMessage.headerLength..<offset + length }

    /// The size of the header, in bytes.
    public static var headerLength: Int { MemoryLayout<nlmsghdr>.size }

    /// Reads the header at an offset; errors: `truncatedHeader`, `messageLength`.
    public init(at offset: Int, in bytes: RawSpan) throws(NetlinkDecodingError) {
        guard let header = bytes.load(nlmsghdr.self, at: offset) else {
            throw NetlinkDecodingError(.truncatedHeader, offset: offset, found: bytes.byteCount &- offset)
        }
        let length = Int(header.nlmsg_len)
        guard length >= NetlinkMessage.headerLength, length <= bytes.byteCount - offset else {
            throw NetlinkDecodingError(.messageLength, offset: offset, found: length)
        }
        self.offset = offset
        self.length = length
        type = header.nlmsg_type
        flags = header.nlmsg_flags
        sequence = header.nlmsg_seq
        portID = header.nlmsg_pid
    }

    /// Whether every bit of a `NLM_F_*` constant is set.
    public func has(_ flag: Int32) -> Bool { flags & wire(flag) == wire(flag) }

    /// Whether the message asks for an acknowledgement (`NLM_F_ACK`).
    public var wantsAck: Bool { has(NLM_F_ACK) }

    /// Whether both bits of `NLM_F_DUMP` are set, which asks for a dump in a "get" request.
    ///
    /// In a "new" request the same bits mean `NLM_F_REPLACE` and `NLM_F_EXCL`.
    public var hasDumpFlags: Bool { has(NLM_F_DUMP) }

    /// Whether the dump that this message belongs to was interrupted by a change (`NLM_F_DUMP_INTR`): dump again.
    public var isInterrupted: Bool { has(NLM_F_DUMP_INTR) }

    /// Loads the fixed structure that opens the payload; error: `shortPayload`.
    func fixed<Header: BitwiseCopyable>(
        _ type: Header.Type, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> Header {
        guard payload.count >= MemoryLayout<Header>.size, let header = bytes.load(type, at: payload.lowerBound) else {
            throw NetlinkDecodingError(.shortPayload, offset: offset, found: payload.count)
        }
        return header
    }

    /// The attributes that follow a fixed structure of a size in bytes.
    public func attributes(after fixedSize: Int) -> NetlinkAttributes {
        let start = min(payload.lowerBound + aligned(max(fixedSize, 0)), payload.upperBound)
        return NetlinkAttributes(range: start..<payload.upperBound)
    }
}

/// A walk over the messages of one buffer.
///
/// ```swift
/// var cursor = NetlinkMessages()
/// while let message = try cursor.next(in: bytes.span.bytes) { ... }
/// ```
public struct NetlinkMessages: Sendable {
    /// Offset of the next header, in bytes.
    public private(set) var offset: Int

    /// Starts at an offset, by default at the first byte.
    public init(at offset: Int = 0) { self.offset = offset }

    /// Gives the next message, nil at the exact end of the buffer; errors: `truncatedHeader`, `messageLength`.
    ///
    /// After an error the walk stands still: what follows a broken length cannot be found.
    public mutating func next(in bytes: RawSpan) throws(NetlinkDecodingError) -> NetlinkMessage? {
        guard offset < bytes.byteCount else { return nil }
        let message = try NetlinkMessage(at: offset, in: bytes)
        // The last message need not be padded.
        offset = min(offset + aligned(message.length), bytes.byteCount)
        return message
    }

    /// Reads the headers of all messages in a buffer; errors as `next(in:)`.
    public static func all(in bytes: [UInt8]) throws(NetlinkDecodingError) -> [NetlinkMessage] {
        var cursor = NetlinkMessages()
        var messages: [NetlinkMessage] = []
        let span = bytes.span.bytes
        while let message = try cursor.next(in: span) { messages.append(message) }
        return messages
    }
}
