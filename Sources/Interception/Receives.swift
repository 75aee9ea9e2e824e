import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// A receive call on a netlink socket: recvfrom(2), recvmsg(2), recvmmsg(2), read(2) or readv(2).
///
/// It holds a duplicate of the socket until the call's exit.
final class NetlinkReceive {
    /// Where one datagram goes.
    struct Place {
        var ranges: [MemoryRange]
        /// Where `msg_flags` stands; nil where the call has none.
        var flagsAddress: UInt64?
        /// Where `msg_len` stands, of one of several messages.
        var lengthAddress: UInt64?
    }

    let socket: Descriptor
    let cookie: UInt64
    let places: [Place]
    let flags: Int32
    /// A moment of the socket's own clock.
    var began = 0
    /// The head of the queue at the call's entry, where the agent's own buffers are too short to know it by.
    var head: [UInt8] = []

    var isPeek: Bool { flags & CL_MSG_PEEK != 0 }
    /// Whether a datagram's header may not fit.
    var isShort: Bool { places.contains { $0.ranges.total < NetlinkReceive.enough } }
    /// `NLMSG_ERROR` with its code and the header of the request.
    static let enough = 36
    /// `NLMSG_ERROR` with its code.
    static let told = 20

    /// Nil where the call does not read from a netlink socket.
    init?(_ call: cl_call, _ tracee: Tracee, _ sockets: Sockets) {
        let number = Int32(truncatingIfNeeded: call.number)
        guard let socket = tracee.take(Int32(truncatingIfNeeded: call.arguments.0)),
            let (cookie, _) = sockets.netlink(socket.raw)
        else { return nil }
        let memory = MemoryWindow(tracee.memory, around: number == __NR_recvmsg ? call.arguments.1 : 0)
        let address = call.arguments.1
        let count = call.arguments.2
        switch number {
        case __NR_recvfrom, __NR_read:
            places = [Place(ranges: [MemoryRange(address: address, count: Int(clamping: count))])]
        case __NR_readv:
            guard let ranges = MessageHeader.vector(memory, at: address, count: count) else { return nil }
            places = [Place(ranges: ranges)]
        case __NR_recvmsg:
            guard let header = MessageHeader(memory, at: address) else { return nil }
            places = [Place(ranges: header.ranges, flagsAddress: header.flagsAddress)]
        default:
            // struct mmsghdr, 64 bytes: a msghdr, and behind it the length that was received; at most UIO_MAXIOV.
            places = (0..<min(count & 0xffff_ffff, 1024)).compactMap { index in
                let one = address &+ index * 64
                return MessageHeader(memory, at: one).map {
                    Place(ranges: $0.ranges, flagsAddress: $0.flagsAddress, lengthAddress: one &+ 56)
                }
            }
        }
        flags =
            switch number {
            case __NR_recvfrom, __NR_recvmmsg: Int32(truncatingIfNeeded: call.arguments.3)
            case __NR_recvmsg: Int32(truncatingIfNeeded: count)
            default: 0
            }
        self.cookie = cookie
        self.socket = socket
    }

    /// Calls that read from a socket, trapped or not.
    static func isReceive(_ number: UInt64) -> Bool {
        switch Int32(truncatingIfNeeded: number) {
        case __NR_recvfrom, __NR_recvmsg, __NR_recvmmsg, __NR_read, __NR_readv: true
        default: false
        }
    }
}

extension Interceptor {
    /// A thread is about to read, perhaps from a netlink socket.
    func enteredReceive(_ tracee: Tracee, _ call: cl_call) {
        // The entry of a followed call was seen before its trap.
        if let pending = tracee.pending, pending.receive != nil, pending.isRestarted(as: call) { return goOn(tracee) }
        guard let receive = NetlinkReceive(call, tracee, sockets) else { return goOn(tracee) }
        let fails = failures[receive.cookie] != nil
        let interrupts = interruptions[receive.cookie] != nil
        // What is in the queue already was not sent by anybody who sends while this thread is inside. That something is there
        // tells nothing where another thread may take it first.
        guard
            fails || interrupts || answers.isOwed(receive.cookie) || tracee.process.threads.count > 1
                || cl_netlink_readiness(receive.socket.raw) != Int32(CL_QUEUE_READABLE)
        else { return goOn(tracee) }
        if fails, receive.isShort, mayLook(receive), case .message(let head) = QueueHead(receive.socket.raw) {
            receive.head = head
        }
        receive.began = answers.moment(receive.cookie)
        let pending = PendingCall(call)
        pending.receive = receive
        tracee.pending = pending
        goOn(tracee)
    }

    private func mayLook(_ receive: NetlinkReceive) -> Bool {
        failures[receive.cookie]?.allSatisfy(\.mayLook) == true
    }

    /// A thread has read from a netlink socket: failures take the place of their acknowledgements, answers tell of results.
    func exitedReceive(_ tracee: Tracee, _ pending: PendingCall, _ receive: NetlinkReceive, _ result: Int64) {
        var known: [OwedResult] = []
        if result == -Int64(EAGAIN) {
            known = foundEmpty(tracee, receive)
        } else if result >= 0 {
            let count = receive.places.first?.lengthAddress == nil ? 1 : Int(result)
            for place in receive.places.prefix(count) {
                let length = place.lengthAddress.flatMap { tracee.memory.word(at: $0) }.map { Int($0 & 0xffff_ffff) }
                known += received(tracee, receive, place, length ?? Int(result))
            }
        }
        for result in known where result.hasGoneOn { close(result.operation) }
        guard !known.isEmpty else { return goOn(tracee) }
        pending.operations = known.map(\.operation)
        offer(Stop(.after, pending, tracee, isLate: true))
    }

    private func received(
        _ tracee: Tracee, _ receive: NetlinkReceive, _ place: NetlinkReceive.Place, _ length: Int
    ) -> [OwedResult] {
        let room = place.ranges.total
        var bytes = place.ranges.gather(tracee.memory, limit: min(length, room)) ?? []
        if failures[receive.cookie] != nil {
            var head = bytes
            if head.count < NetlinkReceive.enough, length > 0 || receive.isPeek {
                // The queue still holds what was only peeked at.
                head = receive.head
                if receive.isPeek, mayLook(receive), case .message(let now) = QueueHead(receive.socket.raw) {
                    head = now
                }
            }
            if let (failed, answer) = failure(acknowledgedIn: head, on: receive.cookie) {
                if replace(tracee, receive, place, answer) {
                    if !receive.isPeek {
                        delivered(failed, on: receive.cookie)
                    } else if room >= NetlinkReceive.told {
                        // iproute2 asks so whether what wanted no answer was refused, and reads no more.
                        told(failed, on: receive.cookie)
                    }
                }
                return []
            }
        }
        // What was only peeked at is read again, and settles then.
        guard !receive.isPeek else { return [] }
        if interruptions[receive.cookie] != nil { interruptDumps(tracee, receive, place, bytes) }
        if bytes.count > 1 << 20 { bytes.removeLast(bytes.count - 1 << 20) }
        return answers.read(bytes.span.bytes, from: receive.cookie)
    }

    /// Puts another answer in the place of the one that was read.
    func replace(
        _ tracee: Tracee, _ receive: NetlinkReceive, _ place: NetlinkReceive.Place, _ answer: [UInt8]
    ) -> Bool {
        let room = place.ranges.total
        guard place.ranges.scatter(Array(answer.prefix(room)), tracee.memory) else { return false }
        let told = receive.flags & CL_MSG_TRUNC != 0 ? answer.count : min(answer.count, room)
        if let address = place.lengthAddress, let word = tracee.memory.word(at: address) {
            _ = tracee.memory.write(word: word & ~0xffff_ffff | UInt64(told), at: address)
        } else {
            source.setResult(tracee.thread, Int64(told))
        }
        if answer.count > room, let address = place.flagsAddress, let word = tracee.memory.word(at: address) {
            _ = tracee.memory.write(word: word | UInt64(CL_MSG_TRUNC), at: address)
        }
        return true
    }

    /// There was nothing to read: unless another thread is taking it, nothing more will come of what was sent before.
    private func foundEmpty(_ tracee: Tracee, _ receive: NetlinkReceive) -> [OwedResult] {
        guard answers.isOwed(receive.cookie) else { return [] }
        let others = tracee.process.threads.contains { thread in
            thread != tracee.thread && tree.tracees[thread]?.pending?.receive?.cookie == receive.cookie
        }
        guard !others else { return [] }
        let (known, lost) = answers.foundEmpty(receive.cookie, at: receive.began)
        for result in lost where result.hasGoneOn { close(result.operation) }
        return known
    }
}
