import Model

/// What a report shows of one record: the moment of the fault, what every command said, and the states around the steps
/// that findings are about.
public struct RecordView: Hashable, Sendable {
    /// The operations around the first fault that fired.
    public var timeline: [TimelineLine] = []
    /// What agents said around it.
    public var said: [SaidLine] = []
    /// The whole run, to be drawn to scale; absent where no fault fired.
    public var picture: Picture?
    /// What the agents knew of the objects that faults changed, and what was true then, a line a fault.
    public var beliefs: [String] = []
    /// What came of the steps.
    public var steps: [StepLine] = []
    /// The states around steps.
    public var changes: [StateChange] = []

    /// Shows nothing.
    public init() {}

    /// Shows a record.
    ///
    /// - Parameters:
    ///   - reference: What the plan comes to without its faults.
    ///   - steps: The steps whose states are shown.
    public init(of record: Record, reference: Reference? = nil, statesAround steps: Set<String> = []) {
        timeline = Timeline.lines(of: record)
        said = record.header.said ?? []
        picture = Picture(of: record, timeline: timeline)
        beliefs = record.header.deliveries.compactMap { Belief(at: $0, in: record)?.line }
        self.steps = record.header.outcomes.map { StepLine($0, usual: reference?.ends[$0.step]) }
        changes = record.header.outcomes.map(\.step).filter(steps.contains)
            .map { StateChange(of: $0, in: record, reference: reference) }
    }
}

/// What came of one step.
public struct StepLine: Hashable, Sendable {
    /// The step's id.
    public var step: String
    /// The runs of its command; none of a step of another kind.
    public var attempts: [AttemptLine]
    /// What the world's action or the check said when it failed.
    public var failure: String?
    /// The services and drivers that ended by themselves, with their last words.
    public var ended: [String]
    /// How its command ends without faults; absent where that is not known, or no command is run.
    public var usual: String?

    init(_ outcome: StepOutcome, usual: ProcessEnd?) {
        step = outcome.step
        self.usual = usual?.description
        attempts = outcome.attempts.map { AttemptLine($0) }
        failure = outcome.failure ?? outcome.unsettled
        ended = (outcome.ended ?? []).map { end in
            (["\(end.agent) ended by itself: \(end.end)"] + end.said).joined(separator: "\n")
        }
    }
}

/// One run of a step's command.
public struct AttemptLine: Hashable, Sendable {
    /// How it ended: `exit 1`, `signal 9`.
    public var end: String
    /// Whether it ended by itself with status 0.
    public var isSuccess: Bool
    /// When it began, in nanoseconds since the record began; absent in records that do not say.
    public var began: Nanoseconds?
    /// How long it took, in nanoseconds, without the time in which it was held.
    public var duration: Nanoseconds
    /// How long it was held, in nanoseconds.
    public var held: Nanoseconds
    /// What it wrote to standard output, cut.
    public var output: String
    /// What it wrote to standard error, cut.
    public var errorOutput: String
    /// Processes that a signal ended, and where threads stood when the time was over.
    public var notes: [String]

    /// So many letters of each output are shown.
    static let most = 2000

    /// What it wrote, a line each, standard output first.
    var words: [String] {
        [("out", output), ("err", errorOutput)].flatMap { name, text in
            text.split(separator: "\n").map { "\(name)| \($0)" }
        }
    }

    init(_ attempt: Attempt) {
        end = attempt.timedOut ? "its time was over" : attempt.end.description
        isSuccess = attempt.end == .exited(0) && !attempt.timedOut
        began = attempt.began
        duration = attempt.duration
        held = attempt.held
        output = AttemptLine.cut(attempt.output)
        errorOutput = AttemptLine.cut(attempt.errorOutput)
        notes =
            attempt.deaths.map { death in
                let signal = Signal(death.signal).name
                return "\(death.lineage) was ended by \(signal)" + (death.byTocsin ? ", sent by Tocsin" : "")
            } + attempt.stuck.map { "stuck at \($0)" }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= most ? text : "\(text.prefix(most))\n... \(text.count - most) more letters"
    }
}
