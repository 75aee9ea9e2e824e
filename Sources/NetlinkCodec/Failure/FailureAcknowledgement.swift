import CKernelHeaders

/// The answer that the kernel would have given to a request that failed.
///
/// It follows `netlink_ack()` of net/netlink/af_netlink.c: `NLMSG_ERROR` with `-errno` and the request's header;
/// then the request's payload, padded, unless the socket has `NETLINK_CAP_ACK`, which is said by `NLM_F_CAPPED`;
/// then, on a socket with `NETLINK_EXT_ACK`, the words in `NLMSGERR_ATTR_MSG`, which is said by `NLM_F_ACK_TLVS`.
public struct FailureAcknowledgement: Hashable, Sendable {
    /// Positive number of errno.
    public var errno: Int32
    /// The kernel's words, nil where it would say none.
    public var text: String?
    /// Whether `NETLINK_CAP_ACK` is set on the socket.
    public var capsRequest: Bool
    /// Whether `NETLINK_EXT_ACK` is set on the socket.
    public var extendsAck: Bool

    /// Takes the failure and the two options of the agent's socket.
    public init(errno: Int32, text: String? = nil, capsRequest: Bool, extendsAck: Bool) {
        self.errno = errno
        self.text = text
        self.capsRequest = capsRequest
        self.extendsAck = extendsAck
    }

    /// Builds the message.
    ///
    /// - Parameters:
    ///   - request: the original request, as the agent wrote it: header and payload.
    ///   - portID: the port id of the agent's socket, taken from the kernel's acknowledgement of the request that was made a no-op.
    /// - Throws: `truncatedHeader` or `messageLength` where the request is no message.
    public func bytes(answering request: [UInt8], portID: UInt32) throws(NetlinkDecodingError) -> [UInt8] {
        let span = request.span.bytes
        let original = try NetlinkMessage(at: 0, in: span)
        guard let header = span.load(nlmsghdr.self, at: 0) else {
            throw NetlinkDecodingError(.truncatedHeader, offset: 0, found: request.count)
        }
        // For success the kernel never repeats the payload, whatever the options are.
        let isCapped = capsRequest || errno == 0
        var flags: Int32 = isCapped ? NLM_F_CAPPED : 0
        let said = extendsAck ? text : nil
        if said != nil { flags |= NLM_F_ACK_TLVS }
        var builder = NetlinkBuilder()
        builder.message(type: wire(NLMSG_ERROR), flags: wire(flags), sequence: original.sequence, portID: portID) {
            $0.append(nlmsgerr(error: 0 &- errno, msg: header))
            if !isCapped { $0.append(contentsOf: span.copy(original.payload)) }
            if let said { $0.attribute(wire(NLMSGERR_ATTR_MSG), string: said) }
        }
        return builder.bytes
    }

    /// Builds the message in answer to the kernel's acknowledgement of the request that was made a no-op.
    ///
    /// Sequence and port id are the kernel's own. Error, beside those of the request: the same of the acknowledgement.
    public func bytes(
        answering request: [UInt8], inPlaceOf acknowledgement: [UInt8]
    ) throws(NetlinkDecodingError) -> [UInt8] {
        let kernels = try NetlinkMessage(at: 0, in: acknowledgement.span.bytes)
        var copy = request
        copy.overwrite(kernels.sequence, at: MemoryLayout<nlmsghdr>.offset(of: \.nlmsg_seq) ?? 0)
        return try bytes(answering: copy, portID: kernels.portID)
    }
}
