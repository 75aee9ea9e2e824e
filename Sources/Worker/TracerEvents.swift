import Interception
import Model
import Observation

/// Hands each event of the tracer to whom it concerns.
final class TracerEvents: InterceptorDelegate {
    private let host: RunHost
    private let programs: Programs
    private let faults: Faults
    private let recorder: Recorder
    private let watch: StateWatch

    init(_ host: RunHost, programs: Programs, faults: Faults, recorder: Recorder, watch: StateWatch) {
        self.host = host
        self.programs = programs
        self.faults = faults
        self.recorder = recorder
        self.watch = watch
    }

    /// What a setting holds is kept before it is written.
    func interceptor(_ interceptor: Interceptor, mayPerform stop: Stop) -> Bool {
        if stop.operations.contains(where: { $0.phrase.word == "sysctl.write" }) { watchSettings(of: stop) }
        watch.before(stop)
        return faults.pass(.before, stop)
    }

    private func watchSettings(of stop: Stop) {
        for operation in stop.operations where operation.phrase.word == "sysctl.write" {
            do { try host.watch(setting: operation.phrase) } catch { host.loop.fail(with: RunFailure(error)) }
        }
    }

    /// What the agent has mounted of the machine's is first made as read-only as the host's own.
    func interceptor(_ interceptor: Interceptor, mayGoOnAfter stop: Stop) -> Bool {
        if case .none = stop.mounting { return goOn(stop, interceptor) }
        let isUnderWay = host.hold(mountsOf: stop) { [unowned self] in
            if goOn(stop, interceptor) { interceptor.release(stop) }
        }
        return isUnderWay ? false : goOn(stop, interceptor)
    }

    /// First it is looked whether the step keeps what it must; then it is the faults' turn.
    private func goOn(_ stop: Stop, _ interceptor: Interceptor) -> Bool {
        if stop.operations.isEmpty { return true }
        let isHeld = watch.after(stop) { [unowned self] in
            if faults.pass(.after, stop) { interceptor.release(stop) }
        }
        return isHeld ? false : faults.pass(.after, stop)
    }

    /// The agent is given the host's devices, or the way is made free for an unmount.
    func interceptor(_ interceptor: Interceptor, mayChangeMounts stop: Stop) -> Bool {
        !host.prepare(mountsOf: stop, disturbed: recorder.disturbed) { interceptor.release(stop) }
    }

    func interceptor(_ interceptor: Interceptor, recorded operation: Operation) {
        do { try recorder.operation(operation) } catch { host.loop.fail(with: error) }
        if operation.phrase.word == "file.lock" { host.snapshotter.looksForLocks = true }
        host.snapshotter.look(for: operation.phrase)
        guard operation.result != .unknown, operation.phrase.word.hasPrefix("link.") else { return }
        if let mac = operation.phrase.qualifiers["mac"] { host.snapshotter.setMACs.insert(mac) }
    }

    func interceptor(_ interceptor: Interceptor, keepsPlaceOf index: Int) {
        do { try recorder.keepPlace(of: index) } catch { host.loop.fail(with: error) }
    }

    func interceptor(_ interceptor: Interceptor, deliveredFailureOf operation: Operation) {
        faults.read(failureOf: operation)
    }

    func interceptor(
        _ interceptor: Interceptor, notDelivered operation: Operation, because reason: String, hadNothing: Bool
    ) {
        faults.missed(failureOf: operation, because: reason, hadNothing: hadNothing)
    }

    func interceptor(_ interceptor: Interceptor, ended process: TracedProcess, status: Int32, signal: Int32?) {
        do { try programs.ended(process, status: status, signal: signal) } catch {
            host.loop.fail(with: RunFailure(error))
        }
    }

    /// Pid 1 of the host must not end before the plan does.
    func interceptor(_ interceptor: Interceptor, untracedEnded process: Int32, signal: Int32?) {
        if process == host.initPID { host.loop.fail(with: .hostEnded(signal: signal)) }
    }

    func interceptor(_ interceptor: Interceptor, disturbed what: String) { recorder.disturbed(what) }

    func interceptor(_ interceptor: Interceptor, unseen what: String) { recorder.note(what) }

    func interceptor(_ interceptor: Interceptor, cannotTrace why: String) { host.loop.fail(with: .cannotTrace(why)) }
}
