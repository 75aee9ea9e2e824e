public import SystemPackage

/// A netlink request that did not end as it should.
public enum NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel refused it: its errno, its own words (`NLMSGERR_ATTR_MSG`, may be empty) and the offset of the attribute
    /// that it objects to (0 when not told).
    case refused(type: UInt16, errno: Errno, text: String, offset: UInt32)
    /// Every attempt at a dump was interrupted by a change (`NLM_F_DUMP_INTR`): no consistent answer.
    case interrupted(type: UInt16, attempts: Int)
    /// No answer came in time.
    case timedOut(type: UInt16)
    /// A datagram whose lengths do not fit, or a request shorter than its header.
    case malformed(type: UInt16)

    /// One line with the request's number, the kernel's words and the errno.
    public var description: String {
        switch self {
        case .refused(let type, let errno, let text, let offset):
            "netlink request \(type): \(errno.explained)\(text.isEmpty ? "" : ": \(text)")"
                + (offset == 0 ? "" : " (at byte \(offset))")
        case .interrupted(let type, let attempts): "netlink dump \(type): interrupted \(attempts) times"
        case .timedOut(let type): "netlink request \(type): no answer in time"
        case .malformed(let type): "netlink request \(type): malformed message"
        }
    }

    /// The kernel's errno, when it gave one.
    public var errno: Errno? {
        if case .refused(_, let errno, _, _) = self { errno } else { nil }
    }
}
