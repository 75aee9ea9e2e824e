import Interception
import Kernel
import Model

/// What programs and faults ask of the tracer.
protocol Tracer: AnyObject {
    /// Nanoseconds since the record began.
    var now: Nanoseconds { get }
    /// How long any thread was held, in nanoseconds.
    var held: Nanoseconds { get }
    /// The living processes of the agents.
    var processes: [TracedProcess] { get }
    /// Begins to trace a process that waits to begin its program.
    func adopt(_ id: Int32, agent: String, spawn: Int) throws
    /// Begins to trace a process that was moved into the host at its birth.
    func adopt(born id: Int32, agent: String, spawn: Int) throws
    /// Sends a signal, and tells what became of it, once.
    func send(_ signal: Int32, to process: TracedProcess, told: @escaping (SignalOutcome) -> Void)
    /// Sets how many descriptors a process may have.
    ///
    /// - Returns: How many it might have.
    /// - Throws: `ESRCH` where it is gone.
    func limit(descriptors count: UInt64, of process: TracedProcess) throws(SystemError) -> UInt64
    /// Lets a held thread go on.
    func release(_ stop: any AgentStop)
}

/// Operations at which a thread of an agent stands still.
protocol AgentStop: AnyObject {
    var side: Point.Side { get }
    var operations: [Operation] { get }
    var process: TracedProcess { get }
    /// Whether they were offered before, without their results.
    var isLate: Bool { get }
    /// Before which of its operations it is held.
    var position: Int { get set }
    /// Whether a point can mean the operation here, which names its result or does not.
    func counts(_ position: Int, namingResult: Bool) -> Bool
    /// Makes the operation fail when the thread goes on.
    func fail(_ position: Int, with errno: ErrorNumber, message: String?)
    /// Makes the answer of a dump say that objects changed meanwhile, or end early; false where the operation is no dump.
    func interrupt(_ position: Int, _ fate: Action.DumpFate) -> Bool
}

extension Stop: AgentStop {}

extension Interceptor: Tracer {
    func limit(descriptors count: UInt64, of process: TracedProcess) throws(SystemError) -> UInt64 {
        try limitDescriptors(of: process.id, to: count)
    }

    func release(_ stop: any AgentStop) {
        // There are no other stops than the tracer's own.
        if let stop = stop as? Stop { release(stop) }
    }
}
