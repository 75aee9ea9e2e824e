import CLinux
import Glibc
import Model

extension Interceptor {
    /// The most stops that a process makes for the sake of an answer that it does not read.
    static let patience = 4000

    /// A netlink send has returned: what is known of its requests by now.
    func sent(_ request: NetlinkSend, _ pending: PendingCall, _ tracee: Tracee, _ result: Int64) {
        guard result >= 0 else {
            withdraw(request)
            answers.failed(request)
            for position in pending.operations.indices {
                pending.operations[position].result = .failed(ErrorNumber(Int32(truncatingIfNeeded: -result)))
            }
            return
        }
        let isMany = Int32(truncatingIfNeeded: pending.call.number) == __NR_sendmmsg
        let count = isMany ? Int(result) : 1
        answers.returned(request, datagrams: count, isAlone: tracee.process.threads.count == 1)
        for (position, owed) in request.owed.enumerated() {
            pending.operations[position].result = owed.operation.result
        }
        // The kernel has acknowledged a request without meaning; the agent will be told otherwise.
        if let failing = request.failing {
            if request.content.datagrams[failing.position] < count {
                pending.operations[failing.position].result = .failed(failing.errno)
            } else {
                withdraw(request)
            }
        }
        for result in answers.abandonOldest() where result.hasGoneOn { close(result.operation) }
    }

    /// The thread goes on from the exit of its send; what is not known yet ends when the answer is read.
    func finishSend(_ request: NetlinkSend, _ pending: PendingCall) {
        for (position, owed) in request.owed.enumerated() {
            var operation = pending.operations[position]
            operation.duration = now - max(pending.resumed, operation.started)
            if owed.isSettled { operation.result = owed.operation.result }
            owed.hasGoneOn = true
            if owed.isOwed { owed.operation = operation } else { close(operation) }
        }
    }

    /// Nobody will learn what came of a call's requests.
    func forgetAnswers(_ pending: PendingCall) {
        for owed in pending.request?.owed ?? [] where owed.isOwed { answers.forget(owed) }
    }

    /// Nobody will read the answers that are owed to a process.
    func abandonAnswers(of process: TracedProcess) {
        for result in answers.abandon(process) where result.hasGoneOn { close(result.operation) }
    }

    /// Whether each call of a thread is looked at, because it may read what is waited for.
    ///
    /// The filter traps receive calls only in some runs and processes, and never read(2).
    func isFollowed(_ process: TracedProcess) -> Bool {
        process.unreadFailures > 0
            || process.owedResults > 0 && !(process.trapsReceives && process.threads.count > 1)
    }

    /// A thread that is followed stands at the entry or exit of a call that nobody else asked about.
    func followed(_ tracee: Tracee, _ call: cl_call) {
        let process = tracee.process
        guard isFollowed(process) else { return goOn(tracee) }
        process.followed += 1
        if process.followed > Interceptor.patience {
            let over = answers.abandon(process)
            for result in over where result.hasGoneOn { close(result.operation) }
            if !over.isEmpty {
                process.notes.append(
                    "\(process.program) has not read the answers to its requests for long: they are unknown")
                tellNotes(of: process)
            }
            process.unreadFailures = 0
            process.followed = 0
        } else if call.at_exit == 0, NetlinkReceive.isReceive(call.number) {
            return enteredReceive(tracee, call)
        }
        goOn(tracee)
    }

    /// Says what was found out about a process while its calls were decoded.
    func tellNotes(of process: TracedProcess) {
        guard !process.notes.isEmpty else { return }
        for note in process.notes { unseen(note) }
        process.notes = []
    }
}
