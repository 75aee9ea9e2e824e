import Faults
import Glibc
import Host
import Interception
import Kernel
import Model
import Observation

/// One action on its way: from the point at which its turn came until it is done and, where it must be, settled.
///
/// Nothing in it waits: pid 1 answers later, processes die later, and the loop goes on serving everybody meanwhile.
final class FaultDelivery {
    let action: Phrase
    /// The fault; nil for a step of the world.
    let fault: Fault?
    /// The action that follows at the same point.
    var next: FaultDelivery?
    /// Called when this, the last one at its point, is done.
    var finished: (() -> Void)?
    /// Lets the thread at the point go on before this is done.
    var letGo: (() -> Void)?
    private(set) var isDone = false
    private(set) var failure: String?

    private unowned let run: PlanRun
    private let stop: Stop?
    private let position: Int
    private var record: Delivery
    /// The processes that were sent a signal of which nothing is known yet.
    private var awaited: Set<Int32> = []
    /// What became of a signal, one text a process.
    private var outcomes: [String] = []

    init(
        action: Phrase, fault: Fault?, run: PlanRun, step: Step, stop: Stop?, position: Int = 0,
        side: Point.Side = .before
    ) {
        self.action = action
        self.fault = fault
        self.run = run
        self.stop = stop
        self.position = position
        let operation = stop?.operations[position]
        record = Delivery(
            fault: fault?.name ?? "", key: operation?.key ?? "\(step.id) / \(side == .before ? "beginning" : "end")",
            operation: operation?.index, step: step.id, action: action, time: run.interceptor.now)
    }

    /// Begins the action; `isDone` tells when it is over.
    func begin() {
        do {
            switch try FaultAction(action) {
            case .fail(let errno, let message): fail(errno, message)
            case .kill(let victims, let signal, let agent): try kill(victims, signal, agent)
            case .netnsDelete(let name, let settle):
                try change(name, settle) { .deleteNamespace($0) }
            case .netnsUnmount(let name, let settle):
                try change(name, settle) { .unmountNamespace($0) }
            case .netnsReplace(let name, let settle):
                try change(name, settle) { .replaceNamespace($0, settled: true) }
            case .change(.execute(let argv, let namespace)): try execute(argv, namespace)
            case .change(let change): try edit(change)
            case .delay(let time): wait(time)
            }
        } catch {
            finish(failure: "\(error)")
        }
    }

    // MARK: - The kernel's answer

    private func fail(_ errno: ErrorNumber, _ message: String?) {
        guard let stop, stop.side == .before else { return finish(failure: "`fail` needs a point before an operation") }
        stop.fail(position, with: errno, message: message)
        record.detail = "\(stop.operations[position].phrase.spoken) was answered \(errno.name)"
        // It counts as delivered when the agent has read the errno.
        run.unreadFailures[stop.operations[position].index] = record
        isDone = true
        run.deliveriesUnderWay.removeAll { $0 === self }
        proceed()
    }

    // MARK: - Killing

    private func kill(_ who: Victims, _ signal: Int32, _ agent: String?) throws {
        let all = run.interceptor.processes
        let name = agent ?? stop?.operations[position].agent
        let chosen: [TracedProcess]
        switch who {
        case .process: chosen = (stop?.process).map { [$0] } ?? []
        case .main: chosen = all.filter { $0.isFirst && (name == nil || $0.agent == name) }
        case .all: chosen = all.filter { agent == nil || $0.agent == agent }
        }
        guard !chosen.isEmpty else { return finish(failure: "there was nobody to kill") }
        let spelled = action.qualifiers["signal"] ?? "SIGKILL"
        awaited = Set(chosen.map(\.id))
        for process in chosen {
            run.interceptor.send(signal, to: process) { [self] outcome in told(outcome, process, spelled) }
        }
        // Another signal than SIGKILL reaches the thread at the point only when it goes on.
        if signal != SIGKILL { letGo?() }
    }

    /// A signal has done to a process what it does; of what is only ignored or blocked, that is said.
    private func told(_ outcome: SignalOutcome, _ process: TracedProcess, _ signal: String) {
        outcomes.append(
            signal == "SIGKILL"
                ? "killed \(process.lineagePath)" : "\(signal) \(outcome) \(process.lineagePath)")
        guard awaited.remove(process.id) != nil, awaited.isEmpty else { return }
        record.detail = outcomes.sorted().joined(separator: "; ")
        finish()
    }

    // MARK: - The world

    private func change(_ pattern: String, _ settle: Settle, _ request: (String) -> HostRequest) throws {
        let names = run.directory.names.filter { Pattern(pattern).matches($0) }
        guard names.count == 1, let name = names.first else {
            let there =
                names.isEmpty ? "no namespace bears" : "several namespaces (\(names.joined(separator: ", "))) bear"
            return finish(failure: "\(there) the name `\(pattern)` at that moment")
        }
        try run.host.request(request(name)) { [self] result in
            do {
                let answer = try result.get()
                if let made = answer.made { run.registry.named(made, name) }
                guard let removed = answer.removed else { return finish(failure: "`\(name)` led to no namespace") }
                let role = run.registry.role(of: removed.id)
                record.removed = [role]
                record.detail = "namespace \(role) lost its name"
                try watch(removed, settle)
            } catch {
                finish(failure: "\(error)")
            }
        }
    }

    /// Lets the agent go on when the namespace and its devices are gone, or at once where the fault says so.
    private func watch(_ removed: NamespaceHandle, _ settle: Settle) throws {
        guard settle == .done else {
            record.detail += "; its cleanup is under way"
            return finish()
        }
        let death = NamespaceDeath(HostView(initPID: run.host.initPID))
        let source = DeathSource(death) { [self] source, outcome in
            run.loop.remove(source)
            switch outcome {
            case .gone(let nanoseconds):
                record.detail += "; it and its devices were gone after \(nanoseconds / 1000) us"
            case .held(let holders):
                record.detail += "; it lives on, held by \(holders.joined(separator: ", "))"
            case .lingering:
                return finish(failure: "its devices were not gone in time")
            }
            finish()
        }
        run.loop.add(source)
        death.start(removed)
    }

    private func edit(_ change: WorldChange) throws {
        let edit = try run.world.apply(change)
        record.detail = edit.detail
        record.removed = edit.removed
        if let until = fault?.until {
            guard let undo = edit.undo else { return finish(failure: "`\(action.word)` cannot be taken back") }
            run.remember(Reversal(until: until, undo: undo))
        }
        // The agent goes on when our socket has let go of the namespace, or its own next deletion would be another one.
        guard stop != nil, let canary = run.canary, !canary.isDead else { return finish() }
        canary.died = { [self] in
            run.loop.remove(canary)
            finish()
        }
        run.loop.add(canary)
    }

    private func execute(_ argv: [String], _ namespace: String) throws {
        try run.world.execute(argv, in: namespace) { [self] status in
            record.detail = "`\(argv.joined(separator: " "))` ended: \(status)"
            finish(failure: status == .exited(0) ? nil : record.detail)
        }
    }

    // MARK: - The scheduler

    private func wait(_ time: Nanoseconds) {
        run.loop.add(
            Timer(after: .nanoseconds(Int64(clamping: time))) { [self] timer in
                run.loop.remove(timer)
                record.detail = "waited \(time / 1000) us"
                finish()
            })
    }

    // MARK: - The end

    private func finish(failure: String? = nil) {
        guard !isDone else { return }
        isDone = true
        self.failure = failure
        record.failure = failure
        record.held = run.interceptor.now - record.time
        // A step of the world is no fault: its outcome says what came of it.
        if fault != nil { run.header.deliveries.append(record) }
        run.deliveriesUnderWay.removeAll { $0 === self }
        proceed()
    }

    private func proceed() {
        if let next { return run.deliver(next) }
        finished?()
    }
}
