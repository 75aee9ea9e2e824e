import Model
import NetlinkCodec

/// The result of one netlink request, from its send until the answer was read.
final class OwedResult {
    /// The operation, with its result where that is known.
    var operation: Operation
    let process: TracedProcess
    let cookie: UInt64
    /// Whether the answer is waited for.
    var isOwed = false
    /// Whether the answer is known.
    var isSettled = false
    /// Whether the send has returned, and the operation was offered after it.
    var hasReturned = false
    /// Whether the thread has gone on from there, so that the operation ends with its answer.
    var hasGoneOn = false

    init(_ operation: Operation, _ process: TracedProcess, cookie: UInt64) {
        self.operation = operation
        self.process = process
        self.cookie = cookie
    }

    func settle(_ errno: Int32) {
        isSettled = true
        operation.result = errno == 0 ? .ok : .failed(ErrorNumber(errno))
    }
}

/// What the kernel owes to the senders of netlink requests, by socket (docs/decisions: netlink results).
///
/// A socket is kept only while an answer is owed on it, or was looked at and may still be in its queue.
struct Answers {
    /// Results that nobody has read yet are kept up to so many; the oldest then stay unknown.
    static let limit = 4096

    /// An object, so that nothing of it is copied to be changed.
    fileprivate final class Queue {
        var answers = AnswerQueue()
        /// The head of the queue as it was last looked at.
        var head: [UInt8] = []
    }

    private var queues: [UInt64: Queue] = [:]
    private var owed: [Int: OwedResult] = [:]

    /// Whether an answer is owed on a socket.
    func isOwed(_ cookie: UInt64) -> Bool { queues[cookie]?.answers.owes == true }

    /// A moment of a socket's own clock.
    mutating func moment(_ cookie: UInt64) -> Int { queues[cookie]?.answers.moment() ?? 0 }

    /// Requests are about to be sent: all of them but the one that is made to fail.
    mutating func expect(_ send: NetlinkSend, _ pending: PendingCall, _ process: TracedProcess) {
        let queue = known(send.cookie)
        if send.queueWasEmpty || !queue.stillHolds(send.socket) { queue.answers.forgetTold() }
        if queue.answers.portID == 0 { queue.answers.portID = send.portID }
        send.owed = pending.operations.map { OwedResult($0, process, cookie: send.cookie) }
        for (position, result) in send.owed.enumerated() where send.failing?.position != position {
            queue.answers.expect(result.operation.index, send.requests[position], protocol: send.family)
            owed[result.operation.index] = result
            result.isOwed = true
            process.owedResults += 1
        }
    }

    private mutating func known(_ cookie: UInt64) -> Queue {
        if let queue = queues[cookie] { return queue }
        let queue = Queue()
        queues[cookie] = queue
        return queue
    }

    /// The send has returned.
    ///
    /// - Parameters:
    ///   - count: How many of its datagrams were sent.
    ///   - isAlone: Whether nobody else can have read from the socket meanwhile.
    mutating func returned(_ send: NetlinkSend, datagrams count: Int, isAlone: Bool) {
        guard let queue = queues[send.cookie] else { return }
        // An unbound socket gets its port in its first send.
        if queue.answers.portID == 0 { queue.answers.portID = send.portID }
        // Operations of one call have indexes one behind the other.
        let first = send.owed.first?.operation.index ?? 0
        let mine = first..<first + send.owed.count
        for (position, result) in send.owed.enumerated() where owed[result.operation.index] != nil {
            if send.content.datagrams[position] < count {
                queue.answers.returned(result.operation.index)
            } else {
                queue.answers.forget(result.operation.index)
                remove(result)
            }
        }
        let mayLook = send.queueWasEmpty && !send.hasDump && queue.answers.owesOnly(mine)
        if mayLook, !queue.answers.isEmpty {
            switch QueueHead(send.socket) {
            case .message(let head):
                queue.head = head
                settle(queue.answers.look(at: head.span.bytes))
            case .empty where isAlone:
                let (settled, lost) = queue.answers.settleEmpty(at: queue.answers.moment())
                settle(settled)
                for result in lost.compactMap({ owed[$0] }) { remove(result) }
            case .empty, .hidden: break
            }
        }
        for result in send.owed { result.hasReturned = true }
        keep(queue, send.cookie)
    }

    /// A call that failed has sent nothing.
    mutating func failed(_ send: NetlinkSend) {
        for result in send.owed {
            queues[send.cookie]?.answers.forget(result.operation.index)
            remove(result)
        }
        if let queue = queues[send.cookie] { keep(queue, send.cookie) }
    }

    /// Somebody has read these bytes from a socket.
    ///
    /// - Returns: What is known by them of requests whose send has returned.
    mutating func read(_ bytes: RawSpan, from cookie: UInt64) -> [OwedResult] {
        guard let queue = queues[cookie] else { return [] }
        let known = settle(queue.answers.settle(bytes))
        keep(queue, cookie)
        return known.filter(\.hasReturned)
    }

    /// Somebody has found a socket's queue empty, and nobody else was reading from it since that moment.
    ///
    /// - Returns: What is known by that, and what never will be: its answer was dropped in an overrun.
    mutating func foundEmpty(_ cookie: UInt64, at moment: Int) -> (known: [OwedResult], lost: [OwedResult]) {
        guard let queue = queues[cookie] else { return ([], []) }
        let (settled, lost) = queue.answers.settleEmpty(at: moment)
        let known = settle(settled)
        let over = lost.compactMap { owed[$0] }
        for result in over { remove(result) }
        keep(queue, cookie)
        return (known.filter(\.hasReturned), over)
    }

    /// The results that are owed to a process, which nobody will learn.
    mutating func abandon(_ process: TracedProcess) -> [OwedResult] {
        guard process.owedResults > 0 else { return [] }
        return abandon { $0.process === process }
    }

    /// The oldest results, where too many are owed.
    mutating func abandonOldest() -> [OwedResult] {
        guard owed.count > Answers.limit else { return [] }
        let last = owed.keys.sorted()[Answers.limit / 4]
        return abandon { $0.operation.index <= last }
    }

    /// A result that nobody waits for any more: its thread has ended inside the send.
    mutating func forget(_ result: OwedResult) {
        queues[result.cookie]?.answers.forget(result.operation.index)
        remove(result)
        if let queue = queues[result.cookie] { keep(queue, result.cookie) }
    }

    private mutating func abandon(_ isMeant: (OwedResult) -> Bool) -> [OwedResult] {
        let over = owed.values.filter(isMeant).sorted { $0.operation.index < $1.operation.index }
        for result in over { forget(result) }
        return over
    }

    @discardableResult
    private mutating func settle(_ settled: [AnswerQueue.Settled]) -> [OwedResult] {
        settled.compactMap { one in
            guard let result = owed[one.request] else { return nil }
            result.settle(one.errno)
            remove(result)
            return result
        }
    }

    private mutating func remove(_ result: OwedResult) {
        guard owed.removeValue(forKey: result.operation.index) != nil else { return }
        result.isOwed = false
        result.process.owedResults -= 1
        result.process.followed = 0
    }

    private mutating func keep(_ queue: Queue, _ cookie: UInt64) {
        if queue.answers.isEmpty { queues[cookie] = nil }
        // Nobody says when a socket is closed on which an answer was only looked at.
        if queues.count > Answers.limit { queues = queues.filter { $0.value.answers.owes } }
    }
}

extension Answers.Queue {
    /// Whether the answer that was looked at has not been read since.
    fileprivate func stillHolds(_ socket: Int32) -> Bool {
        guard !answers.owes, !answers.isEmpty else { return true }
        guard case .message(let now) = QueueHead(socket) else { return true }
        return now == head
    }
}
