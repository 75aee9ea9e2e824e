import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// Netlink messages on their way to the kernel, with the socket that carries them.
///
/// It holds a duplicate of the socket from the call's entry to its exit, no longer: a netlink socket keeps its
/// namespace alive.
final class NetlinkSend {
    /// What one call asks, as the agent wrote it: several datagrams for sendmmsg(2).
    struct Content {
        /// The requests, in order.
        var requests: [DecodedRequest]
        /// The datagram in which each stands.
        var datagrams: [Int]
        /// All bytes, one datagram behind the other.
        var bytes: [UInt8]
        /// Where they stand in the thread's memory; nowhere where they come out of a pipe or a file.
        var ranges: [MemoryRange]
    }

    let content: Content
    /// `SO_PROTOCOL` of the socket.
    let family: Int32
    /// The socket, by a number that is never used again (`SO_COOKIE`).
    let cookie: UInt64
    /// The network namespace of the socket.
    let namespace: UInt64
    private(set) var socket: Int32
    /// Whether there was nothing to read before: then no dump is running either, for its next part is always in the queue.
    let queueWasEmpty: Bool
    /// The failures that are sent in place of requests, each known by a token.
    private(set) var noops: [(patch: NoopPatch, position: Int)] = []
    /// Which request was made to fail, and with what.
    var failing: (position: Int, errno: ErrorNumber)?
    /// What is known of each request's answer; empty until the call is made.
    var owed: [OwedResult] = []

    var requests: [DecodedRequest] { content.requests }
    /// Whether any request asks for a dump, whose next part a peek would make.
    var hasDump: Bool { requests.contains(where: \.isDump) }

    init(socket: consuming Descriptor, family: Int32, cookie: UInt64, namespace: UInt64, content: Content) {
        self.socket = socket.release()
        self.family = family
        self.cookie = cookie
        self.namespace = namespace
        self.content = content
        queueWasEmpty = cl_netlink_readiness(self.socket) == Int32(CL_QUEUE_EMPTY)
    }

    deinit { close() }

    func close() {
        if socket >= 0 { _ = cl_close(socket) }
        socket = -1
    }

    /// The request with this place, made into one that the kernel acknowledges without acting.
    ///
    /// Of a nft batch it is the first member, so that the whole transaction aborts (`nfnetlink_rcv_batch`).
    ///
    /// - Returns: The request's own bytes, for the answer; nil where the memory cannot be written.
    func makeNoop(_ position: Int, token: UInt32, _ memory: TraceeMemory) -> [UInt8]? {
        let request = requests[position]
        let offset = request.members.first?.offset ?? request.offset
        // What comes out of a pipe or a file stands in no memory.
        guard !content.ranges.isEmpty else { return nil }
        // Too short for a header: the same, the caller ends the run.
        guard let patch = try? NoopPatch(messageAt: offset, in: content.bytes, token: token) else { return nil }
        // The first member of struct nlmsghdr is its length, which `NoopPatch` has checked.
        let length = content.bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
        noops = [(patch, position)]
        guard makeNoopAgain(memory) else {
            noops = []
            return nil
        }
        return Array(content.bytes[offset..<offset + Int(length)])
    }

    /// Makes it so again after `restore`: the kernel makes an interrupted call again.
    @discardableResult
    func makeNoopAgain(_ memory: TraceeMemory) -> Bool {
        noops.allSatisfy {
            content.ranges.scatter($0.patch.replacement, from: $0.patch.range.lowerBound, memory)
        }
    }

    /// Puts the agent's own bytes back.
    func restore(_ memory: TraceeMemory) {
        for (patch, _) in noops {
            _ = content.ranges.scatter(patch.original, from: patch.range.lowerBound, memory)
        }
    }

    /// The port id of the socket, which the kernel chooses at the first send.
    var portID: UInt32 {
        var port: UInt32 = 0
        return cl_netlink_port(socket, &port) == 0 ? port : 0
    }
}

/// What one look at a socket's queue showed; nothing was taken from it.
enum QueueHead {
    /// There is nothing to read.
    case empty
    /// The first bytes of the first message, enough for an acknowledgement's header.
    case message([UInt8])
    /// The agent has an error to read (an overrun), which a receive would take from it; or it cannot be looked at.
    case hidden

    init(_ socket: Int32) {
        switch cl_netlink_readiness(socket) {
        case Int32(CL_QUEUE_EMPTY): self = .empty
        case Int32(CL_QUEUE_READABLE):
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(CL_NETLINK_HEAD)) { space, count in
                let got = space.baseAddress.map { cl_netlink_peek(socket, $0) } ?? 0
                count = max(0, min(got, space.count))
            }
            self = bytes.isEmpty ? .hidden : .message(bytes)
        default: self = .hidden
        }
    }
}
