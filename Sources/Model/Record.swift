/// What a run of a plan is for.
public enum RunRole: Hashable, Codable, Sendable {
    /// The plan without its faults: what it should come to.
    case reference
    /// The plan.
    case fault
    /// The change of the world just before its step instead of in it.
    case controlBefore
    /// The change of the world just after its step instead of in it.
    case controlAfter
    /// The plan once more, for what a finding needs besides: where in its source the agent stood, and a driver started cold.
    case confirmation
    /// The operations only.
    case trace

    /// The name of its folder.
    public var name: String {
        switch self {
        case .reference: "reference"
        case .fault: "fault"
        case .controlBefore: "control-before"
        case .controlAfter: "control-after"
        case .confirmation: "confirmation"
        case .trace: "trace"
        }
    }
}

/// How a process ended.
public enum ProcessEnd: Hashable, Codable, Sendable, CustomStringConvertible {
    /// It exited with this status.
    case exited(Int32)
    /// It was killed by this signal number.
    case signalled(Int32)
    /// A driver exited with this status before it answered the request: no success, whatever the status.
    case unanswered(Int32)
    /// It never began: the stage and the error number.
    case notStarted(String)

    /// `exit 1`, `signal 9`, or why it never began.
    public var description: String {
        switch self {
        case .exited(let status): "exit \(status)"
        case .signalled(let signal): "signal \(signal)"
        case .unanswered(let status): "exit \(status) without an answer"
        case .notStarted(let reason): reason
        }
    }
}

extension ProcessEnd {
    /// The status that a shell gives to it (`$?`): 128 and the signal for one that a signal ended.
    public var shellStatus: Int32 {
        switch self {
        case .exited(let status), .unanswered(let status): status
        case .signalled(let signal): 128 + signal
        case .notStarted: 127
        }
    }
}

/// One run of a step's command; a retry is another one.
public struct Attempt: Hashable, Codable, Sendable {
    /// How the command's first process ended.
    public var end: ProcessEnd
    /// Whether it was ended because its time was over.
    public var timedOut: Bool
    /// How long it took, in nanoseconds, without the time in which it was held.
    public var duration: Nanoseconds
    /// How long any thread of it was held, in nanoseconds.
    public var held: Nanoseconds
    /// The beginning of its standard output, as text.
    public var output: String
    /// The beginning of its standard error, as text.
    public var errorOutput: String
    /// Its processes that died by a signal: program, signal, whether a fault sent it.
    public var deaths: [ProcessDeath]
    /// Where its threads were when the time was over.
    public var stuck: [String]
    /// When it began, in nanoseconds since the record began; absent in records that do not say.
    public var began: Nanoseconds?
    /// The digest of the settled state after it; absent where only the one after the step was kept.
    public var snapshot: String?

    /// Makes an attempt.
    public init(
        end: ProcessEnd, timedOut: Bool = false, duration: Nanoseconds = 0, held: Nanoseconds = 0, output: String = "",
        errorOutput: String = "", deaths: [ProcessDeath] = [], stuck: [String] = [], began: Nanoseconds? = nil,
        snapshot: String? = nil
    ) {
        self.end = end
        self.timedOut = timedOut
        self.duration = duration
        self.held = held
        self.output = output
        self.errorOutput = errorOutput
        self.deaths = deaths
        self.stuck = stuck
        self.began = began
        self.snapshot = snapshot
    }
}

/// A process that died by a signal.
public struct ProcessDeath: Hashable, Codable, Sendable {
    /// The program's lineage.
    public var lineage: String
    /// The signal's number.
    public var signal: Int32
    /// Whether a fault, or the end of the step's time, sent it.
    public var byTocsin: Bool

    /// Makes a death.
    public init(lineage: String, signal: Int32, byTocsin: Bool) {
        self.lineage = lineage
        self.signal = signal
        self.byTocsin = byTocsin
    }
}

/// A service or a driver that ended though nobody stopped it.
public struct UnexpectedEnd: Hashable, Codable, Sendable {
    /// The agent.
    public var agent: String
    /// How its first process ended.
    public var end: ProcessEnd
    /// The last lines that it wrote, standard error last.
    public var said: [String]

    /// Makes the end of an agent.
    public init(agent: String, end: ProcessEnd, said: [String]) {
        self.agent = agent
        self.end = end
        self.said = said
    }
}

/// What came of one step.
public struct StepOutcome: Hashable, Codable, Sendable {
    /// The step's id.
    public var step: String
    /// The runs of its command, retries last; empty for other steps.
    public var attempts: [Attempt]
    /// What the world's action or the check said when it failed.
    public var failure: String?
    /// The digest of the settled state after it: the name of a snapshot file.
    public var snapshot: String
    /// Why the state could not be had settled, if so.
    public var unsettled: String?
    /// The programs that never rested, while the state stayed; absent where all did.
    public var spinning: [String]?
    /// The services and drivers that ended by themselves since the step before; absent where none did.
    public var ended: [UnexpectedEnd]?
    /// The files that the step wrote a canary into, where others can read it; absent where there was none.
    public var sightings: [Sighting]?
    /// What services and drivers hold after it; absent in plans without cycles.
    public var resources: [AgentResources]?
    /// The tracebacks that programs wrote since the step before, but for its own command's; absent where none did.
    public var tracebacks: [LateTraceback]?
    /// When what it must keep was not so; absent where it always was.
    public var gaps: [Gap]?
    /// What agents said in it that was not so; absent where that was nothing.
    public var falseClaims: [FalseClaim]?

    /// Makes an outcome.
    public init(
        step: String, attempts: [Attempt] = [], failure: String? = nil, snapshot: String = "",
        unsettled: String? = nil, spinning: [String]? = nil, ended: [UnexpectedEnd]? = nil,
        tracebacks: [LateTraceback]? = nil
    ) {
        self.step = step
        self.attempts = attempts
        self.failure = failure
        self.snapshot = snapshot
        self.unsettled = unsettled
        self.spinning = spinning
        self.ended = ended
        self.tracebacks = tracebacks
    }

    /// Whether its last command ended as it should without faults.
    public func succeeded(_ command: Command) -> Bool {
        attempts.last.map { succeeded(command, in: $0) } ?? false
    }

    /// Whether its program ended as the step wants it without faults, where it wants anything and ran one.
    public func endedAsUsual(_ step: Step) -> Bool {
        guard let exits = step.exits, let attempt = attempts.last else { return true }
        guard case .exited(let status) = attempt.end else { return false }
        return exits.contains(status)
    }

    /// Whether a run of its command ended as it should without faults.
    public func succeeded(_ command: Command, in attempt: Attempt) -> Bool {
        guard case .exited(let status) = attempt.end else { return false }
        return command.exit.contains(status)
    }
}

/// Which run of which plan a record comes from: by both it is found again among those of other machines.
public struct RecordOrigin: Hashable, Codable, Sendable {
    /// The id of the call of `tocsin run`, which no other machine draws.
    public var run: String
    /// The digest of the plan that was run: of a reference, that of the plan without its faults.
    public var plan: String

    /// Makes an origin.
    public init(run: String, plan: String) {
        self.run = run
        self.plan = plan
    }
}

/// The first file of a record: everything but operations, snapshots and output.
public struct RecordHeader: Hashable, Codable, Sendable {
    /// The version of the record's format.
    public static let formatVersion = 2

    /// Which run of which plan it comes from; absent where nobody keeps it, and in records of versions that did not say so.
    public var origin: RecordOrigin?
    /// The version of the format in which it was written.
    public var format = RecordHeader.formatVersion
    /// The plan that was run.
    public var plan: Plan
    /// What the run was for.
    public var role: RunRole
    /// Which of the runs for that it is, from 1.
    public var run: Int
    /// Versions by name: `tocsin`, `kernel`.
    public var versions: [String: String] = [:]
    /// `one` when worker and host shared one CPU, else `all`.
    public var cpus = "one"
    /// The digest of the state before the first step.
    public var startSnapshot = ""
    /// What came of the steps that ran.
    public var outcomes: [StepOutcome] = []
    /// The faults that fired.
    public var deliveries: [Delivery] = []
    /// For each fault that did not fire as often as it should: why, and the nearest candidates.
    public var undelivered: [String] = []
    /// Each namespace that an agent made: its role, and the key of the operation that made it.
    public var namespacesMade: [String: String] = [:]
    /// Names that the agents gave to devices and files, in the order of creation, for learning the random ones.
    public var namesMade: [String] = []
    /// What the harness did that an agent could have noticed.
    public var disturbed: [String] = []
    /// What else is worth knowing of the run: a warm driver that was started cold, and why.
    public var notes: [String] = []
    /// The points of the order that their agents were kept from, as `or: blocked` says of them; absent where there was none.
    public var blocked: [String]?
    /// What agents did that no state compares, and asked that has no word; absent where there was none.
    public var notLookedAt: NotLookedAt?
    /// Why the run is no evidence: the harness failed.
    public var error: String?
    /// Whether the digest of the header stands beside it; absent in records of versions that wrote none.
    var isSealed: Bool?
    /// The requests for policy rules that left the priority to the kernel, each once; absent where there was none.
    public var automaticPriorities: [Phrase]?
    /// What agents wrote around the first fault, in the order of time; absent where that was nothing, or no fault fired.
    public var said: [SaidLine]?
    /// How many operations the record holds.
    public var operations = 0
    /// When it began, in seconds since 1970.
    public var began: Double = 0
    /// How long it took, in nanoseconds.
    public var duration: Nanoseconds = 0

    /// Makes the header of a run that has not begun.
    public init(plan: Plan, role: RunRole, run: Int = 1) {
        self.plan = plan
        self.role = role
        self.run = run
    }
}

/// Everything that one run of a plan produced, kept whole.
public struct Record: Sendable {
    /// Plan, outcomes, deliveries and counts.
    public var header: RecordHeader
    /// The states by digest.
    public var snapshots: [String: Snapshot]
    /// What the agents did, in order.
    public var operations: OperationLog

    /// Makes a record of values.
    public init(header: RecordHeader, snapshots: [String: Snapshot], operations: OperationLog) {
        self.header = header
        self.snapshots = snapshots
        self.operations = operations
    }

    /// The state before the first step.
    public var start: Snapshot? { snapshots[header.startSnapshot] }

    /// The outcome of the step with that id.
    public func outcome(of step: String) -> StepOutcome? { header.outcomes.first { $0.step == step } }

    /// The settled state after the step with that id.
    public func state(after step: String) -> Snapshot? { outcome(of: step).flatMap { snapshots[$0.snapshot] } }

    /// The settled state before the step with that id: that after the step before it.
    ///
    /// Steps at the same time have one state before them.
    public func state(before step: String) -> Snapshot? {
        let together = header.plan.atTheSameTime(as: step)
        guard let index = header.outcomes.firstIndex(where: { together.contains($0.step) }) else { return nil }
        return index == 0 ? start : snapshots[header.outcomes[index - 1].snapshot]
    }

    /// The state after the last step.
    public var end: Snapshot? { header.outcomes.last.flatMap { snapshots[$0.snapshot] } }
}

extension RecordHeader {
    /// So many of the names that agents gave are kept.
    public static let namesLimit = 10_000
    /// What a record says that holds fewer.
    public static let namesLeftOut =
        "agents gave more than \(namesLimit) names: those beyond are not learned as random names"
}

extension RecordHeader {
    /// The digests of all states that the record holds.
    public var states: Set<String> {
        var digests = Set([startSnapshot] + outcomes.map(\.snapshot))
        digests.formUnion(outcomes.flatMap { $0.attempts.compactMap(\.snapshot) })
        for around in deliveries.compactMap(\.states) { digests.formUnion([around.before, around.after]) }
        return digests
    }
}
