import CLinux
import Glibc
import Kernel
import Model
import NetlinkCodec

/// A request that was kept from the kernel, until the agent has read why.
struct PendingFailure {
    /// What its acknowledgement is known by.
    var token: UInt32
    /// The request's own bytes, which the answer repeats.
    var request: [UInt8]
    /// What the agent is told.
    var answer: FailureAcknowledgement
    /// The operation that fails.
    var operation: Operation
    /// The process that sent it, whose threads are followed until it is read.
    let process: TracedProcess
    /// Whether the head of the queue may be looked at: a dump that is running would go on by that.
    var mayLook: Bool
    /// Whether the agent has seen it by a peek: the message is in the queue still, and is replaced again if it is read.
    var isTold = false
}

extension Interceptor {
    /// Makes the request of a stop one that the kernel acknowledges without acting.
    func makeFail(_ stop: Stop, _ failure: (position: Int, errno: ErrorNumber, message: String?)) {
        guard let request = stop.pending.request else { return }
        lastToken &+= 1
        guard let original = request.makeNoop(failure.position, token: lastToken, stop.tracee.memory) else {
            delegate?.interceptor(
                self, cannotTrace: "the request at \(stop.operations[failure.position].key) cannot be written")
            return
        }
        request.failing = (failure.position, failure.errno)
        let options = cl_netlink_acknowledgement_options(request.socket)
        failures[request.cookie, default: []].append(
            PendingFailure(
                token: lastToken, request: original,
                answer: FailureAcknowledgement(
                    errno: failure.errno.value, text: failure.message, capsRequest: options & 1 != 0,
                    extendsAck: options & 2 != 0),
                operation: stop.operations[failure.position], process: stop.process,
                mayLook: request.queueWasEmpty))
        stop.process.unreadFailures += 1
    }

    /// The failure of a request that was not sent after all is not delivered.
    func withdraw(_ request: NetlinkSend) {
        guard let failing = request.failing, request.owed.indices.contains(failing.position) else { return }
        let index = request.owed[failing.position].operation.index
        guard let place = failures[request.cookie]?.firstIndex(where: { $0.operation.index == index }) else { return }
        forget(place, on: request.cookie)
    }

    /// A process is gone: what it was to read, nobody will.
    func forgetFailures(of process: TracedProcess) {
        guard process.unreadFailures > 0 else { return }
        for (cookie, waiting) in failures {
            let rest = waiting.filter { $0.process !== process }
            failures[cookie] = rest.isEmpty ? nil : rest
        }
        process.unreadFailures = 0
    }

    /// The acknowledgement of a request made a no-op that stands in this datagram, and what it must say instead.
    ///
    /// - Parameter head: The first bytes of the datagram.
    func failure(acknowledgedIn head: [UInt8], on cookie: UInt64) -> (place: Int, answer: [UInt8])? {
        guard let waiting = failures[cookie], let token = NoopPatch.token(acknowledgedIn: head.span.bytes),
            let place = waiting.firstIndex(where: { $0.token == token })
        else { return nil }
        var own: [UInt8] = head
        // Cut off behind its quoted header, it says less than its length.
        own.replaceSubrange(0..<4, with: withUnsafeBytes(of: UInt32(own.count).littleEndian) { Array($0) })
        // An answer that does not fit is not given: the fault is then said to be unread.
        return (try? waiting[place].answer.bytes(answering: waiting[place].request, inPlaceOf: own)).map {
            (place, $0)
        }
    }

    /// The agent has read the failure with this place.
    func delivered(_ place: Int, on cookie: UInt64) {
        guard let failure = failures[cookie]?[place] else { return }
        forget(place, on: cookie)
        if !failure.isTold { delegate?.interceptor(self, deliveredFailureOf: failure.operation) }
    }

    /// The agent has looked at the failure with this place, and may read it yet.
    func told(_ place: Int, on cookie: UInt64) {
        guard let failure = failures[cookie]?[place], !failure.isTold else { return }
        failures[cookie]?[place].isTold = true
        delegate?.interceptor(self, deliveredFailureOf: failure.operation)
    }

    private func forget(_ place: Int, on cookie: UInt64) {
        guard let failure = failures[cookie]?.remove(at: place) else { return }
        if failures[cookie]?.isEmpty == true { failures[cookie] = nil }
        failure.process.unreadFailures = max(0, failure.process.unreadFailures - 1)
        failure.process.followed = 0
    }
}
