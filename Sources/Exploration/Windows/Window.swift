import Model

/// An operation that learns of an object, and the later one that relies on it.
public struct Window: Hashable, Sendable {
    /// What the agent knows by the first operation.
    public enum Knowledge: String, Hashable, Sendable {
        /// It looked, and the object was there.
        case saw
        /// It looked, and the object was not there.
        case missed
        /// It made or changed the object itself.
        case made
    }

    /// The object.
    public var object: ExploredObject
    /// What the agent knows of it.
    public var knowledge: Knowledge
    /// The operation by which it knows, and the one that relies on it, by their numbers among the places.
    public var operations: ClosedRange<Int>
    /// The times between the end of the first and the beginning of the second, in nanoseconds, of each run that has both.
    public var widths: [Nanoseconds]
    /// How long the step took in each of these runs, from its first operation to its last.
    public var durations: [Nanoseconds]
    /// Why a change of the object's name in between is not met; nil where it is.
    public var immunity: String?

    /// The middle one of the widths.
    public var width: Nanoseconds { Window.median(widths) }

    /// How likely one change at a moment of the step that is drawn by chance falls into the window.
    public var chance: Double {
        let whole = Double(Window.median(durations))
        return whole > 0 ? min(1, Double(width) / whole) : 0
    }

    /// How many runs such an adversary needs until it has hit the window once with 95 % probability; nil for never.
    public var tries: Int? {
        guard chance > 0 else { return nil }
        if chance >= 1 { return 1 }
        var missed = 1.0
        var count = 0
        // A window of a millionth of the step needs three million runs, which is all that anybody wants to know.
        while missed > 0.05, count < 100_000_000 {
            let step = chance > 1e-4 ? 1 : 1000
            missed *= power(1 - chance, step)
            count += step
        }
        return count
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent { result *= base }
        return result
    }

    static func median(_ values: [Nanoseconds]) -> Nanoseconds {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}

extension Window {
    /// The windows of some fault-free runs of one story, the widest first.
    ///
    /// - Parameters:
    ///   - records: The runs.
    ///   - steps: The ids of the steps that count.
    /// - Returns: The windows, and the operations to which their numbers belong.
    /// - Throws: `ReferenceError` where nothing can be learned from the runs.
    public static func all(in records: [Record], steps: Set<String>) throws -> (windows: [Window], places: [Place]) {
        let naming = try PointNaming(records)
        let places = Place.all(in: records, naming, steps: steps)
        let runs = records.map { Place.all(in: [$0], naming, steps: steps) }
        guard let first = runs.first else { return ([], places) }
        let ends = runs.map { Dictionary($0.map { ($0.point, $0.operation) }, uniquingKeysWith: { first, _ in first }) }
        let spans = runs.map(spans)
        let found = pairs(first).map { pair -> Window in
            var window = pair
            window.widths = []
            window.durations = []
            let points = (first[pair.operations.lowerBound].point, first[pair.operations.upperBound].point)
            for (run, span) in zip(ends, spans) {
                guard let one = run[points.0], let other = run[points.1],
                    other.started >= one.started + one.duration
                else { continue }
                window.widths.append(other.started - one.started - one.duration)
                window.durations.append(span[one.step] ?? 0)
            }
            return window
        }
        let wide = found.enumerated().sorted { ($1.element.width, $0.offset) < ($0.element.width, $1.offset) }
        return (wide.map(\.element), places)
    }

    /// How long each step took.
    private static func spans(_ places: [Place]) -> [String: Nanoseconds] {
        Dictionary(grouping: places, by: \.operation.step).mapValues { places in
            let begin = places.map(\.operation.started).min() ?? 0
            let end = places.map { $0.operation.started + $0.operation.duration }.max() ?? 0
            return end - begin
        }
    }

    /// Each operation that relies on an object, with the last one before it by which the agent knows of it.
    private static func pairs(_ places: [Place]) -> [Window] {
        var known: [ExploredObject: (place: Int, knowledge: Knowledge, inode: KernelIdentity?)] = [:]
        var windows: [Window] = []
        var step: String?
        for place in places {
            if step != place.operation.step {
                step = place.operation.step
                known = [:]
            }
            let operation = place.operation
            for effect in ExploredObject.touched(by: operation) {
                let isUse = effect.kind != .observes || operation.phrase.word == "netns.enter"
                if isUse, let before = known[effect.object], operation.isAbout(before.inode, effect.object) {
                    windows.append(
                        Window(
                            object: effect.object, knowledge: before.knowledge,
                            operations: before.place...place.number, widths: [], durations: [],
                            immunity: operation.immunity))
                }
                guard let knowledge = operation.knowledge(effect.kind) else { continue }
                known[effect.object] = (place.number, knowledge, operation.identity)
            }
        }
        return windows
    }
}

extension Operation {
    /// What its agent knows of an object afterwards; nil where it knows nothing.
    fileprivate func knowledge(_ kind: OperationRow.Effect.Kind) -> Window.Knowledge? {
        switch (kind, result) {
        case (.observes, .ok): .saw
        case (.observes, .failed), (.removes, .ok): .missed
        case (.makes, .ok), (.changes, .ok): .made
        case (.makes, .failed): .saw
        default: nil
        }
    }

    /// Why it does not meet a change of its object's name; nil where it does.
    fileprivate var immunity: String? {
        switch phrase.word {
        case "netns.enter": "by descriptor"
        case "file.write" where !call.hasPrefix("truncate"), "file.lock", "file.sync": "by descriptor"
        default: nil
        }
    }

    /// Whether it acts on what an earlier one learned of, as far as the kernel's own numbers tell.
    fileprivate func isAbout(_ former: KernelIdentity?, _ object: ExploredObject) -> Bool {
        guard let former, let identity else { return true }
        switch object.noun {
        case "netns":
            guard let one = former.target, let other = identity.target else { return true }
            return one == other
        case "file":
            guard let one = former.file, let other = identity.file else { return true }
            return one == other
        default: return former.namespace == identity.namespace
        }
    }
}
