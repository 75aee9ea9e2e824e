import Glibc
import Interception
import Kernel
import Model

extension PlanRun: InterceptorDelegate {
    /// Fires the faults whose point is before these operations, and keeps the order of a rendezvous.
    func interceptor(_ interceptor: Interceptor, mayPerform stop: Stop) -> Bool { pass(.before, stop) }

    /// Fires the faults whose point is after these operations, and keeps the order of a rendezvous.
    ///
    /// What the agent has mounted of the machine's is first made as read-only as the host's own.
    func interceptor(_ interceptor: Interceptor, mayGoOnAfter stop: Stop) -> Bool {
        let isUnderWay = hold(mountsOf: stop) { [unowned self] in
            if stop.operations.isEmpty || pass(.after, stop) { interceptor.release(stop) }
        }
        if isUnderWay { return false }
        return stop.operations.isEmpty || pass(.after, stop)
    }

    /// The agent is given the host's devices, or the way is made free for an unmount.
    func interceptor(_ interceptor: Interceptor, mayChangeMounts stop: Stop) -> Bool {
        !prepare(mountsOf: stop) { interceptor.release(stop) }
    }

    // The optimiser of Swift 6.3.1 ends with "Invalid lifetime of value" (OSSACompleteLifetime) where it combines this with what it calls.
    @_optimize(none)
    private func pass(_ side: Point.Side, _ stop: Stop) -> Bool {
        takeBack(at: side, stop.operations, stop.counts)
        let step = stop.operations.first.flatMap { steps[$0.step] } ?? step
        let turns = placement.turns(side, stop.operations, in: step, counts: stop.counts) { self.holds($0) }
        guard !turns.isEmpty else { return arrive(side, stop) }
        stop.position = turns.compactMap(\.position).max() ?? 0
        let chain = turns.flatMap { turn in
            turn.fault.actions.map {
                FaultDelivery(
                    action: $0, fault: turn.fault, run: self, step: step, stop: stop, position: turn.position ?? 0)
            }
        }
        for (delivery, next) in zip(chain, chain.dropFirst()) { delivery.next = next }
        var isHeld = false
        var goesOn = false
        let goOn = { [unowned self] in
            guard !goesOn else { return }
            goesOn = true
            if isHeld, arrive(side, stop) { interceptor.release(stop) }
        }
        for delivery in chain { delivery.letThreadGo = goOn }
        chain.last?.finished = goOn
        if let first = chain.first { deliver(first) }
        // All were answered at once, as a failure is, or what is under way needs the thread: nobody waits.
        guard !goesOn else { return arrive(side, stop) }
        isHeld = true
        return false
    }

    /// A rendezvous is kept where the call was made, not where its answer is read.
    private func arrive(_ side: Point.Side, _ stop: Stop) -> Bool {
        stop.isLate ? true : order?.arrive(side, stop) ?? true
    }

    /// Keeps the operation, and the names that it gave.
    func interceptor(_ interceptor: Interceptor, recorded operation: Operation) {
        do { try log.append(operation) } catch { problem = problem ?? "\(error)" }
        guard operation.result != .unknown else { return }
        let phrase = operation.phrase
        if phrase.noun == "link", let mac = phrase.qualifiers["mac"] { snapshotter.setMACs.insert(mac) }
        switch phrase.word {
        case "link.create": made([phrase.which, phrase.qualifiers["peer"]])
        case "link.set": made([phrase.qualifiers["name"]])
        case "file.create": made([phrase.which])
        case "file.rename": made([phrase.qualifiers["to"]])
        default: break
        }
    }

    /// Keeps the names that were given, as many as references can learn from.
    private func made(_ names: [String?]) {
        let room = RecordHeader.namesLimit - header.namesMade.count
        let given = names.compactMap { $0 }
        header.namesMade += given.prefix(max(0, room))
        guard given.count > room, !header.notes.contains(RecordHeader.namesLeftOut) else { return }
        header.notes.append(RecordHeader.namesLeftOut)
    }

    /// The agent has read the errno: that failure is delivered.
    func interceptor(_ interceptor: Interceptor, deliveredFailureOf operation: Operation) {
        if let delivery = unreadFailures.removeValue(forKey: operation.index) { header.deliveries.append(delivery) }
    }

    /// A process is gone: perhaps a program's first, perhaps one that a fault killed.
    func interceptor(_ interceptor: Interceptor, ended process: TracedProcess, status: Int32, signal: Int32?) {
        if let program = programs[process.spawn] {
            if process.isFirst {
                program.end = signal.map { .signalled($0) } ?? .exited(status)
                if case .failed(let error)? = try? program.process?.execState() {
                    program.end = .notStarted("\(error)")
                }
            }
            if let signal {
                program.deaths.append(
                    ProcessDeath(lineage: process.lineagePath, signal: signal, byTocsin: process.killedByTocsin))
            }
        }
    }

    /// The first process of a program that is not traced is gone, as pid 1 of the host tells.
    func endedUntraced(_ program: RunningProgram, _ status: WaitStatus) {
        switch status {
        case .exited(let code): program.end = .exited(code)
        case .killed(let signal, _): program.end = .signalled(signal)
        case .stopped, .continued: return
        }
        if case .failed(let error)? = try? program.process?.execState() { program.end = .notStarted("\(error)") }
    }

    /// Pid 1 of the host must not end before the plan does.
    func interceptor(_ interceptor: Interceptor, untracedEnded process: Int32, signal: Int32?) {
        if process == host.initPID {
            problem = "pid 1 of the host ended" + (signal.map { " by signal \($0)" } ?? "")
        }
    }

    /// Notes what the agent could have noticed.
    func interceptor(_ interceptor: Interceptor, disturbed what: String) { header.disturbed.append(what) }

    /// Notes what the record cannot hold.
    func interceptor(_ interceptor: Interceptor, unseen what: String) { header.notes.append(what) }

    /// Ends the run as an error.
    func interceptor(_ interceptor: Interceptor, cannotTrace why: String) { problem = problem ?? why }
}
