import CKernelHeaders

/// How a request ended: `NLMSG_ERROR`, which is also the acknowledgement of success, or `NLMSG_DONE`.
public struct Acknowledgement: Hashable, Sendable {
    /// The message that said so.
    public enum Kind: Hashable, Sendable {
        /// `NLMSG_ERROR`.
        case acknowledgement
        /// `NLMSG_DONE`, the end of a dump.
        case done
    }

    /// The message that said so.
    public var kind: Kind
    /// The error as a positive number of errno, 0 for success.
    public var errno: Int32
    /// `nlmsg_seq` of the answer, which is that of the request.
    public var sequence: UInt32
    /// `NLMSGERR_ATTR_MSG`: what the kernel says in words.
    public var text: String?
    /// `NLMSGERR_ATTR_OFFS`: the offset in the request, in bytes, of the attribute at fault.
    public var attributeOffset: UInt32?
    /// `nlmsg_type` of the request; 0 for `NLMSG_DONE`.
    public var requestType: UInt16
    /// Whether the dump was interrupted (`NLM_F_DUMP_INTR`).
    public var isInterrupted: Bool

    /// Reads `NLMSG_ERROR` and `NLMSG_DONE`, nil for other types; errors as the cursors.
    public static func decode(
        _ message: NetlinkMessage, in bytes: RawSpan
    ) throws(NetlinkDecodingError) -> Acknowledgement? {
        let isError = message.type == wire(NLMSG_ERROR)
        guard isError || message.type == wire(NLMSG_DONE) else { return nil }
        // The kernel ends some dumps without a code: nfnetlink's NLMSG_DONE of old kernels has no payload.
        let code = bytes.load(Int32.self, at: message.payload.lowerBound)
        guard message.payload.count >= MemoryLayout<Int32>.size, let code else {
            guard !isError else {
                throw NetlinkDecodingError(.shortPayload, offset: message.offset, found: message.payload.count)
            }
            return Acknowledgement(
                kind: .done, errno: 0, sequence: message.sequence, text: nil, attributeOffset: nil, requestType: 0,
                isInterrupted: message.isInterrupted)
        }
        // A dump's end carries -errno or a non-negative length.
        var result = Acknowledgement(
            kind: isError ? .acknowledgement : .done, errno: code < 0 ? 0 &- code : 0, sequence: message.sequence,
            text: nil, attributeOffset: nil, requestType: 0, isInterrupted: message.isInterrupted)
        var fixedSize = MemoryLayout<Int32>.size
        if isError {
            let answer = try message.fixed(nlmsgerr.self, in: bytes)
            result.requestType = answer.msg.nlmsg_type
            fixedSize = MemoryLayout<nlmsgerr>.size
            if !message.has(NLM_F_CAPPED) {
                fixedSize += max(0, Int(answer.msg.nlmsg_len) - NetlinkMessage.headerLength)
            }
        }
        guard message.has(NLM_F_ACK_TLVS) else { return result }
        var attributes = message.attributes(after: fixedSize)
        while let attribute = try attributes.next(in: bytes) {
            switch UInt32(attribute.type) {
            case NLMSGERR_ATTR_MSG.rawValue: result.text = attribute.string(in: bytes)
            case NLMSGERR_ATTR_OFFS.rawValue: result.attributeOffset = try attribute.u32(in: bytes)
            default: break
            }
        }
        return result
    }
}
