import CKernelHeaders
import Model

/// The answers that the kernel owes to the requests sent on one socket, oldest first.
///
/// Requests may share a sequence number: answers come in the order of the requests (`netlink_rcv_skb` acts and answers inside
/// the send), and an acknowledgement repeats the type of its request. A request that wants no acknowledgement is known to
/// have succeeded when something that was surely asked later is answered, or when the queue was seen to be empty.
public struct AnswerQueue: Sendable {
    /// What came of one request.
    public struct Settled: Hashable, Sendable {
        /// The number under which it was expected.
        public var request: Int
        /// Positive number of errno, 0 for success.
        public var errno: Int32
    }

    /// What tells that a request succeeded.
    private enum Need: Hashable {
        /// Any message to the sender, as for a "get" or the first part of a dump.
        case answer
        /// Its acknowledgement.
        case acknowledgement
        /// Silence: only a failure is answered.
        case silence
    }

    private struct Owed {
        var request: Int
        var need: Need
        var sequence: UInt32
        /// Of a nftables batch those of all its members; the last one that is acknowledged tells of success.
        var members: [UInt32]
        var last: UInt32
        /// `nlmsg_type`, 0 for a batch.
        var type: UInt16
        /// Moments of this queue's own clock.
        var began: Int
        var returned: Int?
        /// Whether its answer was looked at and is still to be read.
        var isTold = false
        /// Its errno, while the bytes that tell it are read.
        var found: Int32?
    }

    /// The port id of the socket, zero where it is not known yet.
    ///
    /// A notification bears that of whoever caused it.
    public var portID: UInt32 = 0
    private var owed: [Owed] = []
    private var clock = 0

    /// Starts with nothing owed.
    public init() {}

    /// Whether nothing is owed, and no answer that was looked at is still to be read.
    public var isEmpty: Bool { owed.isEmpty }
    /// The requests whose answers are owed, oldest first.
    public var requests: [Int] { owed.lazy.filter { !$0.isTold }.map(\.request) }
    /// Whether an answer is owed.
    public var owes: Bool { owed.contains { !$0.isTold } }

    /// Whether answers are owed to these requests alone.
    public func owesOnly(_ mine: Range<Int>) -> Bool { owed.allSatisfy { $0.isTold || mine.contains($0.request) } }

    /// A moment to be compared with those of other calls.
    public mutating func moment() -> Int {
        clock += 1
        return clock
    }

    /// A request is about to be sent; `request` is the caller's number for it.
    public mutating func expect(_ request: Int, _ decoded: DecodedRequest, protocol: Int32) {
        let acknowledged = decoded.members.last(where: \.wantsAck)
        let need: Need
        if decoded.operation == .nftCommit {
            need = acknowledged == nil ? .silence : .acknowledgement
        } else if decoded.isDump || decoded.isGet(`protocol`) {
            need = .answer
        } else {
            need = decoded.wantsAck ? .acknowledgement : .silence
        }
        owed.append(
            Owed(
                request: request, need: need, sequence: decoded.sequence, members: decoded.members.map(\.sequence),
                last: acknowledged?.sequence ?? decoded.sequence, type: decoded.members.isEmpty ? decoded.rawType : 0,
                began: moment()))
    }

    /// The send of a request has returned: the kernel has acted.
    public mutating func returned(_ request: Int) {
        let now = moment()
        for index in owed.indices.reversed() where owed[index].request == request {
            owed[index].returned = now
            return
        }
    }

    /// A request is no longer waited for.
    public mutating func forget(_ request: Int) { owed.removeAll { $0.request == request } }

    /// The answers that were looked at have been read.
    public mutating func forgetTold() { owed.removeAll(where: \.isTold) }

    /// The bytes at the head of the queue, which stay there: what they settle.
    public mutating func look(at bytes: RawSpan) -> [Settled] {
        let settled = find(bytes)
        // Silence leaves nothing to be read.
        owed.removeAll { $0.found == 0 && $0.need == .silence && !$0.isTold }
        for index in owed.indices where owed[index].found != nil {
            owed[index].found = nil
            owed[index].isTold = true
        }
        return settled
    }

    /// The bytes that were read from the queue, at least the header of the first message: what they settle.
    ///
    /// The last message may be cut off.
    public mutating func settle(_ bytes: RawSpan) -> [Settled] {
        let settled = find(bytes)
        if owed.contains(where: { $0.found != nil }) { owed.removeAll { $0.found != nil } }
        return settled
    }

    /// Marks what these bytes settle as found.
    private mutating func find(_ bytes: RawSpan) -> [Settled] {
        var settled: [Settled] = []
        var offset = 0
        while owed.contains(where: { $0.found == nil }), let header = bytes.load(nlmsghdr.self, at: offset) {
            take(header, bytes, offset, &settled)
            let step = aligned(Int(header.nlmsg_len))
            guard step >= NetlinkMessage.headerLength, step < bytes.byteCount - offset else { break }
            offset += step
        }
        return settled
    }

    /// The queue was seen to be empty at that moment: what needed no answer succeeded, and other answers are lost.
    ///
    /// Only where nobody else has received meanwhile.
    public mutating func settleEmpty(at moment: Int) -> (settled: [Settled], lost: [Int]) {
        let over = owed.filter { ($0.returned ?? .max) <= moment && !$0.isTold }
        owed.removeAll { ($0.returned ?? .max) <= moment }
        return (
            over.filter { $0.need == .silence }.map { Settled(request: $0.request, errno: 0) },
            over.filter { $0.need != .silence }.map(\.request)
        )
    }

    private mutating func take(_ header: nlmsghdr, _ bytes: RawSpan, _ offset: Int, _ settled: inout [Settled]) {
        var errno: Int32 = 0
        var isAcknowledgement = false
        var type: UInt16?
        if header.nlmsg_type == wire(NLMSG_ERROR) || header.nlmsg_type == wire(NLMSG_DONE) {
            let body = offset + NetlinkMessage.headerLength
            // Cut off before its code, it tells nothing.
            guard let code = bytes.load(Int32.self, at: body) else { return }
            errno = code < 0 ? 0 &- code : 0
            isAcknowledgement = header.nlmsg_type == wire(NLMSG_ERROR)
            if isAcknowledgement { type = bytes.load(nlmsgerr.self, at: body)?.msg.nlmsg_type }
        } else if header.nlmsg_pid != portID {
            return
        }
        guard
            let index = owed.firstIndex(where: {
                $0.found == nil && ($0.sequence == header.nlmsg_seq || $0.members.contains(header.nlmsg_seq))
                    && (type == nil || $0.type == 0 || $0.type == type)
            })
        else { return }
        let request = owed[index]
        // A change is told to its own sender too, before it is acknowledged.
        guard errno != 0 || request.need == .answer || (isAcknowledgement && request.last == header.nlmsg_seq) else {
            return
        }
        for place in owed[...index].indices where owed[place].found == nil {
            let one = owed[place]
            // What is silent and was surely asked before this succeeded.
            guard place == index || one.need == .silence && (one.returned ?? .max) < request.began else { continue }
            owed[place].found = place == index ? errno : 0
            if !one.isTold { settled.append(Settled(request: one.request, errno: place == index ? errno : 0)) }
        }
    }
}

extension DecodedRequest {
    /// Whether it only asks: rtnetlink numbers its types new, delete, get, set in turn (`rtnl_msgtype_kind`).
    func isGet(_ protocol: Int32) -> Bool {
        `protocol` == NETLINK_ROUTE ? rawType % 4 == 2 : operation == .nftList
    }
}
