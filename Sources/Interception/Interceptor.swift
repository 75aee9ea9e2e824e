public import CLinux
import Glibc
import Kernel
import Model

/// Traces the agents of one host: stops them at operations, asks its delegate, and lets them go on.
///
/// ptrace(2) with seccomp `SECCOMP_RET_TRACE` (docs/interception.md). It never waits for one thread while another might
/// need it: `drain` handles every stop there is and returns. All of it belongs to one thread of the tracer.
public final class Interceptor {
    /// What decides about operations.
    public weak var delegate: (any InterceptorDelegate)?
    /// The id of the step to which the operations of a process belong.
    public var stepOf: (TracedProcess) -> String = { _ in "" }
    /// Called first with the stop of a thread that is not traced; true when somebody else answers for it.
    public var foreignStop: ((cl_stop) -> Bool)?

    let directory: any NamespaceDirectory
    let watched: [String]
    private let began: Monotonic
    var tracees: [Int32: Tracee] = [:]
    var processesByID: [Int32: TracedProcess] = [:]
    private var operationCount = 0
    private var ordinals: [String: Int] = [:]
    /// Operations that began and whose turn to be recorded has not come, oldest first.
    private var unrecorded: [Operation] = []
    private var unfinished: Set<Int> = []
    /// Failures that wait for the agent to read their answer, by the cookie of the socket.
    var failures: [UInt64: [PendingFailure]] = [:]
    /// Senders that wait until others have left their receive call, by the thread that must stop.
    var kicked: [Int32: Stop] = [:]
    var heldTotal: UInt64 = 0
    var heldNow = 0
    var heldBegan: UInt64 = 0

    /// Makes an interceptor that traces nobody yet.
    ///
    /// - Parameters:
    ///   - directory: Who names namespaces.
    ///   - watched: Folders in which also reading a file is an operation.
    ///   - began: When the record began.
    public init(directory: any NamespaceDirectory, watched: [String], began: Monotonic) {
        self.directory = directory
        self.watched = watched
        self.began = began
    }

    /// Nanoseconds since the record began.
    public var now: UInt64 { Monotonic.now().nanoseconds - began.nanoseconds }

    /// The living processes of the agents.
    public var processes: [TracedProcess] { Array(processesByID.values) }

    /// How long any thread was held, in nanoseconds since the record began.
    public var held: UInt64 { heldTotal + (heldNow > 0 ? now - heldBegan : 0) }

    /// Begins to trace a process that waits to begin its program.
    ///
    /// - Throws: `SystemError` of ptrace(2): `EPERM` when somebody else traces it.
    public func adopt(_ id: Int32, agent: String, spawn: Int) throws {
        try systemCall("ptrace", stage: "PTRACE_SEIZE of \(id)") { cl_trace_seize(id) }
        let process = TracedProcess(id: id, agent: agent, spawn: spawn, isFirst: true, lineage: nil)
        processesByID[id] = process
        try addThread(id, to: process)
    }

    /// Handles every stop there is now.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func drain() -> Bool {
        // All stops are taken before anybody goes on, or a busy thread would keep the others waiting.
        var stops: [cl_stop] = []
        var stop = cl_stop()
        while cl_next_stop(&stop) == 1 { stops.append(stop) }
        for stop in stops { handle(stop) }
        return !stops.isEmpty
    }

    /// Lets a held thread go on.
    public func release(_ stop: Stop) {
        guard let since = stop.heldSince else { return }
        endHold(since)
        stop.heldSince = nil
        stop.tracee.held = nil
        guard tracees[stop.thread] === stop.tracee else { return }
        switch stop.side {
        case .before: perform(stop)
        case .after: finish(stop)
        }
    }

    /// Sends a signal that ends a process; its end is told to the delegate.
    public func kill(_ process: TracedProcess, signal: Int32) {
        process.killedByTocsin = true
        Glibc.kill(process.id, signal)
    }

    /// Writes down what never ended: at the end of the record.
    public func recordRest() {
        unfinished.removeAll()
        flush()
    }

    // MARK: - Stops

    private func handle(_ stop: cl_stop) {
        let thread = stop.thread
        if tracees[thread] == nil, let foreignStop, foreignStop(stop) { return }
        switch cl_stop_kind(rawValue: UInt32(stop.kind)) {
        case CL_STOP_EXITED: ended(thread, status: stop.value, signal: nil)
        case CL_STOP_SIGNALLED: ended(thread, status: 0, signal: stop.value)
        default:
            guard let tracee = tracees[thread] ?? newTracee(thread) else {
                // Its process ended meanwhile, or it is none of ours: nothing may keep it waiting.
                _ = cl_trace_continue(thread, 0)
                return
            }
            handle(stop, of: tracee)
        }
    }

    private func handle(_ stop: cl_stop, of tracee: Tracee) {
        leftReceive(tracee)
        switch cl_stop_kind(rawValue: UInt32(stop.kind)) {
        case CL_STOP_SECCOMP: entered(tracee)
        case CL_STOP_SYSCALL: exited(tracee)
        case CL_STOP_EXEC: began(tracee)
        case CL_STOP_GROUP: _ = cl_trace_listen(tracee.thread)
        case CL_STOP_SIGNAL: goOn(tracee, signal: stop.value)
        default: goOn(tracee)
        }
    }

    /// Lets the thread go on, to the exit of its call if that is awaited.
    func goOn(_ tracee: Tracee, signal: Int32 = 0) {
        // ESRCH: it was killed meanwhile, and its end is the next thing we hear.
        if tracee.pending == nil {
            _ = cl_trace_continue(tracee.thread, signal)
        } else {
            _ = cl_trace_to_exit(tracee.thread, signal)
        }
    }

    // MARK: - Threads and processes

    func addThread(_ thread: Int32, to process: TracedProcess) throws {
        let namespace = try NamespaceHandle.ofThread(thread)
        tracees[thread] = Tracee(thread: thread, process: process, namespace: namespace.id)
        process.threads.insert(thread)
    }

    /// A thread that the kernel attached at birth, seen for the first time.
    private func newTracee(_ thread: Int32) -> Tracee? {
        guard let status = try? ProcessStatus.of(thread), let group = status.fields["Tgid"].flatMap({ Int32($0) }),
            let handle = try? NamespaceHandle.ofThread(thread)
        else { return nil }
        let process: TracedProcess
        if let known = processesByID[group] {
            process = known
        } else {
            guard let parent = status.fields["PPid"].flatMap({ Int32($0) }).flatMap({ processesByID[$0] }) else {
                delegate?.interceptor(self, cannotTrace: "process \(group) began without a parent that is traced")
                return nil
            }
            process = TracedProcess(
                id: group, agent: parent.agent, spawn: parent.spawn, isFirst: false, lineage: parent.lineage)
            processesByID[group] = process
        }
        // Born by clone(CLONE_NEWNET), it stands where nobody has stood before.
        if !directory.isKnown(handle.id) { _ = directory.made(handle, by: "birth of \(process.lineagePath)") }
        let tracee = Tracee(thread: thread, process: process, namespace: handle.id)
        tracees[thread] = tracee
        process.threads.insert(thread)
        return tracee
    }

    private func ended(_ thread: Int32, status: Int32, signal: Int32?) {
        guard let tracee = tracees.removeValue(forKey: thread) else {
            delegate?.interceptor(self, untracedEnded: thread, signal: signal)
            return
        }
        leftReceive(tracee)
        abandon(tracee)
        let process = tracee.process
        process.threads.remove(thread)
        // The first thread is reported last, with what the process came to.
        if thread == process.id {
            processesByID[process.id] = nil
            for other in process.threads { tracees[other] = nil }
            delegate?.interceptor(self, ended: process, status: status, signal: signal)
        }
    }

    /// The thread will not finish what it began.
    private func abandon(_ tracee: Tracee) {
        if let held = tracee.held, let since = held.heldSince {
            endHold(since)
            held.heldSince = nil
            // It died after its call, whose results are known; before it, they never will be.
            for operation in held.pending.operations { close(operation) }
        }
        tracee.held = nil
        for pending in [tracee.pending, tracee.interrupted].compactMap({ $0 }) {
            for operation in pending.operations { close(operation) }
        }
        tracee.pending = nil
        tracee.interrupted = nil
    }

    /// Another program runs in the process: the end of an exec.
    private func began(_ tracee: Tracee) {
        var former: UInt64 = 0
        _ = cl_trace_message(tracee.thread, &former)
        let pending: PendingCall?
        if Int32(truncatingIfNeeded: former) != tracee.thread, let other = tracees.removeValue(forKey: Int32(former)) {
            // The thread that called exec has become the leader; its own id is gone.
            pending = other.pending
            tracee.process.threads.remove(other.thread)
            tracee.namespace = other.namespace
        } else {
            pending = tracee.pending
        }
        tracee.pending = nil
        tracee.interrupted = nil
        let process = tracee.process
        let program =
            pending?.operations.first.map { HostPaths.program($0.phrase.which) }
            ?? HostPaths.program(of: tracee.thread)
        process.lineage = process.lineage?.child(program) ?? Lineage(root: program)
        for var operation in pending?.operations ?? [] {
            operation.result = .ok
            close(operation, ended: pending)
        }
        goOn(tracee)
    }

    // MARK: - Calls

    private func entered(_ tracee: Tracee) {
        var call = cl_call()
        guard cl_trace_call(tracee.thread, &call) == 0 else { return }
        guard call.architecture == CL_AUDIT_ARCH_X86_64 else {
            delegate?.interceptor(self, cannotTrace: "\(tracee.process.program) made a call of another architecture")
            _ = cl_trace_skip(tracee.thread, -Int64(ENOSYS))
            return goOn(tracee)
        }
        let number = Int32(truncatingIfNeeded: call.number)
        if number == __NR_io_uring_setup {
            delegate?.interceptor(self, disturbed: "\(tracee.process.program) was refused io_uring (ENOSYS)")
            _ = cl_trace_skip(tracee.thread, -Int64(ENOSYS))
            return goOn(tracee)
        }
        if let interrupted = tracee.interrupted {
            tracee.interrupted = nil
            if interrupted.isRestarted(as: call) {
                tracee.pending = interrupted
                return goOn(tracee)
            }
            if call.stack < interrupted.call.stack {
                // A handler runs below the interrupted frame: the call may still be made again.
                tracee.interrupted = interrupted
            } else {
                settleInterrupted(interrupted)
            }
        }
        if TrappedCall.isReceive(number) { return enteredReceive(tracee, call) }
        let decoder = CallDecoder(call: call, tracee: tracee, directory: directory, watched: watched)
        guard tracee.process.lineage != nil || number == __NR_execve, let decoded = decoder.decode() else {
            return goOn(tracee)
        }
        // The first exec is ours, not the agent's; its exit need not be seen.
        guard tracee.process.lineage != nil else { return goOn(tracee) }
        begin(decoded, call, tracee)
    }

    private func begin(_ decoded: Decoded, _ call: cl_call, _ tracee: Tracee) {
        let pending = PendingCall(call)
        pending.request = decoded.request
        let caller = directory.role(of: tracee.namespace)
        let started = now
        for phrase in decoded.phrases {
            var operation = Operation(
                index: operationCount, step: stepOf(tracee.process), agent: tracee.process.agent,
                lineage: tracee.process.lineagePath,
                program: tracee.process.program, thread: tracee.thread,
                call: CallName.of(Int32(truncatingIfNeeded: call.number)), phrase: phrase,
                callerNamespace: phrase.namespace == caller ? nil : caller, started: started)
            let stem = operation.keyStem
            operation.ordinal = (ordinals[stem] ?? 0) + 1
            ordinals[stem] = operation.ordinal
            operationCount += 1
            unrecorded.append(operation)
            unfinished.insert(operation.index)
            pending.operations.append(operation)
        }
        pending.learning = decoded.learn
        let stop = Stop(.before, pending, tracee)
        if delegate?.interceptor(self, mayPerform: stop) ?? true {
            perform(stop)
        } else {
            hold(stop)
        }
    }

    private func learn(_ pending: PendingCall, _ tracee: Tracee) {
        switch pending.learning {
        case .nothing: break
        case .entered:
            if let handle = try? NamespaceHandle.ofThread(tracee.thread) { tracee.namespace = handle.id }
        case .made:
            guard let handle = try? NamespaceHandle.ofThread(tracee.thread) else { return }
            tracee.namespace = handle.id
            _ = directory.made(handle, by: pending.operations.first?.key ?? "")
        case .named(let name):
            let path = "/proc/\(tracee.thread)/root\(HostPaths.names)/\(name)"
            if let handle = try? NamespaceHandle.atPath(path) { directory.named(handle, name) }
        }
    }

    /// Makes the call happen, or fail: the thread goes on from its entry.
    func perform(_ stop: Stop) {
        let tracee = stop.tracee
        let pending = stop.pending
        if stop.heldSince == nil { pending.resumed = now }
        if let failure = stop.failure {
            if pending.request != nil {
                guard poison(stop, failure) else { return }
            } else {
                _ = cl_trace_skip(tracee.thread, -Int64(failure.errno.value))
                for operation in pending.operations {
                    var failed = operation
                    failed.result = .failed(failure.errno)
                    close(failed, ended: pending)
                    delegate?.interceptor(self, deliveredFailureOf: failed)
                }
                return goOn(tracee)
            }
        }
        tracee.pending = pending
        goOn(tracee)
    }

    private func exited(_ tracee: Tracee) {
        var call = cl_call()
        guard cl_trace_call(tracee.thread, &call) == 0, let pending = tracee.pending else { return goOn(tracee) }
        // An entry stop: PTRACE_SYSCALL met a call that no filter traps. Nothing is awaited of it.
        guard call.at_exit == 1 else { return goOn(tracee) }
        tracee.pending = nil
        if let receive = pending.receive { return exitedReceive(tracee, pending, receive, call.result) }
        if let request = pending.request { request.restore(tracee.memory) }
        if CallResult.isRestart(call.result) {
            tracee.interrupted = pending
            return goOn(tracee)
        }
        let result: OperationResult = call.result < 0 ? .failed(ErrorNumber(Int32(-call.result))) : .ok
        if call.result >= 0 { learn(pending, tracee) }
        if let request = pending.request, call.result >= 0 {
            request.results(&pending.operations)
            // The kernel has acknowledged a request without meaning; the agent will be told otherwise.
            if let spoiled = request.spoiled { pending.operations[spoiled.position].result = .failed(spoiled.errno) }
        } else {
            for position in pending.operations.indices { pending.operations[position].result = result }
        }
        pending.request?.close()
        let stop = Stop(.after, pending, tracee)
        if delegate?.interceptor(self, mayGoOnAfter: stop) ?? true {
            finish(stop)
        } else {
            hold(stop)
        }
    }

    /// The thread goes on from the exit of its call.
    private func finish(_ stop: Stop) {
        for operation in stop.pending.operations { close(operation, ended: stop.pending) }
        goOn(stop.tracee)
    }

    /// A call that a signal ended for good: its handler has returned, and the call was not made again.
    private func settleInterrupted(_ pending: PendingCall) {
        for var operation in pending.operations {
            operation.result = .failed(ErrorNumber(EINTR))
            close(operation, ended: pending)
        }
    }

    // MARK: - Holding and recording

    func hold(_ stop: Stop) {
        stop.heldSince = now
        stop.tracee.held = stop
        if heldNow == 0 { heldBegan = now }
        heldNow += 1
    }

    private func endHold(_ since: UInt64) {
        heldNow -= 1
        if heldNow == 0 { heldTotal += now - heldBegan }
    }

    /// An operation is over: it is recorded as soon as all before it are.
    func close(_ operation: Operation, ended pending: PendingCall? = nil) {
        guard unfinished.remove(operation.index) != nil,
            let position = unrecorded.firstIndex(where: { $0.index == operation.index })
        else { return }
        var operation = operation
        if let pending { operation.duration = now - max(pending.resumed, operation.started) }
        unrecorded[position] = operation
        flush()
    }

    private func flush() {
        while let first = unrecorded.first, !unfinished.contains(first.index) {
            unrecorded.removeFirst()
            delegate?.interceptor(self, recorded: first)
        }
    }
}

/// What the number that a call returned to the kernel's own code means.
enum CallResult {
    /// Whether the call was interrupted and will be made again or answered with `EINTR`, as the signal's handler says:
    /// `-ERESTARTSYS` (512) to `-ERESTART_RESTARTBLOCK` (516) of the kernel's include/linux/errno.h, which no program sees.
    static func isRestart(_ result: Int64) -> Bool { (-516 ... -512).contains(result) }
}

extension HostPaths {
    /// The name of a program without its folder.
    static func program(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The name of the program that a thread runs.
    static func program(of thread: Int32) -> String {
        if let command = try? commandLine(of: thread).first { return program(command) }
        return "(unknown)"
    }
}

extension TrappedCall {
    /// Whether it is a call by which a socket's answer is read.
    static func isReceive(_ number: Int32) -> Bool { receives.contains { $0.number == number } }
}
