/// That a fault was delivered at an operation, or why not.
public struct Delivery: Hashable, Codable, Sendable {
    /// The fault.
    public var fault: String
    /// The key of the operation at which it fired, or `step / beginning` of a step.
    public var key: String
    /// The index of that operation in the record, absent for steps.
    public var operation: Int?
    /// The step during which it fired.
    public var step: String
    /// The action.
    public var action: Action
    /// Why a refusal was not delivered whole whose answer nobody has read to the end.
    public static let unread = "the agent never read the answer"

    /// What came of it: nil when it was delivered whole, else why it was not.
    public var failure: String?
    /// What it did, as far as it was seen.
    public var effect: DeliveryEffect
    /// The roles of the namespaces that the action took away.
    public var removed: [String]
    /// When it fired, in nanoseconds since the record began.
    public var time: Nanoseconds
    /// How long the agent was held for it.
    public var held: Nanoseconds
    /// Whether it failed because there was nothing at that moment that it could act on; absent where not.
    public var hadNothingToActOn: Bool?
    /// The digests of the states just before and just after a change of the world's objects; absent for other actions.
    public var states: StatesAround?
    /// Where the thread stood in its own source, the innermost frame first; absent where that was not asked for or is not known.
    public var stack: [SourceFrame]?

    /// The states around a change of the world, by which its own doing is told from the agent's.
    public struct StatesAround: Hashable, Codable, Sendable {
        /// The digest of the one before.
        public var before: String
        /// The digest of the one after, with all that the kernel did at once because of it.
        public var after: String

        /// Makes it of two digests.
        public init(before: String, after: String) {
            self.before = before
            self.after = after
        }
    }

    /// Makes a delivery.
    public init(
        fault: String, key: String, operation: Int?, step: String, action: Action, failure: String? = nil,
        effect: DeliveryEffect = .nothing, removed: [String] = [], time: Nanoseconds, held: Nanoseconds = 0,
        states: StatesAround? = nil
    ) {
        self.fault = fault
        self.key = key
        self.operation = operation
        self.step = step
        self.action = action
        self.failure = failure
        self.effect = effect
        self.removed = removed
        self.time = time
        self.held = held
        self.states = states
        stack = nil
    }
}

/// What a delivered action did; the sentence about it is made where it is printed.
public enum DeliveryEffect: Hashable, Codable, Sendable {
    /// Nothing, or nothing was seen of it.
    case nothing
    /// This request was answered with this error number in place of the kernel's own answer.
    case answered(request: Phrase, errno: ErrorNumber)
    /// The answer to this request said that objects changed while it was made.
    case interrupted(request: Phrase)
    /// These processes got the signal.
    case signalled(Signal, [SignalledProcess])
    /// The namespace of this role lost its name.
    case nameLost(role: String, fate: NamespaceFate)
    /// The world made this change, in its words.
    case changed(String)
    /// The program ran, and ended so.
    case executed(argv: [String], end: ProcessEnd)
    /// Whoever was there waited so long.
    case waited(Nanoseconds)

    /// What became of a namespace that lost its name.
    public enum NamespaceFate: Hashable, Codable, Sendable {
        /// Its cleanup is not waited for.
        case underWay
        /// It and its devices were gone after so long.
        case gone(after: Nanoseconds)
        /// It lives on, held by these: `descriptor of bridge`.
        case held(by: [String])
    }

    /// What became of one process that got a signal.
    public struct SignalledProcess: Hashable, Codable, Sendable {
        /// The chain of programs that led to it.
        public var lineage: String
        /// What the signal did to it.
        public var outcome: SignalOutcome

        /// Makes it.
        public init(lineage: String, outcome: SignalOutcome) {
            self.lineage = lineage
            self.outcome = outcome
        }
    }
}

/// What a signal does to a process that it was sent to.
public enum SignalOutcome: String, Hashable, Codable, Sendable {
    /// It ends it.
    case ended
    /// It is delivered to a handler.
    case caught
    /// It is delivered, and does nothing: the process ignores it, or it does nothing by default.
    case ignored
    /// It is delivered, and stops it.
    case stops
    /// Each thread of the process blocks it: it waits until one does not.
    case blocked
    /// Each thread of the process blocks it, and one takes it by sigwait(3) or from a descriptor of signalfd(2).
    case accepted
    /// The process is stopped: it waits until that is continued.
    case stopped
}

extension DeliveryEffect: CustomStringConvertible {
    /// One sentence without its full stop; empty where nothing was seen.
    public var description: String {
        switch self {
        case .nothing: ""
        case .answered(let request, let errno): "\(request.lineText) was answered \(errno.name)"
        case .interrupted(let request): "the answer to \(request.lineText) said that it was interrupted"
        case .signalled(let signal, let processes):
            processes.map { DeliveryEffect.sentence(signal, $0) }.sorted().joined(separator: "; ")
        case .nameLost(let role, let fate): "namespace \(role) lost its name; \(fate.sentence)"
        case .changed(let what): what
        case .executed(let argv, let end): "`\(argv.joined(separator: " "))` ended: \(end)"
        case .waited(let time): "waited \(time / 1000) us"
        }
    }

    private static func sentence(_ signal: Signal, _ process: SignalledProcess) -> String {
        switch process.outcome {
        case .ended: signal == .kill ? "killed \(process.lineage)" : "\(signal) ended \(process.lineage)"
        case .caught: "\(signal) was caught by \(process.lineage)"
        case .ignored: "\(signal) does nothing to \(process.lineage)"
        case .stops: "\(signal) stopped \(process.lineage)"
        case .blocked: "\(signal) is blocked by, and waits for, \(process.lineage)"
        case .accepted: "\(signal) was taken by \(process.lineage), which waits for it"
        case .stopped: "\(signal) waits until somebody continues \(process.lineage)"
        }
    }
}

extension DeliveryEffect.NamespaceFate {
    fileprivate var sentence: String {
        switch self {
        case .underWay: "its cleanup is under way"
        case .gone(let time): "it and its devices were gone after \(time / 1000) us"
        case .held(let holders): "it lives on, held by \(holders.joined(separator: ", "))"
        }
    }
}
