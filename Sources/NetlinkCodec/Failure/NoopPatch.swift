import CKernelHeaders

/// The change that turns a request into one that does nothing and is acknowledged.
///
/// The type becomes `NLMSG_NOOP`, and `NLM_F_REQUEST | NLM_F_ACK` are set: the kernel skips control messages and
/// answers with an acknowledgement of the same sequence number, in order, in the right queue. Inside an nftables
/// batch a type below 16 is EINVAL, so that the whole transaction is given up, as after a real failure.
///
/// Several requests may share a sequence number. So `nlmsg_pid`, which the kernel does not look at in a request, bears a token;
/// the acknowledgement repeats the request's header (`netlink_ack`), and is known by it.
public struct NoopPatch: Hashable, Sendable {
    /// Where the header lies in the buffer, from `nlmsg_type` on: twelve bytes.
    public let range: Range<Int>
    /// The bytes to write there before the call.
    public let replacement: [UInt8]
    /// The bytes to put back after it.
    public let original: [UInt8]

    /// Computes the change for the message at an offset; errors: `truncatedHeader`, `messageLength`.
    public init(messageAt offset: Int, in bytes: [UInt8], token: UInt32) throws(NetlinkDecodingError) {
        let span = bytes.span.bytes
        let message = try NetlinkMessage(at: offset, in: span)
        let start = MemoryLayout<nlmsghdr>.offset(of: \.nlmsg_type) ?? 0
        let header = nlmsghdr(
            nlmsg_len: 0, nlmsg_type: wire(NLMSG_NOOP), nlmsg_flags: message.flags | wire(NLM_F_REQUEST | NLM_F_ACK),
            nlmsg_seq: message.sequence, nlmsg_pid: token)
        range = offset + start..<offset + MemoryLayout<nlmsghdr>.size
        original = span.copy(range)
        replacement = withUnsafeBytes(of: header) { unsafe [UInt8]($0.dropFirst(start)) }
    }

    /// The token of the request made so that the message at the head of these bytes acknowledges; nil for any other message.
    ///
    /// - Parameter bytes: at least the first 36 bytes of the message.
    public static func token(acknowledgedIn bytes: RawSpan) -> UInt32? {
        guard let header = bytes.load(nlmsghdr.self, at: 0), header.nlmsg_type == wire(NLMSG_ERROR),
            let quoted = bytes.load(nlmsgerr.self, at: NetlinkMessage.headerLength)?.msg,
            quoted.nlmsg_type == wire(NLMSG_NOOP)
        else { return nil }
        return quoted.nlmsg_pid
    }
}
