import Interception
import Model
import Stacks

/// Where threads stand in their own source when a fault fires.
final class FaultStacks {
    private let read: (any AgentStop) -> [SourceFrame]
    /// The faults of which it is not known yet, by name.
    private var missing: Set<String>
    /// Called when it is known of each.
    private let isComplete: () -> Void

    /// - Parameter faults: Those of the plan.
    init(of faults: [Fault], isComplete: @escaping () -> Void, read: @escaping (any AgentStop) -> [SourceFrame]) {
        missing = Set(faults.filter { $0.point.operation.word != "step" }.map(\.name))
        self.isComplete = isComplete
        self.read = read
    }

    /// The frames of a stopped thread, the innermost first; nil where there are none.
    func read(at stop: any AgentStop, _ faults: [Fault]) -> [SourceFrame]? {
        let frames = read(stop)
        let former = missing.count
        missing.subtract(faults.map(\.name))
        if missing.isEmpty, former > 0 { isComplete() }
        return frames.isEmpty ? nil : frames
    }
}

extension StackReader {
    /// The frames of a thread of an agent, or of the program that started it.
    func frames(at stop: any AgentStop, of tracer: any Tracer) -> [SourceFrame] {
        guard let stop = stop as? Stop, let registers = stop.stackRegisters else { return [] }
        let agents = Set(tracer.processes.map(\.id))
        let held = HeldThread(
            process: stop.process.id, thread: stop.thread, instruction: registers.instruction, stack: registers.stack,
            frame: registers.frame, threadPointer: registers.threadPointer)
        return frames(of: held) { agents.contains($0) }
    }
}
