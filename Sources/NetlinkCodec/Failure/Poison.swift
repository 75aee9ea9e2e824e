import CKernelHeaders

/// The change that turns a request into one that does nothing and is acknowledged.
///
/// The type becomes `NLMSG_NOOP`, and `NLM_F_REQUEST | NLM_F_ACK` are set: the kernel skips control messages and
/// answers with an acknowledgement of the same sequence number, in order, in the right queue. Inside an nftables
/// batch a type below 16 is EINVAL, so that the whole transaction is given up, as after a real failure.
public struct Poison: Hashable, Sendable {
    /// Where the four bytes of `nlmsg_type` and `nlmsg_flags` lie in the buffer.
    public let range: Range<Int>
    /// The bytes to write there before the call.
    public let replacement: [UInt8]
    /// The bytes to put back after it.
    public let original: [UInt8]

    /// Computes the change for the message at an offset; errors: `truncatedHeader`, `messageLength`.
    public init(messageAt offset: Int, in bytes: [UInt8]) throws(NetlinkDecodingError) {
        let span = bytes.span.bytes
        let message = try NetlinkMessage(at: offset, in: span)
        // Both fields are adjacent in struct nlmsghdr, type first.
        let start = offset + (MemoryLayout<nlmsghdr>.offset(of: \.nlmsg_type) ?? 0)
        let length = MemoryLayout<UInt16>.size * 2
        range = start..<start + length
        original = span.copy(range)
        let flags = message.flags | wire(NLM_F_REQUEST | NLM_F_ACK)
        var patched = [UInt8](repeating: 0, count: length)
        patched.overwrite(UInt16(truncatingIfNeeded: NLMSG_NOOP), at: 0)
        patched.overwrite(flags, at: MemoryLayout<UInt16>.size)
        replacement = patched
    }
}
