import CLinux
import Glibc
import Kernel
import Model

/// Traces the agents of one host: stops them at operations, asks its delegate, and lets them go on.
///
/// ptrace(2) with seccomp `SECCOMP_RET_TRACE` (docs/interception.md). It never waits for one thread while another might
/// need it: `drain` handles every stop there is and returns. All of it belongs to one thread of the tracer. Each of its
/// jobs is a type of its own: `StopSource`, `ProcessTree`, `Calls`, `Holds`, `RecordingOrder`.
public final class Interceptor {
    /// What decides about operations.
    public weak var delegate: (any InterceptorDelegate)?
    /// The id of the step to which the operations of a process belong.
    public var stepOf: (TracedProcess) -> String = { _ in "" }
    /// Called first with the stop of a thread that is not traced; true when somebody else answers for it.
    public var foreignStop: ((ThreadStop) -> Bool)?

    /// Whether the filter traps receive calls from the start.
    public var trapsReceives = false

    let directory: any NamespaceDirectory
    let watched: [String]
    let source: any StopSource
    let tree: ProcessTree
    /// Folders in which also looking at a file is an operation: the agents' own state.
    public var state: [String] = [] {
        // As the paths of calls are: a scenario may say /var/run.
        didSet { state = state.map(HostPaths.normal) }
    }
    let sockets = Sockets()
    let families = GenericFamilies()
    private let roots = Roots()
    private var calls = Calls()
    private var holds = Holds()
    private var newborns = Newborns()
    private var order = RecordingOrder()
    private var disturbances = Remarks()
    private var blindSpots = Remarks()
    private let began: Monotonic
    /// Failures that wait for the agent to read their answer, by the cookie of the socket.
    var failures: [UInt64: [PendingFailure]] = [:]
    /// The dumps that are to be interrupted, by socket.
    var interruptions: [UInt64: [InterruptedDump]] = [:]
    /// What the kernel owes to the senders of requests.
    var answers = Answers()
    /// By which the last request that was made to fail is known.
    var lastToken: UInt32 = 0

    /// Makes an interceptor that traces nobody yet.
    ///
    /// - Parameters:
    ///   - directory: Who names namespaces.
    ///   - watched: Folders in which also reading a file is an operation.
    ///   - began: When the record began.
    public convenience init(directory: any NamespaceDirectory, watched: [String], began: Monotonic) {
        self.init(directory: directory, watched: watched, began: began, source: PtraceStops())
    }

    init(directory: any NamespaceDirectory, watched: [String], began: Monotonic, source: any StopSource) {
        self.directory = directory
        self.watched = watched
        self.began = began
        self.source = source
        tree = ProcessTree(source: source, directory: directory)
    }

    /// Nanoseconds since the record began.
    public var now: UInt64 { source.clock() - began.nanoseconds }

    /// The living processes of the agents, in the order of their ids.
    public var processes: [TracedProcess] { tree.processes.values.sorted { $0.id < $1.id } }

    /// How long any thread was held, in nanoseconds since the record began.
    public var held: UInt64 { holds.total(at: now) }

    /// When `drain` is to be called though nobody has stopped; nil for never.
    public var deadline: Monotonic? {
        return [tree.deadline, source.deadline, newborns.deadline].compactMap { $0 }.min().map {
            Monotonic(nanoseconds: $0)
        }
    }

    /// Begins to trace a process that waits to begin its program.
    ///
    /// - Throws: `SystemError` of ptrace(2): `EPERM` when somebody else traces it.
    public func adopt(_ id: Int32, agent: String, spawn: Int) throws {
        try systemCall("ptrace", stage: "PTRACE_SEIZE of \(id)") { source.seize(id) }
        try tree.adopt(id, agent: agent, spawn: spawn, lineage: nil)
        tree.processes[id]?.trapsReceives = trapsReceives
    }

    /// Whether a thread is held.
    public var isHolding: Bool { holds.isHolding }

    /// Handles every stop there is now.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func drain() -> Bool {
        let first = source.next()
        if let first {
            if source.isAlone {
                // Nobody else waits; it may have come to its next stop when this one is dealt with.
                handle(first)
            } else {
                // All stops are taken before anybody goes on, or a busy thread would keep the others waiting.
                var stops = [first]
                while let stop = source.next() {
                    stops.append(stop)
                    if source.isAlone { break }
                }
                for stop in stops { handle(stop) }
            }
        }
        let orphans = tree.orphans { unseen($0) }
        for stop in orphans { handle(stop) }
        for child in newborns.takeReady(source) { goOn(child) }
        return first != nil || !orphans.isEmpty
    }

    /// Lets a held thread go on.
    public func release(_ stop: Stop) {
        guard holds.end(stop, at: now), tree.tracees[stop.thread] === stop.tracee else { return }
        switch stop.side {
        case .before:
            stop.pending.resumed = now
            stop.pending.startLater(than: stop.position, at: now)
            perform(stop)
        case .after: finish(stop)
        }
    }

    /// Sends a signal that ends a process; its end is told to the delegate.
    public func kill(_ process: TracedProcess, signal: Int32) { send(signal, to: process) { _ in } }

    /// Writes down what never ended, and how often what was said once: at the end of the record.
    public func recordRest() {
        for text in disturbances.takeCounts() { delegate?.interceptor(self, disturbed: text) }
        for text in blindSpots.takeCounts() { delegate?.interceptor(self, unseen: text) }
        order.endAll()
        flush()
    }

    // MARK: - Stops

    private func handle(_ stop: ThreadStop) {
        let thread = stop.thread
        guard let tracee = tree.tracees[thread] ?? met(by: stop) else { return }
        switch stop.reason {
        case .exited(let status): return ended(thread, status: status, signal: nil)
        case .signalled(let signal): return ended(thread, status: 0, signal: signal)
        default: break
        }
        if tracee.process.kicked != nil { leftReceive(tracee) }
        if let trapping = tracee.trapping, stop.reason != .exec { return advance(tracee, trapping, stop) }
        switch stop.reason {
        case .call: entered(tracee)
        case .callExit: exited(tracee)
        case .exec: began(tracee)
        case .child(let makerWaits): bore(tracee, makerWaits)
        case .group:
            tracee.process.isStopped = true
            _ = source.listen(thread)
        case .signal(let signal):
            if isForeign(signal, tracee) {
                let name = Signal(signal).name
                delegate?.interceptor(
                    self, cannotTrace: "a process outside of the host sent \(name) to \(tracee.process.lineagePath)")
            }
            signalled(tracee.process, signal)
            goOn(tracee, signal: signal)
        default:
            tracee.process.isStopped = false
            if let maker = tracee.maker {
                tracee.maker = nil
                if source.isOnOneCPU { return newborns.add(tracee, of: maker, at: source.clock()) }
            }
            goOn(tracee)
        }
    }

    /// The thread of a stop that is told of for the first time; nil where its stop waits, or is somebody else's.
    private func met(by stop: ThreadStop) -> Tracee? {
        let thread = stop.thread
        if !tree.isAnnounced(thread) {
            if foreignStop?(stop) == true { return nil }
            if stop.reason == .interrupted || tree.isParked(thread) {
                tree.park(stop)
                return nil
            }
        }
        guard let tracee = tree.meet(thread) else {
            stranger(stop)
            return nil
        }
        return tracee
    }

    /// A thread that nobody speaks for: what it tells of is its end, or nothing may keep it waiting.
    private func stranger(_ stop: ThreadStop) {
        switch stop.reason {
        case .exited: delegate?.interceptor(self, untracedEnded: stop.thread, signal: nil)
        case .signalled(let signal): delegate?.interceptor(self, untracedEnded: stop.thread, signal: signal)
        default: _ = source.resume(stop.thread, toExit: false, signal: 0)
        }
    }

    /// Lets the thread go on, to the exit of its call if that is awaited.
    func goOn(_ tracee: Tracee, signal: Int32 = 0) {
        // ESRCH: it was killed meanwhile, and its end is the next thing we hear.
        let toExit = tracee.pending != nil || isFollowed(tracee.process)
        _ = source.resume(tracee.thread, toExit: toExit, signal: signal)
    }

    // MARK: - Threads and processes

    /// A thread has made a child; whether it waits for that (vfork) is known.
    private func bore(_ tracee: Tracee, _ waits: Bool) {
        let message = source.message(of: tracee.thread)
        let waiting = message.map { tree.announce(Int32(truncatingIfNeeded: $0), by: tracee, whoWaits: waits) } ?? []
        goOn(tracee)
        for stop in waiting { handle(stop) }
    }

    private func ended(_ thread: Int32, status: Int32, signal: Int32?) {
        newborns.remove(thread)
        guard let (tracee, isProcess) = tree.end(thread) else { return }
        leftReceive(tracee)
        abandon(tracee)
        guard isProcess else { return }
        let process = tracee.process
        if let signal, process.sent.contains(signal) { process.killedByTocsin = true }
        abandonAnswers(of: process)
        forgetFailures(of: process)
        delegate?.interceptor(self, ended: process, status: status, signal: signal)
        endSignals(of: process)
    }

    /// The thread will not finish what it began.
    private func abandon(_ tracee: Tracee) {
        if let held = tracee.held, holds.end(held, at: now) {
            // It died after its call, whose results are known; before it, they never will be.
            abandon(held.pending)
        }
        for pending in tracee.interrupted + [tracee.pending].compactMap({ $0 }) { abandon(pending) }
        tracee.pending = nil
        tracee.interrupted = []
    }

    private func abandon(_ pending: PendingCall) {
        forgetAnswers(pending)
        for operation in pending.operations { close(operation) }
    }

    /// Another program runs in the process: the end of an exec.
    private func began(_ leader: Tracee) {
        let former = source.message(of: leader.thread).map { Int32(truncatingIfNeeded: $0) } ?? leader.thread
        let (tracee, pending, replaced) = tree.execute(leader, former: former)
        if let replaced { abandon(replaced) }
        abandon(tracee)
        let process = tracee.process
        // Its sockets are closed, as a rule, and the program that asked is no more.
        abandonAnswers(of: process)
        tracee.trapping = nil
        let program =
            pending?.operations.first.map { HostPaths.program($0.phrase.argument) } ?? source.program(of: tracee.thread)
        process.lineage = process.lineage?.child(program) ?? Lineage(root: program)
        guard let pending, !pending.operations.isEmpty else { return goOn(tracee) }
        for place in pending.operations.indices { pending.operations[place].result = .ok }
        offer(Stop(.after, pending, tracee))
    }

    // MARK: - Calls

    private func entered(_ tracee: Tracee) {
        guard let call = source.call(of: tracee.thread) else { return }
        switch UInt16(truncatingIfNeeded: call.mark) {
        case FilterProgram.callMark: break
        case FilterProgram.foreignMark: return refuse(tracee, "a call of another architecture")
        default:
            // A filter of the agent's own wants a tracer: without one, the kernel answers so.
            source.skip(tracee.thread, -Int64(ENOSYS))
            return goOn(tracee)
        }
        let entry = calls.enter(call, tracee) { given in
            if let request = given.request {
                withdraw(request)
                answers.failed(request)
            }
            for var operation in given.operations {
                // One that was put off was not made, and never will be.
                if !given.isPutOff { operation.result = .failed(ErrorNumber(EINTR)) }
                close(operation, ended: given)
            }
        }
        if case .again(let pending) = entry {
            pending.isPutOff = false
            tracee.pending = pending
            pending.request?.makeNoopAgain(tracee.memory)
            return standIn(Stop(.before, pending, tracee))
        }
        switch SystemCall.of(Int32(truncatingIfNeeded: call.number))?.treatment {
        case .receive: enteredReceive(tracee, call)
        case .refused(let mechanism): refuse(tracee, mechanism)
        case .said(let note):
            if let note = note(call.arguments.0, call.arguments.1) {
                unseen("\(tracee.process.program) \(note)")
            }
            goOn(tracee)
        case .decoded(let decode):
            let decoder = CallDecoder(
                call: call, tracee: tracee, directory: directory, watched: watched, state: state, sockets: sockets,
                families: families, roots: roots)
            // The first exec is ours, not the agent's; its exit need not be seen.
            let decoded = tracee.process.lineage == nil ? nil : decode(decoder)
            let hasOtherFlags = keepTraced(tracee, call)
            tellNotes(of: tracee.process)
            if decoded?.request != nil, trapReceives(tracee, before: call) { return }
            if let decoded { return begin(decoded, call, tracee, hasOtherFlags) }
            if hasOtherFlags {
                tracee.pending = PendingCall(call)
                tracee.pending?.hasOtherFlags = true
            }
            goOn(tracee)
        case nil: goOn(tracee)
        }
    }

    /// Something was done that the agent could notice.
    func disturbed(_ what: String) {
        if disturbances.isFirst(what) { delegate?.interceptor(self, disturbed: what) }
    }

    /// Something was done that the record cannot hold.
    func unseen(_ what: String) {
        if blindSpots.isFirst(what) { delegate?.interceptor(self, unseen: what) }
    }

    private func refuse(_ tracee: Tracee, _ mechanism: String) {
        disturbed("\(tracee.process.program) was refused \(mechanism) (ENOSYS)")
        source.skip(tracee.thread, -Int64(ENOSYS))
        goOn(tracee)
    }

    private func begin(_ decoded: Decoded, _ call: cl_call, _ tracee: Tracee, _ hasOtherFlags: Bool) {
        let pending = calls.begin(
            decoded, call, tracee, first: order.count, step: stepOf(tracee.process),
            caller: directory.role(of: tracee.namespace), at: now)
        pending.hasOtherFlags = hasOtherFlags
        identify(pending, decoded.subject, tracee)
        for operation in pending.operations { order.begin(operation) }
        let stop = Stop(.before, pending, tracee)
        if pending.operations.isEmpty { perform(stop) } else { offer(stop) }
    }

    /// Asks the delegate about a stop, and goes on, or holds it.
    func offer(_ stop: Stop) {
        let mayGoOn =
            switch stop.side {
            case .before: delegate?.interceptor(self, mayPerform: stop) ?? true
            case .after: delegate?.interceptor(self, mayGoOnAfter: stop) ?? true
            }
        guard mayGoOn else { return hold(stop) }
        switch stop.side {
        case .before:
            stop.pending.resumed = now
            perform(stop)
        case .after: finish(stop)
        }
    }

    /// Makes the call happen, or fail: the thread goes on from its entry.
    func perform(_ stop: Stop) {
        let tracee = stop.tracee
        let pending = stop.pending
        if awaitsDelivery(tracee.process), stop.failure == nil, source.stepBack(tracee.thread) {
            // A signal was sent to it while it stood here: it comes before the call, and may keep it from happening.
            pending.isPutOff = true
            tracee.interrupted.append(pending)
            return goOn(tracee)
        }
        if let failure = stop.failure {
            if pending.request != nil {
                makeFail(stop, failure)
            } else {
                pending.answer = -Int64(failure.errno.value)
                pending.isMadeToFail = true
            }
        }
        if let (position, fate) = stop.interruption { interrupt(stop, dump: position, fate) }
        tracee.pending = pending
        if let request = pending.request { answers.expect(request, pending, tracee.process) }
        standIn(stop)
    }

    /// The call that a thread is about to make is one that the host must not see as it is: it is prepared or answered.
    private func standIn(_ stop: Stop) {
        let (pending, tracee) = (stop.pending, stop.tracee)
        switch pending.mounting {
        case _ where pending.isMadeToFail: break
        case .none, .attached, .detached: break
        case .refused(let type, let errno):
            disturbed("\(tracee.process.program) was refused a mount of \(type), which is the machine's (\(errno))")
            pending.answer = -Int64(errno.value)
        case .taken, .devices:
            if !pending.isPrepared {
                pending.isPrepared = true
                tracee.pending = nil
                guard delegate?.interceptor(self, mayChangeMounts: stop) ?? true else { return hold(stop) }
                tracee.pending = pending
            }
        }
        if let answer = pending.answer { source.skip(tracee.thread, answer) }
        goOn(tracee)
    }

    private func exited(_ tracee: Tracee) {
        guard let call = source.call(of: tracee.thread) else { return goOn(tracee) }
        guard let pending = tracee.pending else { return followed(tracee, call) }
        // An entry stop: PTRACE_SYSCALL met a call that no filter traps. Nothing is awaited of it.
        guard call.at_exit == 1 else { return goOn(tracee) }
        tracee.pending = nil
        if let receive = pending.receive { return exitedReceive(tracee, pending, receive, call.result) }
        if let request = pending.request { request.restore(tracee.memory) }
        if pending.hasOtherFlags {
            putFlagsBack(tracee, pending.call)
            if pending.operations.isEmpty { return goOn(tracee) }
        }
        if Calls.isRestart(call.result) {
            tracee.interrupted.append(pending)
            return goOn(tracee)
        }
        pending.result = call.result
        let result: OperationResult = call.result < 0 ? .failed(ErrorNumber(Int32(-call.result))) : .ok
        if call.result >= 0 {
            learn(pending, tracee)
            identifyMade(pending, tracee, result: call.result)
        }
        if let request = pending.request {
            for (position, owed) in request.owed.enumerated() {
                owed.operation.identity = pending.operations[position].identity
            }
            sent(request, pending, tracee, call.result)
        } else {
            for position in pending.operations.indices { pending.operations[position].result = result }
            if pending.isMadeToFail {
                for operation in pending.operations { delegate?.interceptor(self, deliveredFailureOf: operation) }
            }
        }
        pending.request?.close()
        offer(Stop(.after, pending, tracee))
    }

    /// The thread goes on from the exit of its call.
    private func finish(_ stop: Stop) {
        if let request = stop.pending.request {
            finishSend(request, stop.pending)
        } else if !stop.isLate {
            for operation in stop.pending.operations { close(operation, ended: stop.pending) }
        }
        goOn(stop.tracee)
    }

    // MARK: - Holding and recording

    func hold(_ stop: Stop) { holds.begin(stop, at: now) }

    /// An operation is over: it is recorded as soon as all before it are.
    func close(_ operation: consuming Operation, ended pending: PendingCall? = nil) {
        if let pending { operation.duration = now - max(pending.resumed, operation.started) }
        if order.endNext(operation.index) {
            delegate?.interceptor(self, recorded: operation)
        } else {
            order.end(operation)
        }
        flush()
    }

    private func flush() {
        while let turn = order.next() {
            switch turn {
            case .operation(let operation): delegate?.interceptor(self, recorded: operation)
            case .place(let index): delegate?.interceptor(self, keepsPlaceOf: index)
            }
        }
    }
}
