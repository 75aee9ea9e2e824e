import Model

/// A whole run in short, to be drawn to scale.
public struct Picture: Hashable, Sendable {
    /// What happened in one place, one line of the picture.
    public struct Lane: Hashable, Sendable {
        /// The chain of programs.
        public var name: String
        /// When it did something, in thousandths of the run, each once.
        public var ticks: [Int]
    }

    /// A span of time with a name.
    public struct Band: Hashable, Sendable {
        /// A step, or a fault.
        public var name: String
        /// When it began, in nanoseconds since the record began.
        public var from: Nanoseconds
        /// When it ended.
        public var to: Nanoseconds
    }

    /// How long the run took, in nanoseconds.
    public var duration: Nanoseconds
    /// The steps in their order.
    public var steps: [Band]
    /// The faults that fired, each as long as the agent was held for it.
    public var faults: [Band]
    /// The moment that the timeline shows.
    public var moment: Band
    /// The programs, in the order in which they come.
    public var lanes: [Lane]

    /// So many programs have a lane of their own.
    static let most = 7

    /// Draws a record; nothing where no fault fired.
    init?(of record: Record, timeline: [TimelineLine]) {
        guard let first = timeline.first, !record.header.deliveries.isEmpty else { return nil }
        var end = record.header.duration
        var spans: [String: (Nanoseconds, Nanoseconds)] = [:]
        var order: [String] = []
        var times: [String: [Nanoseconds]] = [:]
        for operation in record.operations {
            if times[operation.lineage] == nil { order.append(operation.lineage) }
            times[operation.lineage, default: []].append(operation.started)
            let last = operation.started + operation.duration
            let span = spans[operation.step] ?? (operation.started, last)
            spans[operation.step] = (min(span.0, operation.started), max(span.1, last))
            end = max(end, last)
        }
        for outcome in record.header.outcomes {
            for attempt in outcome.attempts {
                guard let began = attempt.began else { continue }
                let over = began + attempt.duration + attempt.held
                let span = spans[outcome.step] ?? (began, over)
                spans[outcome.step] = (min(span.0, began), max(span.1, over))
                end = max(end, over)
            }
        }
        duration = max(end, 1)
        steps = record.header.outcomes.compactMap { outcome in
            spans[outcome.step].map { Band(name: outcome.step, from: $0.0, to: $0.1) }
        }
        faults = record.header.deliveries.map { Band(name: $0.fault, from: $0.time, to: $0.time + $0.held) }
        moment = Band(
            name: first.who, from: first.time, to: timeline.map { $0.time + $0.duration }.max() ?? first.time)
        let length = duration
        func lane(_ name: String, _ lineages: some Sequence<String>) -> Lane {
            let ticks = Set(lineages.flatMap { times[$0] ?? [] }.map { Int($0 * 1000 / length) })
            return Lane(name: name, ticks: ticks.sorted())
        }
        let own = order.count > Picture.most ? Picture.most - 1 : order.count
        lanes = order.prefix(own).map { lane($0, [$0]) }
        let rest = order.dropFirst(own)
        if !rest.isEmpty { lanes.append(lane("\(rest.count) other programs", rest)) }
    }
}
