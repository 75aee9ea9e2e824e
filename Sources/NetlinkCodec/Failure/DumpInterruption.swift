import CKernelHeaders

/// What one datagram is of a dump whose reader is to be told that objects changed meanwhile (`NLM_F_DUMP_INTR`).
///
/// The kernel looks whether they did before each further datagram, and sets the flag on its first message (`netlink_dump`,
/// `nl_dump_check_consistent`). So nothing but a dump of several datagrams can be interrupted.
public enum DumpInterruption: Hashable, Sendable {
    /// It answers something else.
    case foreign
    /// More datagrams follow.
    case more
    /// The dump ends here: these bytes at this offset are the flags of its first message, with `NLM_F_DUMP_INTR`.
    case last(offset: Int, flags: [UInt8])
    /// The dump was refused.
    case refused

    /// Looks at a datagram that was received.
    ///
    /// - Parameter sequence: `nlmsg_seq` of the request.
    public init(_ datagram: [UInt8], sequence: UInt32) {
        self = .foreign
        var cursor = NetlinkMessages()
        var first: NetlinkMessage?
        // A datagram that was cut off ends where its last whole message does.
        while let message = try? cursor.next(in: datagram.span.bytes) {
            guard message.sequence == sequence else { continue }
            first = first ?? message
            switch Int32(message.type) {
            case NLMSG_ERROR:
                self = .refused
                return
            case NLMSG_DONE:
                let flags = (first?.flags ?? 0) | wire(NLM_F_DUMP_INTR)
                let place = MemoryLayout<nlmsghdr>.offset(of: \.nlmsg_flags) ?? 0
                let bytes = withUnsafeBytes(of: flags) { unsafe [UInt8]($0) }
                self = .last(offset: (first?.offset ?? 0) + place, flags: bytes)
                return
            default: self = .more
            }
        }
    }
}
