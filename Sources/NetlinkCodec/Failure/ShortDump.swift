import CKernelHeaders

/// What one datagram is of a dump that is to end before all objects were listed.
///
/// Where an object does not fit into an empty datagram, whose size is that of the largest buffer that was read into, the kernel
/// ends the dump there: the datagram holds its end alone, with the error (`netlink_dump_done`; a card with many virtual
/// functions is such an object). So the last datagram can be made that end, if it holds objects.
public enum ShortDump: Hashable, Sendable {
    /// It answers something else.
    case foreign
    /// More datagrams follow.
    case more
    /// The dump ends here, and these bytes are what the kernel sends in place of the datagram.
    case last([UInt8])
    /// The dump ends here, in a datagram without objects: nothing could be left out.
    case empty
    /// The dump was refused.
    case refused

    /// Looks at a datagram that was received.
    ///
    /// - Parameter sequence: `nlmsg_seq` of the request.
    public init(_ datagram: [UInt8], sequence: UInt32) {
        self = .foreign
        var cursor = NetlinkMessages()
        var isAlone = true
        var objects = 0
        // A datagram that was cut off ends where its last whole message does.
        while let message = try? cursor.next(in: datagram.span.bytes) {
            guard message.sequence == sequence else {
                isAlone = false
                continue
            }
            switch Int32(message.type) {
            case NLMSG_ERROR:
                self = .refused
                return
            case NLMSG_DONE:
                let length = MemoryLayout<nlmsghdr>.size
                guard objects > 0, isAlone, datagram.count >= message.offset + length else {
                    self = .empty
                    return
                }
                var end = Array(datagram[message.offset..<(message.offset + length)])
                let size = UInt32(length + MemoryLayout<Int32>.size)
                end.replaceSubrange(0..<4, with: withUnsafeBytes(of: size) { unsafe [UInt8]($0) })
                self = .last(end + withUnsafeBytes(of: -ShortDump.tooLarge) { unsafe [UInt8]($0) })
                return
            default:
                objects += 1
                self = .more
            }
        }
    }

    /// EMSGSIZE of the kernel's include/uapi/asm-generic/errno.h.
    private static let tooLarge: Int32 = 90
}
