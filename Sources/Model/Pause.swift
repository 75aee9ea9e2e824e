/// Where a run stands still: what the worker says, each time that it is asked.
public struct PauseReport: Codable, Sendable {
    /// On which side of the fault it stands.
    public enum Moment: String, Codable, Sendable {
        /// It has not happened.
        case before
        /// It has.
        case done
    }

    /// A network namespace.
    public struct Namespace: Codable, Sendable {
        /// What it is called in keys.
        public var role: String
        /// The names below /run/netns that lead to it.
        public var names: [String]
        /// Whether something still holds it.
        public var isAlive: Bool

        /// Makes one.
        public init(role: String, names: [String], isAlive: Bool) {
            self.role = role
            self.names = names
            self.isAlive = isAlive
        }
    }

    /// The state at this moment, with what puts it into a reference's terms.
    public struct State: Codable, Sendable {
        /// What is there.
        public var snapshot: Snapshot
        /// The names that agents have made so far.
        public var namesMade: [String]
        /// The requests for policy rules whose priority the kernel chose.
        public var automatic: [Phrase]

        /// Makes one.
        public init(snapshot: Snapshot, namesMade: [String], automatic: [Phrase]) {
            self.snapshot = snapshot
            self.namesMade = namesMade
            self.automatic = automatic
        }
    }

    /// The fault's name.
    public var fault: String
    /// The side of it.
    public var moment: Moment
    /// The step's id.
    public var step: String
    /// The key of the operation, or of the edge of the step.
    public var place: String
    /// What the fault does, or did, an action a line.
    public var actions: [String]
    /// Who is held, and at what.
    public var held: [String] = []
    /// The processes of the agents: pid and program.
    public var processes: [String] = []
    /// Every namespace that the run knows.
    public var namespaces: [Namespace] = []
    /// The id of pid 1 of the host.
    public var host: Int32 = 0
    /// The state, where it was asked for.
    public var state: State?
    /// The path of the namespace that was asked for, held open until the next answer.
    public var opened: String?
    /// Why what was asked for cannot be had.
    public var problem: String?

    /// Makes a report of a place.
    public init(fault: String, moment: Moment, step: String, place: String, actions: [String]) {
        self.fault = fault
        self.moment = moment
        self.step = step
        self.place = place
        self.actions = actions
    }
}

/// What a run that stands still is told.
public enum PauseAnswer: Codable, Sendable {
    /// Say where you are, with the state.
    case look
    /// Hold the namespace of that role, or name, open until the next answer.
    case open(String)
    /// Let the fault happen, and stand still once more behind it.
    case next
    /// Go on, and stand still no more at this fault.
    case go
    /// The run ends here.
    case end
}

/// One line from a worker whose run stands still.
public struct PauseLine: Codable, Sendable {
    /// Where.
    public var pause: PauseReport

    /// Makes the line.
    public init(_ pause: PauseReport) { self.pause = pause }
}
