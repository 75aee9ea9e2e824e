import Kernel
import Model
import NetlinkCodec

/// A dump of which the agent is to be told that objects changed while it was made, or which is to end early.
struct InterruptedDump {
    let fate: Action.DumpFate
    /// `nlmsg_seq` of its request.
    let sequence: UInt32
    let operation: Operation
    /// The process that asked, whose threads are followed until it has read the end.
    let process: TracedProcess
    /// How many datagrams of it were read.
    var parts = 0
}

extension Interceptor {
    /// The request of a stop is about to be made: the end of what it is answered will be another.
    func interrupt(_ stop: Stop, dump position: Int, _ fate: Action.DumpFate) {
        guard let request = stop.pending.request else { return }
        interruptions[request.cookie, default: []].append(
            InterruptedDump(
                fate: fate, sequence: request.requests[position].sequence, operation: stop.operations[position],
                process: stop.process))
        stop.process.unreadFailures += 1
    }

    /// A thread has read a datagram: where it ends a dump that is to be interrupted, it says so.
    func interruptDumps(_ tracee: Tracee, _ receive: NetlinkReceive, _ place: NetlinkReceive.Place, _ bytes: [UInt8]) {
        guard let waiting = interruptions[receive.cookie] else { return }
        for (index, dump) in waiting.enumerated() {
            if dump.fate == .short {
                if cut(dump, at: index, tracee, receive, place, bytes) { return }
                continue
            }
            switch DumpInterruption(bytes, sequence: dump.sequence) {
            case .foreign: continue
            case .more: interruptions[receive.cookie]?[index].parts += 1
            case .refused: forget(dump, at: index, on: receive.cookie, because: "the kernel refused the dump")
            case .last(let offset, let flags):
                guard dump.parts > 0 else {
                    let reason = "the dump came in one datagram: the kernel cannot interrupt such a one"
                    return forget(dump, at: index, on: receive.cookie, because: reason)
                }
                guard place.ranges.scatter(flags, from: offset, tracee.memory) else {
                    return forget(
                        dump, at: index, on: receive.cookie, because: "its memory cannot be written", hadNothing: false)
                }
                forget(dump, at: index, on: receive.cookie)
                delegate?.interceptor(self, deliveredFailureOf: dump.operation)
            }
            return
        }
    }

    /// Puts the early end of a dump in the place of its last datagram.
    ///
    /// - Returns: Whether the datagram is of that dump.
    private func cut(
        _ dump: InterruptedDump, at index: Int, _ tracee: Tracee, _ receive: NetlinkReceive,
        _ place: NetlinkReceive.Place, _ bytes: [UInt8]
    ) -> Bool {
        switch ShortDump(bytes, sequence: dump.sequence) {
        case .foreign: return false
        case .more: break
        case .refused: forget(dump, at: index, on: receive.cookie, because: "the kernel refused the dump")
        case .empty:
            let reason = "the end of the dump came in a datagram of its own: no object could be left out"
            forget(dump, at: index, on: receive.cookie, because: reason)
        case .last(let end):
            guard replace(tracee, receive, place, end) else {
                forget(dump, at: index, on: receive.cookie, because: "its memory cannot be written", hadNothing: false)
                return true
            }
            forget(dump, at: index, on: receive.cookie)
            delegate?.interceptor(self, deliveredFailureOf: dump.operation)
        }
        return true
    }

    private func forget(
        _ dump: InterruptedDump, at index: Int, on cookie: UInt64, because reason: String? = nil,
        hadNothing: Bool = true
    ) {
        interruptions[cookie]?.remove(at: index)
        if interruptions[cookie]?.isEmpty == true { interruptions[cookie] = nil }
        dump.process.unreadFailures = max(0, dump.process.unreadFailures - 1)
        dump.process.followed = 0
        guard let reason else { return }
        delegate?.interceptor(self, notDelivered: dump.operation, because: reason, hadNothing: hadNothing)
    }
}
