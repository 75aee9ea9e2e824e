import CLinux

/// What agents' sockets are, each asked once: one call for each use of a socket instead of four.
///
/// A socket is known by its cookie, which the kernel never gives to another: that an agent closes it and gets another under
/// the same number makes no difference.
final class Sockets {
    /// So many are remembered.
    static let limit = 256

    /// What never changes about a socket.
    struct Kind {
        /// `SO_PROTOCOL` of a netlink socket; below zero for any other.
        var netlink: Int32
        /// The network namespace in which it was made (`SO_NETNS_COOKIE`).
        var namespace: UInt64
    }

    private var kinds: [UInt64: Kind] = [:]
    /// How many are remembered.
    var count: Int { kinds.count }

    /// The cookie of a netlink socket and what it is; nil for any other descriptor.
    func netlink(_ socket: Int32) -> (cookie: UInt64, kind: Kind)? {
        var cookie: UInt64 = 0
        guard cl_socket_cookie(socket, &cookie) == 0 else { return nil }
        if let known = kinds[cookie] { return known.netlink < 0 ? nil : (cookie, known) }
        var kind = Kind(netlink: cl_netlink_protocol(socket), namespace: 0)
        if kind.netlink >= 0, cl_socket_namespace_cookie(socket, &kind.namespace) != 0 { return nil }
        // Nobody says when a socket is closed; whoever still uses his is asked about it once more.
        if kinds.count >= Sockets.limit { kinds.removeAll(keepingCapacity: true) }
        kinds[cookie] = kind
        return kind.netlink < 0 ? nil : (cookie, kind)
    }
}
