import CKernelHeaders
import NetlinkCodec
import Testing

/// What the answers in a queue say of the requests that wait for them.
@Suite struct AnswerQueueTests {
    private let add = UInt16(RTM_NEWROUTE)
    private let get = UInt16(RTM_GETLINK)
    private let acknowledged = UInt16(NLM_F_REQUEST | NLM_F_ACK)

    private func request(_ type: UInt16, _ flags: UInt16, _ sequence: UInt32) -> DecodedRequest {
        var builder = NetlinkBuilder()
        builder.message(type: type, flags: flags, sequence: sequence) {
            if type == get { $0.append(ifinfomsg()) } else { $0.append(rtmsg()) }
        }
        return RequestDecoder().decode(builder.bytes, protocol: NETLINK_ROUTE).requests[0]
    }

    private func answer(_ errno: Int32, to type: UInt16, _ sequence: UInt32) -> [UInt8] {
        var builder = NetlinkBuilder()
        builder.message(type: UInt16(NLMSG_ERROR), flags: 0, sequence: sequence, portID: 7) {
            let quoted = nlmsghdr(nlmsg_len: 28, nlmsg_type: type, nlmsg_flags: 0, nlmsg_seq: sequence, nlmsg_pid: 0)
            $0.append(nlmsgerr(error: -errno, msg: quoted))
        }
        return builder.bytes
    }

    private func data(_ type: Int, _ sequence: UInt32, port: UInt32 = 7) -> [UInt8] {
        var builder = NetlinkBuilder()
        builder.message(type: UInt16(type), flags: 0, sequence: sequence, portID: port) { $0.append(rtmsg()) }
        return builder.bytes
    }

    private func queue(_ requests: DecodedRequest...) -> AnswerQueue {
        var queue = AnswerQueue()
        queue.portID = 7
        for (number, request) in requests.enumerated() {
            queue.expect(number, request, protocol: NETLINK_ROUTE)
            queue.returned(number)
        }
        return queue
    }

    private func said(_ queue: inout AnswerQueue, _ bytes: [UInt8]) -> [String] {
        queue.settle(bytes.span.bytes).map { "\($0.request)=\($0.errno)" }
    }

    @Test func eachAnswerGoesToItsRequest() {
        var queue = queue(request(add, acknowledged, 1), request(add, acknowledged, 2))
        #expect(said(&queue, answer(17, to: add, 2)) == ["1=17"])
        #expect(said(&queue, answer(0, to: add, 1)) == ["0=0"])
        #expect(queue.isEmpty)
    }

    /// Pipelined requests that share a number: the order, and the type of the request, tell them apart.
    @Test func sharedNumbersKeepTheirOrder() {
        var queue = queue(
            request(add, acknowledged, 5), request(UInt16(RTM_DELROUTE), acknowledged, 5),
            request(add, acknowledged, 5))
        #expect(said(&queue, answer(0, to: add, 5)) == ["0=0"])
        #expect(said(&queue, answer(22, to: add, 5)) == ["2=22"])
        #expect(said(&queue, answer(3, to: UInt16(RTM_DELROUTE), 5)) == ["1=3"])
    }

    /// What was looked at is read later, and must not be taken for the answer to another request of that number.
    @Test func whatWasLookedAtIsReadLater() {
        var queue = queue(request(add, acknowledged, 5))
        let first = queue.look(at: answer(0, to: add, 5).span.bytes)
        #expect(first.map(\.request) == [0] && first.map(\.errno) == [0])
        #expect(queue.requests.isEmpty && !queue.isEmpty)
        queue.expect(1, request(add, acknowledged, 5), protocol: NETLINK_ROUTE)
        #expect(said(&queue, answer(0, to: add, 5)) == [])
        #expect(said(&queue, answer(17, to: add, 5)) == ["1=17"])

        var read = queue
        read.expect(0, request(add, acknowledged, 5), protocol: NETLINK_ROUTE)
        _ = read.look(at: answer(0, to: add, 5).span.bytes)
        read.forgetTold()
        #expect(read.isEmpty)
    }

    /// One datagram with several answers, and one whose end was cut off.
    @Test func severalInOneAndCutOff() {
        var queue = queue(request(add, acknowledged, 1), request(add, acknowledged, 2), request(add, acknowledged, 3))
        #expect(said(&queue, answer(0, to: add, 1) + answer(28, to: add, 2)) == ["0=0", "1=28"])
        #expect(said(&queue, Array(answer(101, to: add, 3).prefix(17))) == [])
        #expect(said(&queue, Array(answer(101, to: add, 3).prefix(20))) == ["2=101"])
    }

    /// A change is told to its sender before it is acknowledged; somebody else's bears another port.
    @Test func notificationsSettleNothing() {
        var queue = queue(request(add, acknowledged, 1), request(get, UInt16(NLM_F_REQUEST), 2))
        #expect(said(&queue, data(Int(RTM_NEWROUTE), 1)) == [])
        #expect(said(&queue, data(Int(RTM_NEWLINK), 2, port: 99)) == [])
        #expect(said(&queue, data(Int(RTM_NEWLINK), 2)) == ["1=0"])
    }

    @Test func dumpsBeginOrFail() {
        let dump = request(get, UInt16(NLM_F_REQUEST | NLM_F_DUMP), 4)
        var first = queue(dump)
        #expect(said(&first, data(Int(RTM_NEWLINK), 4)) == ["0=0"])
        var second = queue(dump)
        #expect(said(&second, answer(95, to: get, 4)) == ["0=95"])
        var third = queue(dump)
        var done = NetlinkBuilder()
        done.message(type: UInt16(NLMSG_DONE), flags: 0, sequence: 4, portID: 7) { $0.append(Int32(-22)) }
        #expect(said(&third, done.bytes) == ["0=22"])
    }

    /// A request that wants no acknowledgement succeeded when what came surely after it is answered, and not before.
    @Test func silenceIsSuccessWhereALaterAnswerCame() {
        let quiet = request(add, UInt16(NLM_F_REQUEST), 1)
        var queue = queue(quiet, request(add, acknowledged, 2))
        #expect(said(&queue, answer(0, to: add, 2)) == ["0=0", "1=0"])

        var together = AnswerQueue()
        together.expect(0, quiet, protocol: NETLINK_ROUTE)
        together.expect(1, request(add, acknowledged, 2), protocol: NETLINK_ROUTE)
        together.returned(0)
        together.returned(1)
        #expect(said(&together, answer(0, to: add, 2)) == ["1=0"])
        #expect(said(&together, answer(17, to: add, 1)) == ["0=17"])
    }

    @Test func anEmptyQueueTellsOfSilenceAndOfLoss() {
        var queue = queue(request(add, UInt16(NLM_F_REQUEST), 1), request(add, acknowledged, 2))
        let moment = queue.moment()
        queue.expect(2, request(add, UInt16(NLM_F_REQUEST), 3), protocol: NETLINK_ROUTE)
        let (settled, lost) = queue.settleEmpty(at: moment)
        #expect(settled.map(\.request) == [0])
        #expect(lost == [1])
        #expect(queue.requests == [2])
    }

    /// A batch succeeded when its last acknowledged member is; any member's failure fails it.
    @Test func batchesFailWhole() throws {
        let decoded = RequestDecoder().decode(CapturedBatch.deleteChain, protocol: NETLINK_NETFILTER)
        var batch = try #require(decoded.requests.first)
        for index in batch.members.indices { batch.members[index].wantsAck = true }
        let last = try #require(batch.members.last?.sequence)
        var first = AnswerQueue()
        first.expect(0, batch, protocol: NETLINK_NETFILTER)
        #expect(said(&first, answer(16, to: 2565, batch.members[0].sequence)) == ["0=16"])
        var second = AnswerQueue()
        second.expect(0, batch, protocol: NETLINK_NETFILTER)
        if batch.members.count > 1 { #expect(said(&second, answer(0, to: 2565, batch.members[0].sequence)) == []) }
        #expect(said(&second, answer(0, to: 2565, last)) == ["0=0"])
    }

    /// sendmmsg(2): each datagram begins a message of its own, also where the one before has an odd length.
    @Test func datagramsAreReadOneByOne() {
        let link = CapturedAck.link
        let odd = Array(link.prefix(link.count - link.count % 4)) + [0]
        let sends = RequestDecoder().decode(
            odd + link + link, datagrams: [odd.count, link.count, link.count], protocol: NETLINK_ROUTE)
        #expect(sends.count == 3)
        #expect(sends[1].requests.map(\.offset) == [odd.count])
        #expect(sends[2].requests.map(\.offset) == [odd.count + link.count])
        #expect(sends[1].requests.map(\.operation) == sends[2].requests.map(\.operation))
    }
}
