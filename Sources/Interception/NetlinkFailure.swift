import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// A request that was kept from the kernel, until the agent has read why.
struct PendingFailure {
    /// `nlmsg_seq` of the request.
    var sequence: UInt32
    /// The request's own bytes, which the answer repeats.
    var request: [UInt8]
    /// What the agent is told.
    var answer: FailureAcknowledgement
    /// The operation that fails.
    var operation: Operation
}

/// A receive call on a socket where a failure waits to be read.
struct NetlinkReceive {
    /// A duplicate of the socket, closed at the call's exit.
    var socket: Int32
    var cookie: UInt64
    var ranges: [MemoryRange]
    var flags: Int32
    /// Where `msg_flags` stands; nil for recvfrom.
    var flagsAddress: UInt64?
}

extension Interceptor {
    /// Spoils the request of a stop so that the kernel acknowledges it without acting.
    ///
    /// - Returns: False when the sender must wait: other threads are in a receive call on that socket, where they would
    ///   read the kernel's success. They are interrupted, make the call again, and are then seen.
    func poison(_ stop: Stop, _ failure: (position: Int, errno: ErrorNumber, message: String?)) -> Bool {
        guard let request = stop.pending.request else { return true }
        if kickReceivers(of: request, for: stop) {
            hold(stop)
            return false
        }
        guard let original = request.spoil(failure.position, stop.tracee.memory) else {
            delegate?.interceptor(
                self, cannotTrace: "the request at \(stop.operations[failure.position].key) cannot be written")
            return true
        }
        request.spoiled = (failure.position, failure.errno)
        let options = cl_netlink_acknowledgement_options(request.socket)
        let message = try? NetlinkMessage(at: 0, in: original.span.bytes)
        failures[request.cookie, default: []].append(
            PendingFailure(
                sequence: message?.sequence ?? 0, request: original,
                answer: FailureAcknowledgement(
                    errno: failure.errno.value, text: failure.message, capsRequest: options & 1 != 0,
                    extendsAck: options & 2 != 0),
                operation: stop.operations[failure.position]))
        return true
    }

    /// Interrupts threads that are inside a receive call on the socket of `request`.
    private func kickReceivers(of request: NetlinkSend, for stop: Stop) -> Bool {
        var any = false
        for tracee in tree.tracees.values where tracee.receiving == request.cookie && tracee !== stop.tracee {
            guard case .inCall(let number, _)? = try? ThreadCall.of(tracee.thread),
                SystemCall.isReceive(Int32(number))
            else { continue }
            if cl_has_receive_timeout(request.socket) == 1 {
                // Interrupted, it would return EINTR instead of being made again (signal(7)).
                delegate?.interceptor(
                    self, disturbed: "thread \(tracee.thread) may read a success: its socket has SO_RCVTIMEO")
                continue
            }
            guard source.interrupt(tracee.thread) == 0 else { continue }
            kicked[tracee.thread] = stop
            any = true
        }
        return any
    }

    /// A thread has stopped, so it is in no receive call any more; whoever waited for that goes on.
    func leftReceive(_ tracee: Tracee) {
        tracee.receiving = nil
        guard let waiting = kicked.removeValue(forKey: tracee.thread),
            !kicked.values.contains(where: { $0 === waiting })
        else { return }
        release(waiting)
    }

    /// A thread is about to read from a socket.
    func enteredReceive(_ tracee: Tracee, _ call: cl_call) {
        let number = Int32(truncatingIfNeeded: call.number)
        guard let socket = tracee.process.take(Int32(truncatingIfNeeded: call.arguments.0)),
            cl_netlink_protocol(socket.raw) >= 0
        else { return goOn(tracee) }
        var cookie: UInt64 = 0
        guard cl_socket_cookie(socket.raw, &cookie) == 0 else { return goOn(tracee) }
        tracee.receiving = cookie
        guard failures[cookie]?.isEmpty == false, number != __NR_recvmmsg else { return goOn(tracee) }
        var receive = NetlinkReceive(socket: -1, cookie: cookie, ranges: [], flags: 0)
        if number == __NR_recvfrom {
            receive.ranges = [MemoryRange(address: call.arguments.1, count: Int(clamping: call.arguments.2))]
            receive.flags = Int32(truncatingIfNeeded: call.arguments.3)
        } else {
            guard let header = MessageHeader(tracee.memory, at: call.arguments.1) else { return goOn(tracee) }
            receive.ranges = header.ranges
            receive.flagsAddress = header.flagsAddress
            receive.flags = Int32(truncatingIfNeeded: call.arguments.2)
        }
        receive.socket = socket.release()
        let pending = PendingCall(call)
        pending.receive = receive
        tracee.pending = pending
        goOn(tracee)
    }

    /// A thread has read from a socket where a failure waits: if this is its acknowledgement, it reads the failure.
    func exitedReceive(_ tracee: Tracee, _ pending: PendingCall, _ receive: NetlinkReceive, _ result: Int64) {
        defer {
            _ = cl_close(receive.socket)
            goOn(tracee)
        }
        guard result > 0, let head = head(tracee, receive, count: Int(result)),
            let message = try? NetlinkMessage(at: 0, in: head.span.bytes),
            (try? Acknowledgement.decode(message, in: head.span.bytes)) != nil,
            let position = failures[receive.cookie]?.firstIndex(where: { $0.sequence == message.sequence }),
            let failure = failures[receive.cookie]?[position],
            let answer = try? failure.answer.bytes(answering: failure.request, inPlaceOf: head)
        else { return }
        let room = receive.ranges.total
        guard receive.ranges.scatter(Array(answer.prefix(room)), tracee.memory) else { return }
        let told = receive.flags & CL_MSG_TRUNC != 0 ? answer.count : min(answer.count, room)
        source.setResult(tracee.thread, Int64(told))
        if answer.count > room, let address = receive.flagsAddress, let word = tracee.memory.word(at: address) {
            let flags = UInt32(truncatingIfNeeded: word) | UInt32(bitPattern: CL_MSG_TRUNC)
            _ = tracee.memory.write(withUnsafeBytes(of: flags.littleEndian) { Array($0) }, at: address)
        }
        guard receive.flags & CL_MSG_PEEK == 0 else { return }
        failures[receive.cookie]?.remove(at: position)
        delegate?.interceptor(self, deliveredFailureOf: failure.operation)
    }

    /// The datagram that was read, or, when it was only peeked at, the one that is still in the queue.
    private func head(_ tracee: Tracee, _ receive: NetlinkReceive, count: Int) -> [UInt8]? {
        guard receive.flags & CL_MSG_PEEK != 0 else {
            return receive.ranges.gather(tracee.memory, limit: min(count, receive.ranges.total))
        }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let read = buffer.withUnsafeMutableBytes { space in
            space.baseAddress.map { cl_netlink_peek(receive.socket, $0, space.count) } ?? 0
        }
        return read > 0 ? Array(buffer.prefix(min(read, buffer.count))) : nil
    }
}
