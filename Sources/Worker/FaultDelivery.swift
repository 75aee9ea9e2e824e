import Kernel
import Model

/// One action on its way: from the point at which its turn came until it is done and, where it must be, settled.
///
/// Nothing in it waits: pid 1 answers later, processes die later, and the loop goes on serving everybody meanwhile.
final class FaultDelivery {
    let action: Action
    /// The fault; nil for a step of the world.
    let fault: Fault?
    /// The action that follows at the same point.
    var next: FaultDelivery?
    private(set) var isDone = false
    /// Why it was not delivered whole.
    var failure: String? { record.failure }

    unowned let faults: Faults
    /// The thread's way past the point; nil at the edge of a step.
    let passage: Passage?
    /// The operation at the point; nil at the edge of a step.
    let operation: Operation?
    let position: Int
    /// What will be written of it.
    var record: Delivery
    /// The processes that were sent a signal of which nothing is known yet.
    var awaited: Set<Int32> = []
    /// What became of a signal, one entry a process.
    var signalled: [DeliveryEffect.SignalledProcess] = []

    init(
        _ action: Action, of fault: Fault?, _ faults: Faults, step: Step, side: Point.Side = .before,
        passage: Passage? = nil, position: Int = 0
    ) {
        self.action = action
        self.fault = fault
        self.faults = faults
        self.passage = passage
        self.position = position
        operation = passage?.stop.operations[position]
        record = Delivery(
            fault: fault?.name ?? "", key: operation?.key ?? "\(step.id) / \(side == .before ? "beginning" : "end")",
            operation: operation?.index, step: step.id, action: action, time: faults.tracer.now)
    }

    /// Begins the action; `isDone` tells when it is over.
    func begin() {
        do {
            switch action {
            case .fail(let errno, let message, _): fail(errno, message)
            case .dump(let fate): end(fate)
            case .kill(let victims, let signal, let agent): kill(victims, signal, agent)
            case .netnsDelete(let name, let settle): try take(name, .delete, settle)
            case .netnsUnmount(let name, let settle): try take(name, .unmount, settle)
            case .netnsReplace(let name, let settle): try take(name, .replace, settle)
            case .change(.execute(let argv, let namespace)): try execute(argv, namespace)
            case .change(let change): try edit(change)
            case .limit(.files, let count): try limit(descriptors: count)
            case .limit(.disk, let bytes): try limit(disk: bytes)
            case .capabilityDrop(let name): lose("without \(name)")
            case .user(let name): lose("as user \(name)")
            case .delay(let time): wait(time)
            }
        } catch {
            if (error as? WorldError)?.isAboutNothing == true { record.hadNothingToActOn = true }
            finish(failure: "\(error)")
        }
    }

    private func fail(_ errno: ErrorNumber, _ message: String?) {
        guard let stop = passage?.stop, let operation, stop.side == .before else {
            return finish(failure: "`fail` needs a point before an operation")
        }
        guard !faults.isAnswered(operation) else {
            return finish(failure: "another fault has answered this request already")
        }
        stop.fail(position, with: errno, message: message)
        record.effect = .answered(request: operation.phrase, errno: errno)
        faults.awaitReading(record, of: operation)
        isDone = true
        faults.end(self)
        proceed()
    }

    /// The dump at the point gets another end.
    private func end(_ fate: Action.DumpFate) {
        guard let stop = passage?.stop, let operation, stop.interrupt(position, fate) else {
            record.hadNothingToActOn = operation != nil
            return finish(failure: "`dump` needs a point before a dump: this request asks for one object")
        }
        record.effect =
            switch fate {
            case .interrupted: .interrupted(request: operation.phrase)
            case .short: .changed("the list \(operation.phrase.lineText) ended early, with EMSGSIZE")
            }
        faults.awaitReading(record, of: operation)
        isDone = true
        faults.end(self)
        proceed()
    }

    /// What begins in the step has less than root: that counts as delivered when the first program begins.
    private func lose(_ how: String) {
        record.effect = .changed("what begins in \(record.step) begins \(how)")
        faults.privileges.lose(record)
        isDone = true
        faults.end(self)
        proceed()
    }

    private func wait(_ time: Nanoseconds) {
        faults.loop.after(.nanoseconds(Int64(clamping: time))) { [self] in
            record.effect = .waited(time)
            finish()
        }
    }

    /// It is done, or cannot be done.
    func finish(failure: String? = nil) {
        guard !isDone else { return }
        isDone = true
        // At a moment drawn by chance the world may be as no action can be done.
        if failure != nil, fault?.besideAfter != nil { record.hadNothingToActOn = true }
        write(failure)
        faults.end(self)
        proceed()
    }

    /// The run has ended before it was done.
    func abandon() {
        guard !isDone else { return }
        isDone = true
        write("the run ended before it was done")
    }

    private func write(_ failure: String?) {
        record.failure = failure
        record.held = faults.tracer.now - record.time
        // A step of the world is no fault: its outcome says what came of it.
        if fault != nil { faults.recorder.delivery(record) }
    }

    /// What it does, and what came of it, in one line.
    var said: String {
        let came = record.failure ?? (record.effect == .nothing ? nil : record.effect.description)
        return action.lineText + (came.map { ": \($0)" } ?? "")
    }

    /// Stands still behind the last action of its fault, where that is asked for.
    private func standStill() {
        guard faults.pause != nil, let fault, let passage, next?.fault?.name != fault.name else { return }
        guard let step = faults.steps[record.step] else { return }
        faults.standStill(.done, fault, step: step, passage.stop, position, effects: [said])
    }

    private func proceed() {
        standStill()
        if let next { return faults.begin(next) }
        passage?.end()
    }
}
