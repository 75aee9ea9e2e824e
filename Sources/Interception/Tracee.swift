import CLinux
import Kernel
import Model

/// The chain of programs that led to a process, each with its ordinal among equal siblings.
///
/// Forks without exec collapse: two processes that run the same program by the same exec share a node.
final class Lineage {
    /// `bridge/host-local`, `bridge/iptables#2`.
    let path: String
    /// The program at its end, without its folder.
    let program: String
    private var children: [String: Int] = [:]

    init(root program: String) {
        path = program
        self.program = program
    }

    private init(path: String, program: String) {
        self.path = path
        self.program = program
    }

    /// The node of the next program of that name begun from here.
    func child(_ program: String) -> Lineage {
        let ordinal = (children[program] ?? 0) + 1
        children[program] = ordinal
        return Lineage(path: "\(path)/\(program)" + (ordinal > 1 ? "#\(ordinal)" : ""), program: program)
    }
}

/// One process of an agent.
public final class TracedProcess {
    /// The process id, as the tracer sees it.
    public let id: Int32
    /// The agent to which it belongs.
    public let agent: String
    /// The number of the spawn that began its family.
    public let spawn: Int
    /// Whether it is the one that was spawned, the agent's first.
    public let isFirst: Bool
    /// The chain of programs: `bridge/host-local`.
    public var lineagePath: String { lineage?.path ?? "(not begun)" }
    /// The name of its program, without its folder.
    public var program: String { lineage?.program ?? "(not begun)" }
    /// Whether a signal of Tocsin's ended it, or is about to.
    public internal(set) var killedByTocsin = false

    /// Absent until the spawned process has begun its program.
    var lineage: Lineage?
    var threads: Set<Int32> = []
    /// Signals that were sent to it and of which nothing is known yet.
    var awaited: [AwaitedSignal] = []
    /// Whether a stopping signal has stopped it.
    var isStopped = false
    /// The number of every signal that was sent to it.
    public internal(set) var sent: Set<Int32> = []
    /// The number of every signal that comes to it from outside of the host by our own doing, besides those of `sent`: it is
    /// the scenario's, or came to it before and was put off.
    public var foretold: Set<Int32> = []
    /// How many results of its netlink requests are not known yet, because their answers have not been read.
    var owedResults = 0
    /// How many failures wait for it to read them.
    var unreadFailures = 0
    /// How many stops its threads have made, since the last answer was read, only for the sake of what it will read.
    var followed = 0
    /// Whether its receive calls are trapped by a filter.
    var trapsReceives = false
    /// Whether it was made to trap them, with or without success.
    var wasAsked = false
    /// Whether something was said of descriptors of it that cannot be taken.
    var isHidden = false
    /// Whether something was said of a path that could not be looked up.
    var isUncertain = false
    /// What is to be said of it.
    var notes: [String] = []
    /// Its descriptors by which mounts are made, as far as it opened them itself.
    var mountOrigins: [Int32: MountOrigin] = [:]
    /// A sender that waits until other threads have left their receive calls, which began before those were trapped.
    var kicked: (waiting: Set<Int32>, sender: Tracee)?
    /// Opened when it is first used, which most processes never make us do; a process that is traced keeps its id.
    lazy var handle = ProcessHandle(id)

    init(id: Int32, agent: String, spawn: Int, isFirst: Bool, lineage: Lineage?) {
        self.id = id
        self.agent = agent
        self.spawn = spawn
        self.isFirst = isFirst
        self.lineage = lineage
    }
}

/// One traced thread.
final class Tracee {
    let thread: Int32
    let process: TracedProcess
    let source: any StopSource
    /// The network namespace it stands in, changed only where the thread does it itself.
    var namespace: NetworkNamespaceID
    /// Where it stands among the threads and processes made from the one that began its program.
    ///
    /// The third of the first is `[1, 3]`; counted as each maker makes them, it is the same in every run.
    var place: [Int] = []
    private var made = 0
    /// The thread that made its process, until it has gone on for the first time.
    var maker: Int32?
    /// The call whose exit is awaited.
    var pending: PendingCall?
    /// Calls that signals interrupted, the innermost last; the kernel may make them again.
    var interrupted: [PendingCall] = []
    /// What its process is made to do before it goes on.
    var trapping: ReceiveTrapping?
    /// The stop at which it stands still, while that is held.
    var held: Stop?

    /// The place of the next that it makes.
    func nextPlace() -> [Int] {
        made += 1
        return place + [made]
    }

    /// It runs another program, whose threads and processes are counted anew.
    func beginProgram() {
        place = []
        made = 0
    }

    /// What names it in every run: its lineage and its place.
    var creator: String {
        process.lineagePath + (place.isEmpty ? "" : "~" + place.map(String.init).joined(separator: "."))
    }

    var memory: TraceeMemory { TraceeMemory(thread: thread, source: source) }

    init(thread: Int32, process: TracedProcess, namespace: NetworkNamespaceID, source: any StopSource) {
        self.thread = thread
        self.process = process
        self.namespace = namespace
        self.source = source
    }
}

/// A trapped call between its entry and its exit.
final class PendingCall {
    let call: cl_call
    /// What it does, decoded; empty for a call that is only watched.
    var operations: [Operation]
    /// What it acts on.
    var subject = Subject.nothing
    /// What to learn at its exit, where it succeeded.
    var learning = Decoded.Learning.nothing
    /// The netlink request it sends.
    var request: NetlinkSend?
    /// What it does with mounts.
    var mounting = MountChange.none
    /// Whether whoever is to prepare it has been asked.
    var isPrepared = false
    /// What it is told in place of what the kernel would answer.
    var answer: Int64?
    /// Whether that is the error number of a fault.
    var isMadeToFail = false
    /// What it returned.
    var result: Int64?
    /// The answer it receives.
    var receive: NetlinkReceive?
    /// Whether the flags of clone(2) were changed, to be put back at its exit.
    var hasOtherFlags = false
    /// Whether it was put off for a signal that is to come before it, and so was not made at all.
    var isPutOff = false
    /// After a hold before the operation at a position, those behind it begin only now.
    func startLater(than position: Int, at now: UInt64) {
        for place in operations.indices where place > position { operations[place].started = now }
    }

    /// When it was let go, in nanoseconds since the record began.
    var resumed: UInt64 = 0

    init(_ call: cl_call, operations: [Operation] = []) {
        self.call = call
        self.operations = operations
    }

    /// Whether `other` is this call made again by the kernel after a signal: same call, place, stack and arguments.
    func isRestarted(as other: cl_call) -> Bool {
        call.number == other.number && call.instruction == other.instruction && call.stack == other.stack
            && call.arguments.0 == other.arguments.0 && call.arguments.1 == other.arguments.1
            && call.arguments.2 == other.arguments.2 && call.arguments.3 == other.arguments.3
    }
}

/// An operation at which a thread stands still, and what is to become of it.
public final class Stop {
    /// Whether the operations have not happened or have.
    public let side: Point.Side
    /// What the call does; several where one message holds several requests.
    public internal(set) var operations: [Operation]
    /// The process.
    public let process: TracedProcess
    /// The thread.
    public let thread: Int32
    /// The operation that is to fail instead, by its place in `operations`.
    public private(set) var failure: (position: Int, errno: ErrorNumber, message: String?)?
    /// The dump of which another end is to be read, by the place of its request in `operations`.
    public private(set) var interruption: (position: Int, fate: Action.DumpFate)?
    /// Before which of its operations it is held: those behind it begin when it is released.
    public var position = 0
    /// When it was first held, in nanoseconds since the record began; nil while it is not.
    var heldSince: UInt64?
    let tracee: Tracee
    let pending: PendingCall
    /// Whether the operations were offered before, without their results: the thread has read these now.
    public let isLate: Bool

    init(_ side: Point.Side, _ pending: PendingCall, _ tracee: Tracee, isLate: Bool = false) {
        self.side = side
        self.isLate = isLate
        self.pending = pending
        operations = pending.operations
        self.tracee = tracee
        process = tracee.process
        thread = tracee.thread
    }

    /// The registers by which the thread's stack is found; nil where it is gone.
    public var stackRegisters: StackRegisters? {
        tracee.source.registers(of: thread).map {
            StackRegisters(
                instruction: $0[.instruction], stack: $0[.stack], frame: $0[.frame],
                threadPointer: $0[.threadPointer])
        }
    }

    /// Whether a point can mean the operation here, which names its result or does not.
    ///
    /// Each point sees an operation once: one that names a result where that is known, which may be at the receive by which
    /// the agent reads the answer; any other at the exit of the call.
    public func counts(_ position: Int, namingResult: Bool) -> Bool {
        guard side == .after else { return true }
        if isLate { return namingResult }
        guard let owed = pending.request?.owed, owed.indices.contains(position), owed[position].isOwed else {
            return true
        }
        return !namingResult
    }

    /// Makes the operation fail when the stop is released: the kernel does not act, the agent is told `errno`.
    ///
    /// Only before the operation; the later of two calls counts.
    public func fail(_ position: Int, with errno: ErrorNumber, message: String?) {
        failure = (position, errno, message)
    }

    /// Makes the answer of a dump say that objects changed meanwhile (`NLM_F_DUMP_INTR`), or end early.
    ///
    /// - Returns: Whether the operation is a dump.
    public func interrupt(_ position: Int, _ fate: Action.DumpFate) -> Bool {
        guard side == .before, let requests = pending.request?.requests, requests.indices.contains(position),
            requests[position].isDump
        else { return false }
        interruption = (position, fate)
        return true
    }
}

/// The registers by which the stack of a stopped thread is found.
public struct StackRegisters: Hashable, Sendable {
    /// The instruction behind its call (RIP).
    public var instruction: UInt64
    /// The top of its stack (RSP).
    public var stack: UInt64
    /// The frame of the function, where its language keeps them (RBP).
    public var frame: UInt64
    /// What pthread_self(3) returns in it (FS base).
    public var threadPointer: UInt64
}
