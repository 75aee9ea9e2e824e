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
    let action: Action
    /// The fault; nil for a step of the world.
    let fault: Fault?
    /// The action that follows at the same point.
    var next: FaultDelivery?
    /// Called when this, the last one at its point, is done.
    var finished: (() -> Void)?
    /// Lets the thread at the point go on before this is done.
    var letThreadGo: (() -> Void)?
    private(set) var isDone = false
    private(set) var failure: String?

    private unowned let run: PlanRun
    private let stop: Stop?
    private let position: Int
    private var record: Delivery
    /// The processes that were sent a signal of which nothing is known yet.
    private var awaited: Set<Int32> = []
    /// What became of a signal, one entry a process.
    private var signalled: [DeliveryEffect.SignalledProcess] = []

    init(
        action: Action, fault: Fault?, run: PlanRun, step: Step, stop: Stop?, position: Int = 0,
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
            switch action {
            case .fail(let errno, let message, _): fail(errno, message)
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
        guard run.unreadFailures[stop.operations[position].index] == nil else {
            return finish(failure: "another fault has answered this request already")
        }
        stop.fail(position, with: errno, message: message)
        record.effect = .answered(request: stop.operations[position].phrase, errno: errno)
        // It counts as delivered when the agent has read the errno.
        run.unreadFailures[stop.operations[position].index] = record
        isDone = true
        run.deliveriesUnderWay.removeAll { $0 === self }
        proceed()
    }

    // MARK: - Killing

    private func kill(_ who: Action.Victims, _ signal: Signal, _ agent: String?) throws {
        let all = run.interceptor.processes
        let name = agent ?? stop?.operations[position].agent
        let chosen: [TracedProcess]
        switch who {
        case .process: chosen = (stop?.process).map { [$0] } ?? []
        case .main: chosen = all.filter { $0.isFirst && (name == nil || $0.agent == name) }
        case .all: chosen = all.filter { agent == nil || $0.agent == agent }
        }
        guard !chosen.isEmpty else { return finish(failure: "there was nobody to kill") }
        awaited = Set(chosen.map(\.id))
        for process in chosen {
            run.interceptor.send(signal.number, to: process) { [self] outcome in told(outcome, process, signal) }
        }
        guard !isDone else { return }
        run.loop.add(
            Timer(after: FaultDelivery.signalPatience) { [weak self, unowned run] timer in
                run.loop.remove(timer)
                self?.giveUp(on: chosen, signal)
            })
        // Another signal than SIGKILL reaches the thread at the point only when it goes on.
        if signal != .kill { letThreadGo?() }
    }

    /// How long a process may take to meet a signal; one in an uninterruptible call meets none.
    private static let signalPatience: Duration = .seconds(5)

    /// A signal has done to a process what it does; of what is only ignored or blocked, that is said.
    private func told(_ outcome: SignalOutcome, _ process: TracedProcess, _ signal: Signal) {
        guard awaited.remove(process.id) != nil else { return }
        signalled.append(DeliveryEffect.SignalledProcess(lineage: process.lineagePath, outcome: outcome))
        guard awaited.isEmpty else { return }
        record.effect = .signalled(signal, signalled)
        finish()
    }

    private func giveUp(on chosen: [TracedProcess], _ signal: Signal) {
        guard !isDone else { return }
        let left = chosen.filter { awaited.contains($0.id) }.map(\.lineagePath).sorted().joined(separator: ", ")
        record.effect = .signalled(signal, signalled)
        finish(failure: "\(signal) did not reach \(left) within \(FaultDelivery.signalPatience)")
    }

    // MARK: - The world

    private func change(_ pattern: String, _ settle: Action.Settle, _ request: (String) -> HostRequest) throws {
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
                try watch(removed, role, settle)
            } catch {
                finish(failure: "\(error)")
            }
        }
    }

    /// Lets the agent go on when the namespace and its devices are gone, or at once where the fault says so.
    private func watch(_ removed: NamespaceHandle, _ role: String, _ settle: Action.Settle) throws {
        guard settle == .done else {
            record.effect = .nameLost(role: role, fate: .underWay)
            return finish()
        }
        let death = NamespaceDeath(HostView(initPID: run.host.initPID))
        let source = DeathSource(death) { [self] source, outcome in
            run.loop.remove(source)
            switch outcome {
            case .gone(let nanoseconds):
                record.effect = .nameLost(role: role, fate: .gone(after: Nanoseconds(nanoseconds)))
            case .held(let holders):
                record.effect = .nameLost(role: role, fate: .held(by: holders))
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
        record.effect = .changed(edit.detail)
        record.removed = edit.removed
        if let until = fault?.until {
            guard let undo = edit.undo else { return finish(failure: "`\(action.phrase.word)` cannot be taken back") }
            let place = fault?.location.map { " (\($0))" } ?? ""
            run.remember(Reversal(fault: "`\(record.fault)`\(place)", until: until, undo: undo))
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
            record.effect = .executed(argv: argv, end: status.end)
            finish(failure: status == .exited(0) ? nil : "\(record.effect)")
        }
    }

    // MARK: - The scheduler

    private func wait(_ time: Nanoseconds) {
        run.loop.add(
            Timer(after: .nanoseconds(Int64(clamping: time))) { [self] timer in
                run.loop.remove(timer)
                record.effect = .waited(time)
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
