import CLinux
import SystemPackage

/// The protocol of a netlink socket, netlink(7).
public enum NetlinkProtocol: Sendable, Hashable {
    case route, netfilter, socketDiagnostics, generic, transform

    /// The kernel's `NETLINK_*` number.
    public var number: Int32 {
        switch self {
        case .route: CL_NETLINK_ROUTE
        case .netfilter: CL_NETLINK_NETFILTER
        case .socketDiagnostics: CL_NETLINK_SOCK_DIAG
        case .generic: CL_NETLINK_GENERIC
        case .transform: CL_NETLINK_XFRM
        }
    }
}

/// A netlink socket of the network namespace in which the calling thread stands when it is made.
///
/// It pins that namespace until the last reference goes. Requests are whole messages (header first); length, sequence and
/// the needed flags are filled in here. For one thread.
public final class NetlinkSocket {
    /// The socket's port id, as events and acks name it.
    public let portID: UInt32
    private let descriptor: Descriptor
    private var sequence: UInt32 = 0
    // Dumps come in datagrams of at most 32 KiB; single answers (a link with statistics and virtual functions) may be longer.
    private let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 * 1024, alignment: 8)

    /// Opens and binds a socket with extended acks and strict checking.
    public init(_ family: NetlinkProtocol) throws(SystemError) {
        var port: UInt32 = 0
        let number = try systemCall("socket", stage: "netlink \(family)") { cl_netlink_open(family.number, &port) }
        descriptor = Descriptor(owning: number)
        portID = port
    }

    deinit { space.deallocate() }

    /// The number, to poll on; valid while the socket lives.
    public var raw: Int32 { descriptor.raw }

    /// `SO_COOKIE`: the socket's own identity.
    public func cookie() throws(SystemError) -> UInt64 {
        var value: UInt64 = 0
        try systemCall("getsockopt", stage: "SO_COOKIE") { cl_socket_cookie(raw, &value) }
        return value
    }

    /// The namespace that the socket belongs to (`SO_NETNS_COOKIE`).
    public func namespaceID() throws(SystemError) -> NetworkNamespaceID {
        var value: UInt64 = 0
        try systemCall("getsockopt", stage: "SO_NETNS_COOKIE") { cl_socket_namespace_cookie(raw, &value) }
        return NetworkNamespaceID(rawValue: value)
    }

    /// Joins a multicast group, such as `RTNLGRP_LINK`.
    public func join(group: UInt32) throws(SystemError) {
        try systemCall("setsockopt", stage: "NETLINK_ADD_MEMBERSHIP \(group)") { cl_netlink_join(raw, group) }
    }

    /// Sets an integer option, setsockopt(2).
    public func setOption(level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
        try systemCall("setsockopt", stage: "option \(option)") { cl_socket_option(raw, level, option, value) }
    }

    /// Sets the receive buffer in bytes, beyond the machine's limit where allowed.
    public func setReceiveBuffer(_ bytes: Int32) throws(SystemError) {
        try systemCall("setsockopt", stage: "receive buffer") { cl_socket_receive_buffer(raw, bytes) }
    }

    /// Sends bytes as they are to the kernel.
    public func send(_ bytes: [UInt8]) throws(SystemError) {
        try systemCall("sendto", stage: "netlink") { () -> Int in
            bytes.withUnsafeBytes { all in all.baseAddress.map { cl_netlink_send(raw, $0, all.count) } ?? 0 }
        }
    }

    /// Receives one datagram of the kernel.
    /// - Parameter timeout: How long to wait; `.zero` only looks, nil waits for ever.
    /// - Returns: The datagram, or nil when none came in time.
    /// - Throws: `ENOBUFS` when the kernel dropped messages, `EMSGSIZE` when one was longer than 128 KiB.
    public func receive(timeout: Duration? = nil) throws(SystemError) -> [UInt8]? {
        if timeout != .zero, let timeout, try !waitReadable(timeout) { return nil }
        return try receive(flags: timeout == nil ? 0 : CL_MSG_DONTWAIT)
    }

    /// Sends a dump request and collects the answer.
    /// - Returns: The datagrams in order, each holding whole messages; the last ends with `NLMSG_DONE`.
    /// - Throws: ``NetlinkError`` or ``SystemError``. An interrupted dump is tried `attempts` times.
    public func dump(_ request: [UInt8], attempts: Int = 8, timeout: Duration = .seconds(5)) throws -> [[UInt8]] {
        for _ in 0..<max(attempts, 1) {
            if let datagrams = try exchange([request], flags: CL_NLM_F_REQUEST | CL_NLM_F_DUMP, timeout) {
                return datagrams
            }
        }
        throw NetlinkError.interrupted(type: messageType(request), attempts: attempts)
    }

    /// Sends a request, asks for an ack and waits for it.
    /// - Returns: The datagrams received up to the ack, the ack's own included.
    /// - Throws: ``NetlinkError/refused(type:errno:text:offset:)`` with the kernel's words, or ``SystemError``.
    @discardableResult
    public func transact(_ request: [UInt8], timeout: Duration = .seconds(5)) throws -> [[UInt8]] {
        try exchange([request], flags: CL_NLM_F_REQUEST | CL_NLM_F_ACK, timeout) ?? []
    }

    /// Sends messages in one datagram, as nfnetlink wants its batches, and waits for the first answer.
    ///
    /// - Parameter batch: Whole messages, of which at least one asks for an ack by itself; each has a multiple of four bytes.
    /// - Throws: as ``transact(_:timeout:)``.
    public func transact(batch: [[UInt8]], timeout: Duration = .seconds(5)) throws {
        _ = try exchange(batch, flags: CL_NLM_F_REQUEST, timeout)
    }

    private func exchange(_ messages: [[UInt8]], flags: UInt16, _ timeout: Duration) throws -> [[UInt8]]? {
        let type = messageType(messages.first ?? [])
        sequence &+= 1
        let datagram = try messages.flatMap { message in
            var stamped = message
            let length = stamped.count
            let valid = stamped.withUnsafeMutableBytes { all in
                all.baseAddress.map { cl_netlink_stamp($0, length, sequence, flags) == 0 } ?? false
            }
            guard valid else { throw NetlinkError.malformed(type: type) }
            return stamped
        }
        try send(datagram)
        var datagrams: [[UInt8]] = []
        var interrupted = false
        var summary = cl_netlink_summary()
        while true {
            // The kernel has put the first answer into the queue before send returned, so looking first saves a poll.
            guard let datagram = try receive(flags: CL_MSG_DONTWAIT) ?? receive(timeout: timeout) else {
                throw NetlinkError.timedOut(type: type)
            }
            datagram.withUnsafeBytes { all in
                if let base = all.baseAddress { cl_netlink_summarize(base, all.count, sequence, &summary) }
            }
            if summary.malformed != 0 { throw NetlinkError.malformed(type: type) }
            // An answer to an earlier request that timed out, or an event of a joined group.
            if summary.foreign > 0, summary.messages == 0, summary.done == 0, summary.acknowledged == 0 { continue }
            datagrams.append(datagram)
            if summary.interrupted != 0 { interrupted = true }
            guard summary.done != 0 || summary.acknowledged != 0 else { continue }
            if summary.error != 0 { throw refusal(type, &summary) }
            return interrupted ? nil : datagrams
        }
    }

    private func refusal(_ type: UInt16, _ summary: inout cl_netlink_summary) -> NetlinkError {
        let text = withUnsafeBytes(of: &summary.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return .refused(type: type, errno: Errno(rawValue: summary.error), text: text, offset: summary.offset)
    }

    private func receive(flags: Int32) throws(SystemError) -> [UInt8]? {
        guard let base = space.baseAddress else { return nil }
        let got = try systemCall("recvfrom", stage: "netlink") { () -> Int in
            let got = cl_netlink_receive(raw, base, space.count, flags)
            return got == -Int(Errno.resourceTemporarilyUnavailable.rawValue) ? 0 : got
        }
        return got == 0 ? nil : Array(UnsafeRawBufferPointer(start: base, count: got))
    }

    private func waitReadable(_ timeout: Duration) throws(SystemError) -> Bool {
        try poll([PollItem(raw, .readable)], timeout: timeout).isEmpty == false
    }

    private func messageType(_ request: [UInt8]) -> UInt16 {
        request.count < 6 ? 0 : UInt16(littleEndian: UInt16(request[4]) | UInt16(request[5]) << 8)
    }
}
