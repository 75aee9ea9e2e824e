import Interception
import Kernel
import Model

/// Signals, which are delivered when their processes have met them.
extension FaultDelivery {
    /// How long a process may take to meet a signal; one in an uninterruptible call meets none.
    static let signalPatience = Duration.seconds(5).patient

    /// Sends a signal to those that are meant.
    func kill(_ who: Action.Victims, _ signal: Signal, _ agent: String?) {
        let meant = victims(who, agent)
        let chosen = meant.filter { !$0.killedByTocsin }
        guard !chosen.isEmpty else {
            let gone = meant.map(\.lineagePath).sorted().joined(separator: ", ")
            return finish(
                failure: gone.isEmpty ? "there was nobody to kill" : "\(gone) is ended already, by another fault")
        }
        awaited = Set(chosen.map(\.id))
        for process in chosen {
            faults.tracer.send(signal.number, to: process) { [self] outcome in told(outcome, process, signal) }
        }
        guard !isDone else { return }
        faults.loop.after(FaultDelivery.signalPatience) { [weak self] in self?.giveUp(on: chosen, signal) }
        // Another signal than SIGKILL reaches the thread at the point only when it goes on.
        if signal != .kill { passage?.end() }
    }

    private func victims(_ who: Action.Victims, _ agent: String?) -> [TracedProcess] {
        let all = faults.tracer.processes
        let name = agent ?? operation?.agent
        switch who {
        case .process: return (passage?.stop.process).map { [$0] } ?? []
        case .main: return all.filter { $0.isFirst && (name == nil || $0.agent == name) }
        case .all: return all.filter { name == nil || $0.agent == name }
        }
    }

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
}
