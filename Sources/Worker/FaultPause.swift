import Glibc
import Kernel
import Model
import Observation

/// Where a run stands still at a fault: nothing is served meanwhile, so whoever comes to an operation waits too.
final class FaultPause {
    /// Says something to whoever watches, and waits for the answer.
    typealias Talk = (PauseReport) throws -> PauseAnswer

    private let host: RunHost
    private let tracer: any Tracer
    private let recorder: Recorder
    private let talk: Talk
    /// The names of the faults at which it stands still, and no more once it was told to go on.
    private var names: Set<String>
    /// Where faults would happen that this run does not have.
    private var places: FaultPlacement
    /// The namespace that is held open for somebody who stands in it.
    private var pinned: Descriptor?
    /// Who waits for its turn in an order.
    var waiters: () -> [String] = { [] }

    init(_ pause: Job.Pause, in plan: Plan, _ host: RunHost, _ recorder: Recorder, _ talk: @escaping Talk) {
        self.host = host
        tracer = host.interceptor
        self.recorder = recorder
        self.talk = talk
        names = Set(pause.faults.map(\.name))
        places = FaultPlacement(plan.faults.isEmpty ? pause.faults : [])
    }

    /// A thread has come to a place where this run has no fault: stands still where one would be.
    func pass(
        _ side: Point.Side, _ stop: any AgentStop, in step: Step, holds: (Condition) -> Bool
    ) throws {
        guard !places.isEmpty else { return }
        for turn in places.turns(side, stop.operations, in: step, counts: stop.counts(_:namingResult:), holds: holds) {
            try stand(.before, turn.fault, step: step, stop, turn.position ?? 0)
        }
    }

    /// The same at the edge of a step.
    func pass(_ side: Point.Side, edgeOf step: Step, attempt: Int?, holds: (Condition) -> Bool) throws {
        guard !places.isEmpty else { return }
        for turn in places.turns(side, of: step, attempt: attempt, holds: holds) {
            try stand(.before, turn.fault, step: step, nil, 0)
        }
    }

    /// Stands still, unless it was told to go on.
    ///
    /// - Throws: `RunFailure.ended` where it was told to end.
    func stand(
        _ moment: PauseReport.Moment, _ fault: Fault, step: Step, _ stop: (any AgentStop)?, _ position: Int,
        effects: [String] = []
    ) throws {
        guard names.contains(fault.name) else { return }
        let operation = stop.map { $0.operations[position] }
        var report = PauseReport(
            fault: fault.name, moment: moment, step: step.id,
            place: operation.map { "\(fault.point.side.rawValue) \($0.key)" } ?? "\(fault.point)",
            actions: effects.isEmpty ? fault.actions.map(\.lineText) : effects)
        report = try asked(report, stop)
        while true {
            let answer = try talk(report)
            pinned = nil
            switch answer {
            case .look:
                report = try asked(report, stop)
                do {
                    report.state = PauseReport.State(
                        snapshot: Snapshot(facts: try host.facts()), namesMade: recorder.namesMade,
                        automatic: recorder.automaticPriorities)
                } catch { report.problem = "\(error)" }
            case .open(let name):
                report = try asked(report, stop)
                do {
                    let descriptor = try open(name)
                    report.opened = "/proc/\(getpid())/fd/\(descriptor.raw)"
                    pinned = .some(descriptor)
                } catch { report.problem = "\(error)" }
            case .next: return
            case .go:
                names.remove(fault.name)
                return
            case .end: throw RunFailure.ended
            }
        }
    }

    /// The report as it is now.
    private func asked(_ former: PauseReport, _ stop: (any AgentStop)?) throws -> PauseReport {
        var report = former
        report.state = nil
        report.opened = nil
        report.problem = nil
        report.held =
            (stop.map { stop in
                ["\(stop.process.lineagePath) (pid \(stop.process.id)) \(report.place)"]
            } ?? []) + waiters()
        report.processes = tracer.processes.map { "\($0.id)  \($0.agent): \($0.lineagePath)" }
        report.host = host.host.initPID
        let names = host.namespaces.names
        let bearers = names.map { ($0, host.namespaces.bearer(of: $0)?.id) }
        report.namespaces = try host.namespaces.registry.entries.map { entry in
            PauseReport.Namespace(
                role: entry.role, names: bearers.filter { $0.1 == entry.handle.id }.map(\.0),
                isAlive: try entry.handle.isAlive())
        }
        return report
    }

    /// Opens a namespace by what it is called, or by the name that leads to it now.
    private func open(_ name: String) throws -> Descriptor {
        if let entry = host.namespaces.registry.entries.last(where: { $0.role == name }) {
            return try entry.handle.open()
        }
        guard let bearer = host.namespaces.bearer(of: name) else { throw NoNamespace(name: name) }
        return try bearer.open()
    }

    private struct NoNamespace: Error, CustomStringConvertible {
        var name: String
        var description: String { "there is no namespace `\(name)`" }
    }
}
